package io.portprint.capture.learning;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Span;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever peers answer: a lesson comes out, explains each byte once, and fits what it came of. */
class LearningFuzzTests {

  @FuzzTest
  void lessonsAreTotal(FuzzedDataProvider data) throws UnknownHostException {
    check(trials(data));
  }

  /** Answers made of few values, so that everything seems to fit everything. */
  @FuzzTest
  void monotonousAnswers(FuzzedDataProvider data) throws UnknownHostException {
    List<Trial> trials = new ArrayList<>();
    Bytes request = Bytes.of(new byte[data.consumeInt(0, 3000)]);
    int length = data.consumeInt(0, 3000);
    int count = data.consumeInt(1, 600);
    byte value = data.consumeByte();
    for (int i = 0; i < count; i++) {
      byte[] answer = new byte[length];
      Arrays.fill(answer, i % 2 == 0 ? value : (byte) 0);
      trials.add(
          new Trial(
              Mutation.NONE,
              request,
              List.of(Bytes.of(answer)),
              party(data, 2),
              party(data, 1),
              Instant.ofEpochSecond(i)));
    }
    check(trials);
  }

  @FuzzTest
  void plansKeepToTheirRules(FuzzedDataProvider data) {
    int addresses = data.consumeInt(-1, 9);
    Bytes request = Bytes.of(data.consumeRemainingAsBytes());
    MutationPlanTests.check(request, MutationPlan.of(request, addresses, 3));
  }

  private static void check(List<Trial> trials) {
    Lesson lesson = Learner.learn(trials);
    int end = 0;
    for (Field field : lesson.fields()) {
      assertThat(field.offset()).as("%s", lesson.fields()).isGreaterThanOrEqualTo(end);
      assertThat(field.bits()).isBetween(0.0, 8.0 * field.length());
      end = field.end();
    }
    assertThat(lesson.surer()).hasSizeLessThanOrEqualTo(25).isNotEmpty();
    if (lesson.candidate().isEmpty()) {
      return;
    }
    Candidate candidate = lesson.candidate().get();
    assertThat(candidate.confidence()).isBetween(0.0, 0.95);
    assertThat(candidate.confidenceOfThree()).isBetween(candidate.confidence(), 0.99);
    assertThat(candidate.template().slots().stream().mapToInt(ProbeTemplate.Slot::length).sum())
        .isEqualTo(lesson.request().length());
    Trial own =
        trials.stream()
            .filter(one -> !one.answers().isEmpty())
            .filter(one -> one.request().head(Sample.REQUEST).equals(candidate.request()))
            .filter(one -> one.answers().getFirst().head(Sample.ANSWER).equals(candidate.example()))
            .findFirst()
            .orElseThrow();
    checkWritten(candidate, own);
    if (candidate.shape().text() != null) {
      assertThat(candidate.shape().text().spans(heard(own, candidate.example()))).isPresent();
    }
    for (Trial trial : trials) {
      for (Bytes answer : trial.answers()) {
        for (TextPattern text : texts(lesson)) {
          text.spans(heard(trial, answer)).ifPresent(spans -> checkSpans(text, answer, spans));
        }
      }
    }
  }

  /** That which is explained, and that which is demanded. */
  private static List<TextPattern> texts(Lesson lesson) {
    return Stream.of(
            Optional.ofNullable(lesson.text()), lesson.candidate().map(one -> one.shape().text()))
        .flatMap(Optional::stream)
        .toList();
  }

  /** What is written can be read, and what was read knows the answer that it came of. */
  private static void checkWritten(Candidate candidate, Trial own) {
    LearntProbe probe = LearntProbe.of(candidate);
    assertThat(probe.written().exchange()).matches("[\\n\\x20-\\x7e]*");
    if (own.answers().getFirst().length() <= Sample.ANSWER
        && own.request().length() <= Sample.REQUEST) {
      assertThat(probe.suspects(own)).isTrue();
      boolean tellsTheTime =
          candidate.shape().fields().stream()
              .anyMatch(field -> field.explanation() instanceof Explanation.Time);
      assertThat(tellsTheTime || probe.contentWithOne().confirms(own)).isTrue();
    }
  }

  private static void checkSpans(TextPattern text, Bytes answer, List<Span> spans) {
    assertThat(spans).hasSameSizeAs(text.parts());
    int at = text.from();
    for (Span span : spans) {
      assertThat(span.offset()).isEqualTo(at);
      at += span.length();
    }
    assertThat(at).isLessThanOrEqualTo(answer.length());
  }

  private static Heard heard(Trial trial, Bytes answer) {
    return new Heard(trial.request(), answer, trial.client(), trial.server(), trial.at());
  }

  /** Answers between echo, constant and noise, binary and text, to whole plans. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void lessonsOfRandomServers(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 50; round++) {
      int values = 1 << random.nextInt(9);
      boolean text = random.nextInt(3) == 0;
      byte[] request = new byte[random.nextInt(60)];
      for (int i = 0; i < request.length; i++) {
        request[i] = (byte) random.nextInt(values);
      }
      MutationPlan plan = MutationPlan.of(Bytes.of(request), 1, round);
      check(
          SimulatedPeers.replay(
              plan, (asked, _, _, _) -> Optional.of(noise(random, asked, values, text))));
    }
  }

  private static Bytes noise(SplittableRandom random, Bytes request, int values, boolean text) {
    String signs = " \r\nabc1/.-2:SERVERHTTP()_";
    byte[] answer = new byte[random.nextInt(4) == 0 ? random.nextInt(1, 300) : 40];
    for (int at = 0; at < answer.length; at++) {
      int kind = random.nextInt(10);
      int value = kind < 8 ? at * 7 : random.nextInt(values);
      if (kind < 5 && at < request.length()) {
        value = request.at(at);
      }
      answer[at] = (byte) (text ? signs.charAt((value & 0xff) % signs.length()) : value);
    }
    return Bytes.of(answer);
  }

  private static List<Trial> trials(FuzzedDataProvider data) throws UnknownHostException {
    List<Trial> trials = new ArrayList<>();
    while (data.remainingBytes() > 0 && trials.size() < 64) {
      Mutation mutation =
          switch (data.consumeInt(0, 5)) {
            case 0 -> {
              int from = data.consumeInt(0, 40);
              yield new Mutation.Region(from, from + data.consumeInt(1, 8));
            }
            case 1 -> new Mutation.Length(data.consumeInt(-8, 8));
            case 2 -> new Mutation.SourcePort();
            case 3 -> new Mutation.SourceAddress(1);
            default -> Mutation.NONE;
          };
      List<Bytes> answers = new ArrayList<>();
      for (int i = data.consumeInt(0, 2); i > 0; i--) {
        answers.add(
            data.consumeBoolean()
                ? Bytes.of(data.consumeBytes(40))
                : Bytes.latin1(data.consumeAsciiString(60)));
      }
      trials.add(
          new Trial(
              mutation,
              Bytes.of(data.consumeBytes(30)),
              answers,
              party(data, 2),
              party(data, 1),
              Instant.ofEpochMilli(data.consumeLong(0, 4_000_000_000_000L))));
    }
    return trials;
  }

  private static Party party(FuzzedDataProvider data, int most) throws UnknownHostException {
    List<InetAddress> addresses = new ArrayList<>();
    for (int i = data.consumeInt(0, most); i > 0; i--) {
      byte[] raw = new byte[data.consumeBoolean() ? 4 : 16];
      byte[] given = data.consumeBytes(raw.length);
      System.arraycopy(given, 0, raw, 0, given.length);
      addresses.add(InetAddress.getByAddress(raw));
    }
    return new Party(addresses, data.consumeInt(0, 65_535));
  }
}
