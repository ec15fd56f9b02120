package io.portprint.capture.learning;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.capture.learning.TextPart.Kind;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.probe.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextPatternTests {

  private static Lesson learn(String... answers) {
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < answers.length; i++) {
      trials.add(
          new Trial(
              Mutation.NONE,
              Bytes.EMPTY,
              List.of(Bytes.latin1(answers[i])),
              Party.of(SimulatedPeers.CLIENT, 30_000 + i),
              SimulatedPeers.SERVER,
              SimulatedPeers.START.plusSeconds(i)));
    }
    return Learner.learn(trials);
  }

  private static TextPattern pattern(String... answers) {
    return Objects.requireNonNull(learn(answers).text());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "SSH-2.0-OpenSSH_9.2p1 Debian-2                     | OpenSSH  | 9.2p1",
        "SSH-2.0-dropbear_2022.83                           | dropbear | 2022.83",
        "SSH-2.0-Go                                         | Go       | -",
        "HTTP/1.1 200 OK~Server: nginx/1.24.0~~             | nginx    | 1.24.0",
        "HTTP/1.1 200 OK~Server: cloudflare~~               | cloudflare | -",
        "HTTP/1.1 200 OK~Content-Length: 3~~abc             | -        | -",
        "220 (vsFTPd 3.0.3)                                 | vsFTPd   | 3.0.3",
        "220 mx.example ESMTP Exim 4.96                     | Exim     | 4.96",
        "220 ProFTPD Server (Debian) ready                  | -        | -",
        "* OK Dovecot/2.3.19.1 ready                        | Dovecot  | 2.3.19.1",
        "* OK peer (192.0.2.19) ready                       | -        | -",
        "VERSION 1.6.21                                     | -        | 1.6.21",
        "# Server~redis_version:7.0.15~os:Linux 6.1.2       | redis    | 7.0.15",
        "INFO {'version':'2.9.10','port':4222}              | -        | 2.9.10",
        "Coturn-4.6.1 'Gorst'                               | Coturn   | 4.6.1",
        "peer-1.2 at mx-1.example says abc-1.2.3.4          | -        | -",
        "version = 3                                        | -        | -",
        "Foo version 10.2 build                             | Foo      | 10.2",
        "hello from 192.0.2.1                               | -        | -",
        "+OK POP3 ready <1896.697170952@mail.example>       | -        | -"
      })
  void productAndVersion(String text, String product, String version) {
    String answer = text.replace("~", "\r\n");
    Lesson lesson = learn(answer, answer);
    TextPattern pattern = Objects.requireNonNull(lesson.text());
    assertThat(pattern.shown(Kind.PRODUCT)).isEqualTo(product);
    assertThat(pattern.shown(Kind.VERSION)).isEqualTo(version);
    Service service = found(lesson, answer).orElseThrow().service();
    assertThat(service.product()).isEqualTo(product);
    assertThat(service.version()).isEqualTo(version);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-28T07:00:00Z",
    "2026-11-28 07:00:00.123",
    "'Sat, 28 Nov 2026 07:00:00 +0000'",
    "Sat Nov 28 07:00:00 2026",
    "07:00:00"
  })
  void datesVaryEvenWhereTheyStoodStill(String date) {
    TextPattern pattern = pattern("now: " + date + ";\r\n", "now: " + date + ";\r\n");
    assertThat(pattern.parts()).extracting(TextPart::kind).contains(Kind.DATE);
    assertThat(pattern.parts()).extracting(TextPart::text).containsExactly("now: ", date, ";\r\n");
  }

  @Test
  void whatDiffersIsNamed() {
    TextPattern pattern =
        pattern(
            "OK id 17 key 9f3a01 for some one at 30000 end\r\n",
            "OK id 204 key 00aabb for another at 30001 end\r\n",
            "OK id 9 key ffeed1 for a third one at 30002 end\r\n");
    assertThat(pattern.parts())
        .extracting(TextPart::kind)
        .containsExactly(
            Kind.LITERAL,
            Kind.NUMBER,
            Kind.LITERAL,
            Kind.HEX,
            Kind.LITERAL,
            Kind.ANYTHING,
            Kind.LITERAL,
            Kind.CLIENT_PORT,
            Kind.LITERAL);
  }

  @Test
  void eachPartHasItsPlaceInEachAnswer() {
    String[] answers = {
      "OK id 17 for some one at 30000 end\r\nmore", "OK id 204 for another at 30001 end\r\n"
    };
    TextPattern pattern = pattern(answers);

    assertThat(shown(pattern, answers[0], 30_000))
        .containsExactly("OK id ", "17", " for ", "some one ", "at ", "30000", " end\r\n");
    assertThat(shown(pattern, answers[1], 30_001))
        .containsExactly("OK id ", "204", " for ", "another ", "at ", "30001", " end\r\n");
    assertThat(pattern.spans(heard("OK id x for y", 30_000))).isEmpty();
  }

  private static Heard heard(String answer, int port) {
    return new Heard(
        Bytes.EMPTY,
        Bytes.latin1(answer),
        Party.of(SimulatedPeers.CLIENT, port),
        SimulatedPeers.SERVER,
        SimulatedPeers.START);
  }

  private static List<String> shown(TextPattern pattern, String answer, int port) {
    return pattern.spans(heard(answer, port)).orElseThrow().stream()
        .map(span -> answer.substring(span.offset(), span.offset() + span.length()))
        .toList();
  }

  @Test
  void linesThatComeAndGo() {
    Lesson lesson =
        learn("BEGIN\r\na: 1\r\nEND\r\n", "BEGIN\r\na: 1\r\nb: 2\r\nEND\r\n", "BEGIN\r\nEND\r\n");
    assertThat(found(lesson, "BEGIN\r\nc: 9\r\nd\r\nEND\r\n")).isPresent();
    assertThat(found(lesson, "BEGUN\r\nEND\r\n")).isEmpty();
  }

  /** What stands behind is not needed, but explained. */
  @Test
  void noMoreIsMatchedThanIsWorthIt() {
    String answer =
        "first line of words\r\nsecond line\r\nthird one\r\nrun_id:1cad1b6ff4699a2c709\r\n";
    Lesson lesson = learn(answer, answer);
    TextPattern demanded = lesson.candidate().orElseThrow().shape().text();
    assertThat(Objects.requireNonNull(demanded).parts())
        .extracting(TextPart::text)
        .containsExactly("first line of words\r\nsecond line\r\n");
    assertThat(demanded.bits()).isEqualTo(Objects.requireNonNull(lesson.text()).bits());
    assertThat(lesson.text().parts()).extracting(TextPart::text).containsExactly(answer);
    assertThat(found(lesson, answer.replace("run_id:1", "run_id:2"))).isPresent();
    assertThat(found(lesson, answer.replace("second", "another"))).isEmpty();
  }

  /** More gaps than two cost too much: what stands behind them is no evidence, and not named. */
  @Test
  void whatStandsBehindManyGapsIsNotDemanded() {
    String[] answers = {
      "Ab: one x\r\nCd: two\r\nEf: three\r\nServer: Foo/1.2\r\n",
      "Ab: eleven\r\nCd: twelve y\r\nEf: 13 and\r\nServer: Foo/1.2\r\n",
      "Ab: more of it\r\nCd: -\r\nEf: four\r\nServer: Foo/1.2\r\n"
    };
    Lesson lesson = learn(answers);
    assertThat(Objects.requireNonNull(lesson.text()).shown(Kind.VERSION)).isEqualTo("1.2");
    Candidate candidate = lesson.candidate().orElseThrow();
    assertThat(candidate.bits()).isEqualTo(6 * Credit.TEXT_SIGN);
    assertThat(LearntProbe.of(candidate).written().signatures()).isEmpty();
    assertThat(found(lesson, answers[0].replace("Foo", "Bar"))).isPresent();
    assertThat(found(lesson, answers[0].replace("Ef", "Gh"))).isEmpty();
  }

  /** What comes of it as a probe, at a server that says this to everybody. */
  private static Optional<Finding> found(Lesson lesson, String answer) {
    return LearntProbe.of(lesson.candidate().orElseThrow())
        .finds((_, _, _, _) -> Optional.of(Bytes.latin1(answer)), new SplittableRandom(1));
  }
}
