package io.portprint.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.capture.learning.Explanation;
import io.portprint.capture.learning.Explanation.Clock;
import io.portprint.capture.learning.Explanation.Form;
import io.portprint.capture.learning.Explanation.Side;
import io.portprint.capture.learning.Explanation.Subject;
import io.portprint.capture.learning.Explanation.Xor;
import io.portprint.capture.learning.Field;
import io.portprint.capture.learning.Learner;
import io.portprint.capture.learning.LengthRule;
import io.portprint.capture.learning.Lesson;
import io.portprint.capture.learning.Mutation;
import io.portprint.capture.learning.Party;
import io.portprint.capture.learning.Reaction;
import io.portprint.capture.learning.Trial;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Transport;
import io.portprint.job.HeldConversation;
import io.portprint.job.JobState;
import io.portprint.job.Replay;
import io.portprint.probe.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Element;

/** Pages of replays, taken apart again; {@link Page} checks what holds for any. */
class ReplayPageTests {

  private static final Instant BEGUN = Instant.parse("2026-11-28T09:00:00Z");
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final Endpoint ENDPOINT =
      new Endpoint("lab.internal", LOOPBACK, 33_033, Transport.UDP);
  private static final String HOSTILE =
      "<script>alert('1')</script> \"><img src=x onerror=alert(2)> ]]> &amp; &lt;!--"
          + " </pre></style>";

  private static String sheet() {
    try (InputStream sheet = ReplayPage.class.getResourceAsStream("replay.css")) {
      return new String(Objects.requireNonNull(sheet).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Trial trial(Mutation mutation, Bytes request, Bytes answer, int number) {
    return new Trial(
        mutation,
        request,
        answer.isEmpty() ? List.of() : List.of(answer),
        Party.of(LOOPBACK, 40_000 + number),
        Party.of(LOOPBACK, 33_033),
        BEGUN.plusSeconds(number));
  }

  /** Repeats of one request with these answers. */
  private static List<Trial> repeats(Bytes request, Bytes... answers) {
    return IntStream.range(0, answers.length)
        .mapToObj(i -> trial(Mutation.NONE, request, answers[i], i))
        .toList();
  }

  private static Replay replay(List<Trial> trials, @Nullable Lesson lesson) {
    List<HeldConversation> held =
        trials.stream()
            .map(
                trial ->
                    new HeldConversation(
                        trial,
                        1,
                        List.of(
                            new Answer(
                                "exchange",
                                trial.request(),
                                trial.answers().isEmpty()
                                    ? Bytes.EMPTY
                                    : trial.answers().getFirst(),
                                Answer.Ending.SILENCE,
                                LOOPBACK,
                                Duration.ofMillis(1)))))
            .toList();
    return new Replay(
        UUID.fromString("0198f3c2-7b1e-7cc3-98c4-dc0c0c07398f"),
        ENDPOINT,
        List.of(),
        true,
        lesson == null ? JobState.RUNNING : JobState.COMPLETED,
        BEGUN,
        lesson == null ? null : BEGUN.plusSeconds(60),
        Math.max(20, trials.size()),
        held,
        lesson,
        null);
  }

  private static Page page(Replay replay) {
    return Page.of(ReplayPage.of(replay, sheet()));
  }

  private static Page learnt(List<Trial> trials) {
    return page(replay(trials, Learner.learn(trials)));
  }

  /** One field of each kind, with a byte before the sixth that has none. */
  private static List<Field> allKinds() {
    List<Explanation> kinds =
        List.of(
            new Explanation.Constant(Bytes.hex("ffff"), Bytes.hex("0001"), true, false),
            new Explanation.Constant(Bytes.hex("8f"), Bytes.hex("07"), true, false),
            new Explanation.Echo(2, true),
            new Explanation.Address(Side.CLIENT, Form.BIG_ENDIAN, Xor.NONE, false),
            new Explanation.Port(
                Side.SERVER, Form.LITTLE_ENDIAN, new Xor.Key(Bytes.hex("2112")), true),
            new Explanation.LengthOf(Subject.ANSWER, Form.BIG_ENDIAN, 4, false),
            new Explanation.Time(Clock.NTP, Form.BIG_ENDIAN),
            new Explanation.Counter(Form.BIG_ENDIAN, 3),
            new Explanation.MustVary(12),
            new Explanation.Varying(true),
            new Explanation.TooFewSamples(2, 8));
    int[] lengths = {2, 1, 3, 4, 2, 1, 8, 2, 6, 1, 5};
    List<Field> fields = new ArrayList<>();
    int offset = 0;
    for (int i = 0; i < lengths.length; i++) {
      fields.add(new Field(offset, lengths[i], kinds.get(i), i));
      offset += lengths[i] + (i == 4 ? 1 : 0);
    }
    return fields;
  }

  /** An answer to "request", as these kinds have it, with four bytes behind them. */
  private static Bytes ofAllKinds(int number) {
    Bytes head =
        Bytes.hex("0001 77").plus(Bytes.latin1("que")).plus(Bytes.hex("7f000001 1ba0 00 24"));
    long time = BEGUN.plusSeconds(number).getEpochSecond() + 2_208_988_800L;
    return head.plus(
        Bytes.of(
            ByteBuffer.allocate(26)
                .putInt((int) time)
                .putInt(number)
                .putShort((short) number)
                .putInt(number * 77)
                .putShort((short) number)
                .array()));
  }

  private static Lesson lesson(
      List<Trial> trials, Bytes request, List<Field> fields, List<Reaction> reactions) {
    return new Lesson(
        trials.size(),
        trials.size(),
        trials,
        request,
        new LengthRule.Between(1, 512),
        fields,
        null,
        reactions,
        Optional.empty(),
        List.of("Replay " + HOSTILE));
  }

  @Nested
  class Answers {

    @Test
    void everyByteIsExplained() {
      Bytes request = Bytes.latin1("request");
      List<Field> fields = allKinds();
      Bytes[] answers =
          IntStream.range(0, 12).mapToObj(ReplayPageTests::ofAllKinds).toArray(Bytes[]::new);

      Page page =
          page(
              replay(
                  repeats(request, answers),
                  lesson(repeats(request, answers), request, fields, List.of())));

      Page.Grid grid = page.grid("a");
      assertThat(grid.lines()).containsExactly(Arrays.copyOf(answers, 8));
      assertThat(grid.marks()).hasSize(40);
      for (Field field : fields) {
        assertThat(grid.marks().subList(field.offset(), field.offset() + field.length()))
            .containsOnly(Mark.of(field.explanation()).style());
      }
      assertThat(grid.marks().get(12)).isEqualTo("m-unexplained");
      assertThat(grid.marks().subList(36, 40)).containsOnly("m-unexplained");
      assertThat(page.text()).contains("The first 8 of 12 answers that differ");
    }

    @Test
    void aFieldIsOneElementHoweverManyRowsItTakes() {
      Bytes[] answers =
          IntStream.range(0, 12)
              .mapToObj(i -> Bytes.of(new byte[100]).plus(Bytes.of((byte) (i * 37))))
              .toArray(Bytes[]::new);

      Page page = learnt(repeats(Bytes.hex("00"), answers));

      assertThat(page.fields("a")).hasSizeBetween(2, 4);
      assertThat(page.styled("gutter").getFirst().getTextContent())
          .startsWith("offset0000")
          .contains("0010", "0020", "0030", "0040", "0050", "0060")
          .doesNotContain("0070");
      assertThat(page.grid("a").lines()).hasSize(8).contains(answers[0], answers[7]);
      Element first = page.fields("a").getFirst();
      assertThat(first.getElementsByTagName("i").getLength()).isEqualTo(100 * 8);
    }

    @Test
    void theLegendCountsTheBytes() {
      List<Trial> trials =
          repeats(
              Bytes.hex("0102"),
              IntStream.range(0, 12)
                  .mapToObj(i -> Bytes.hex("aabbcc").plus(Bytes.of((byte) (i * 21))))
                  .toArray(Bytes[]::new));

      Page page = learnt(trials);

      Map<String, Long> shown =
          page.grid("a").marks().stream()
              .collect(Collectors.groupingBy(mark -> mark, TreeMap::new, Collectors.counting()));
      assertThat(shown.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(4);
      List<String> legend =
          page.styled("legend").getFirst().getElementsByTagName("li").getLength() == 0
              ? List.of()
              : page.texts("li");
      shown.forEach(
          (style, count) -> {
            Mark mark =
                Stream.of(Mark.values()).filter(one -> one.style().equals(style)).findFirst().get();
            assertThat(legend)
                .anyMatch(
                    one ->
                        one.startsWith(
                            "%s %s, %d byte".formatted(mark.letter(), mark.label(), count)));
          });
    }

    @Test
    void answersOfOtherLengthsShowWhatTheyLack() {
      Bytes request = Bytes.latin1("request");
      Bytes[] answers = {Bytes.hex("0102030405"), Bytes.hex("0102")};
      List<Field> fields = List.of(new Field(0, 3, new Explanation.Varying(false), 0));

      Page page =
          page(
              replay(
                  repeats(request, answers),
                  lesson(repeats(request, answers), request, fields, List.of())));

      assertThat(page.grid("a").lines()).containsExactly(answers);
      assertThat(page.grid("a").marks())
          .containsExactly("m-varying", "m-varying", "m-varying", "m-unexplained", "m-unexplained");
    }

    @Test
    void ofSeveralServersItIsSaidWhoseTheyAre() {
      List<Trial> trials = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        Trial one = trial(Mutation.NONE, Bytes.hex("01"), Bytes.of((byte) (i % 3), (byte) 9), i);
        Party server = Party.of(i % 2 == 0 ? LOOPBACK : InetAddress.ofLiteral("::1"), 33_033);
        trials.add(
            new Trial(
                one.mutation(), one.request(), one.answers(), one.client(), server, one.at()));
      }

      assertThat(learnt(trials).texts("li"))
          .contains(
              "2 bytes to the request as it is, by 127.0.0.1:33033",
              "2 bytes to the request as it is, by [0:0:0:0:0:0:0:1]:33033");
    }

    @Test
    void longAnswersAreCut() {
      Bytes request = Bytes.latin1("request");
      Bytes answer = Bytes.of(new byte[2_048]);

      Page page = learnt(repeats(request, answer, answer.plus(answer)));

      assertThat(page.grid("a").marks()).hasSize(ReplayPage.BYTES);
      assertThat(page.text()).contains("512 bytes of each");
    }

    @Test
    void thoseOfAnotherKindAreToldApart() {
      Bytes request = Bytes.hex("01020304");
      List<Trial> trials = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        trials.add(trial(Mutation.NONE, request, Bytes.hex("aabbccddeeff"), i));
      }
      for (int i = 0; i < 3; i++) {
        trials.add(
            trial(
                new Mutation.Region(0, 2),
                Bytes.hex("ffff0304"),
                Bytes.latin1("<b>no" + i),
                20 + i));
      }

      Page page = learnt(trials);

      assertThat(page.grid("a").lines()).containsExactly(Bytes.hex("aabbccddeeff"));
      assertThat(page.texts("h2")).contains("Answers of another kind");
      assertThat(page.texts("td")).contains("\u201c<b>no0\u201d", "\u201c<b>no2\u201d");
    }

    @Test
    void textsAreShownTokenByToken() {
      String text = "220 mx.example ESMTP Exim 4.96 id %d \\ %s\r\n";
      List<Trial> trials =
          repeats(
              Bytes.EMPTY,
              IntStream.range(0, 12)
                  .mapToObj(i -> Bytes.latin1(text.formatted(i, HOSTILE)))
                  .toArray(Bytes[]::new));

      Page page = learnt(trials);

      List<Element> texts = page.styled("text");
      assertThat(texts).hasSize(8);
      for (int i = 0; i < 8; i++) {
        StringBuilder shown = new StringBuilder();
        for (Element token : page.styled("token")) {
          if (token.getAttribute("aria-labelledby").startsWith("t%d-".formatted(i))) {
            shown.append(token.getChildNodes().item(1).getTextContent());
            assertThat(token.getAttribute("tabindex")).isEqualTo(i == 0 ? "0" : "-1");
            assertThat(token.getElementsByTagName("span").item(0).getTextContent())
                .matches("[a-z ]+: .{10,}");
          }
        }
        assertThat(shown).hasToString(Bytes.latin1(text.formatted(i, HOSTILE)).escaped());
      }
      assertThat(page.styled("token").stream().map(one -> one.getAttribute("class")))
          .contains("token m-product", "token m-version", "token m-varying");
    }

    @Test
    void aBinaryHeadStandsBeforeItsText() {
      List<Trial> trials =
          repeats(
              Bytes.hex("01"),
              IntStream.range(0, 12)
                  .mapToObj(i -> Bytes.hex("0001ff").plus(Bytes.latin1("hello world")))
                  .toArray(Bytes[]::new));

      Page page = learnt(trials);

      assertThat(page.grid("a").lines()).containsExactly(Bytes.hex("0001ff"));
      assertThat(page.styled("text")).hasSize(1);
    }
  }

  @Nested
  class Requests {

    private Page page(Reaction... reactions) {
      Bytes request = Bytes.latin1("<b>\"&'</b>");
      Bytes answer = Bytes.hex("0102030405");
      List<Field> fields = List.of(new Field(1, 2, new Explanation.Echo(4, true), 16));
      return ReplayPageTests.page(
          replay(
              repeats(request, answer),
              lesson(repeats(request, answer), request, fields, List.of(reactions))));
    }

    @Test
    void areMarkedByTheReactions() {
      Page page =
          page(
              new Reaction(Mutation.NONE, 12, 0, 0),
              new Reaction(new Mutation.Region(0, 2), 3, 0, 0),
              new Reaction(new Mutation.Region(2, 4), 0, 3, 0),
              new Reaction(new Mutation.Region(4, 6), 0, 0, 3),
              new Reaction(new Mutation.Region(6, 7), 2, 0, 1),
              new Reaction(new Mutation.Region(7, 8), 1, 0, 0));

      assertThat(page.grid("q").lines()).containsExactly(Bytes.latin1("<b>\"&'</b>"));
      assertThat(page.grid("q").marks())
          .containsExactly(
              "m-harmless",
              "m-harmless",
              "m-needed",
              "m-needed",
              "m-silent",
              "m-silent",
              "m-needed",
              "m-untried",
              "m-untried",
              "m-untried");
      assertThat(page.fields("q").get(2).getTextContent())
          .contains("changes of bytes 4 to 5 drew 0 of the same kind, 0 of another kind, 3 times")
          .contains("Comes back in the answers from offset 1 (2 bytes)");
      assertThat(page.texts("td")).contains("nothing: repeats", "S silent when changed");
    }

    @Test
    void ofChangesThatOverlapTheGravestCounts() {
      Page page =
          page(
              new Reaction(new Mutation.Region(0, 10), 0, 3, 0),
              new Reaction(new Mutation.Region(2, 3), 3, 0, 0),
              new Reaction(new Mutation.Region(4, 5), 0, 0, 3));

      assertThat(page.grid("q").marks())
          .containsExactly(
              "m-needed",
              "m-needed",
              "m-needed",
              "m-needed",
              "m-silent",
              "m-needed",
              "m-needed",
              "m-needed",
              "m-needed",
              "m-needed");
    }
  }

  @Nested
  class Hostile {

    @Test
    void wordsOfPeersAndClientsAreTextEverywhere() {
      Bytes request = Bytes.latin1("GET /" + HOSTILE + " HTTP/1.0\r\n\r\n");
      List<Trial> trials =
          repeats(
              request,
              IntStream.range(0, 12)
                  .mapToObj(
                      i ->
                          Bytes.latin1(
                              "HTTP/1.0 200 OK\r\nServer: \"x'<i>/1.%d\r\n\r\n%s\r\n"
                                  .formatted(i, HOSTILE)))
                  .toArray(Bytes[]::new));

      Page page = learnt(trials);

      assertThat(page.text()).contains(Bytes.latin1("GET /" + HOSTILE).escaped().substring(0, 90));
      String yaml = String.join("\n", page.texts("pre"));
      assertThat(yaml).contains("<script>alert").contains("</pre>").contains("\"><img");
    }

    @Test
    void soIsANameOfAHost() {
      Replay plain = replay(List.of(), Learner.learn(List.of()));
      Replay replay =
          new Replay(
              plain.id(),
              new Endpoint(HOSTILE + "\u202e\0", LOOPBACK, 1, Transport.TCP),
              List.of(),
              true,
              plain.state(),
              plain.createdAt(),
              plain.finishedAt(),
              plain.planned(),
              plain.conversations(),
              plain.lesson(),
              HOSTILE);

      assertThat(page(replay).texts("dd")).contains(HOSTILE, HOSTILE + "\\u{202e}\\x00");
    }

    @FuzzTest
    void anyTrials(FuzzedDataProvider data) {
      List<Trial> trials = new ArrayList<>();
      Bytes request = Bytes.of(data.consumeBytes(data.consumeInt(0, 700)));
      while (data.remainingBytes() > 0 && trials.size() < 64) {
        Mutation mutation =
            switch (data.consumeInt(0, 4)) {
              case 0 -> {
                int from = data.consumeInt(0, 40);
                yield new Mutation.Region(from, from + data.consumeInt(1, 8));
              }
              case 1 -> new Mutation.Length(data.consumeInt(-8, 8));
              default -> Mutation.NONE;
            };
        Bytes answer =
            data.consumeBoolean()
                ? Bytes.of(data.consumeBytes(data.consumeInt(0, 900)))
                : Bytes.latin1(data.consumeAsciiString(100));
        trials.add(trial(mutation, request, answer, trials.size()));
      }
      page(replay(trials, null));
      Lesson lesson = Learner.learn(trials);

      Page page = page(replay(trials, lesson));

      if (!request.isEmpty() && !trials.isEmpty()) {
        page.grid("q").lines().forEach(line -> assertThat(line).isEqualTo(request.head(512)));
      }
      if (lesson.answered() > 0 && lesson.text() == null) {
        List<Bytes> answers =
            trials.stream()
                .flatMap(one -> one.answers().stream())
                .map(one -> one.head(512))
                .toList();
        assertThat(page.grid("a").lines()).isNotEmpty().allMatch(answers::contains);
      }
    }
  }

  @Nested
  class Bounds {

    private static final int MOST = 2 << 20;

    @Test
    void everyByteAFieldOfItsOwn() {
      Bytes request = Bytes.of(new byte[65_536]);
      Bytes[] answers =
          IntStream.range(0, 500)
              .mapToObj(i -> Bytes.of(new byte[2_047]).plus(Bytes.of((byte) i)))
              .toArray(Bytes[]::new);
      List<Field> fields =
          IntStream.range(0, 512)
              .mapToObj(i -> new Field(i, 1, new Explanation.TooFewSamples(2, 8), 0))
              .toList();
      List<Reaction> reactions =
          IntStream.range(0, 2_000)
              .mapToObj(i -> new Reaction(new Mutation.Region(i, i + 1), i, i, i))
              .toList();

      String html =
          ReplayPage.of(
              replay(
                  repeats(request, answers),
                  lesson(repeats(request, answers), request, fields, reactions)),
              sheet());

      assertThat(html.length()).isLessThan(MOST);
      assertThat(Page.of(html).fields("a")).hasSize(512);
      assertThat(Page.of(html).fields("q")).hasSize(512);
    }

    @Test
    void everyWordAPartOfItsOwn() {
      Bytes[] answers =
          IntStream.range(0, 100)
              .mapToObj(i -> Bytes.latin1(("<b" + i + ">&\" x ").repeat(220)))
              .toArray(Bytes[]::new);

      String html =
          ReplayPage.of(
              replay(repeats(Bytes.EMPTY, answers), Learner.learn(repeats(Bytes.EMPTY, answers))),
              sheet());

      assertThat(html.length()).isLessThan(MOST);
      assertThat(Page.of(html).styled("token")).hasSizeBetween(500, 5_000);
    }
  }

  @Nested
  class Ends {

    @Test
    void whileItRunsItShowsWhatHasCome() {
      Page page = page(replay(repeats(Bytes.hex("01"), Bytes.hex("0a0b"), Bytes.hex("0c")), null));

      Element progress = page.elements("progress").getFirst();
      assertThat(progress.getAttribute("value")).isEqualTo("2");
      assertThat(progress.getAttribute("max")).isEqualTo("20");
      assertThat(page.grid("a").lines()).containsExactly(Bytes.hex("0a0b"), Bytes.hex("0c"));
      assertThat(page.grid("a").marks()).containsOnly("m-unexplained");
      assertThat(page(replay(List.of(), null)).text()).contains("None has come yet");
    }

    @Test
    void withoutAnAnswerItSaysWhatToDo() {
      Page page = learnt(repeats(Bytes.hex("01"), Bytes.EMPTY, Bytes.EMPTY));

      assertThat(page.texts("h2")).contains("Nothing answered").doesNotContain("Answers so far");
      assertThat(page.text()).contains("What was said drew silence.", "POST /api/v1/captures");
      assertThat(page.elements("a").stream().map(one -> one.getAttribute("href")))
          .contains("../../fingerprints/127.0.0.1/33033?transport=udp");
      assertThat(page.grid("q").marks()).containsOnly("m-untried");
      assertThat(page.elements("progress")).isEmpty();
    }

    @Test
    void tellsBitsAndTheSignature() {
      List<Trial> trials =
          repeats(
              Bytes.hex("0102"),
              IntStream.range(0, 12).mapToObj(i -> Bytes.hex("aabbcc")).toArray(Bytes[]::new));
      Lesson lesson = Learner.learn(trials);

      Page page = learnt(trials);

      assertThat(page.texts("td"))
          .contains("one answer", Long.toString((long) lesson.candidate().orElseThrow().bits()));
      assertThat(page.texts("pre").getFirst())
          .isEqualTo(
              LessonView.written(lesson.candidate().orElseThrow(), replay(trials, lesson))
                  .exchange());
      assertThat(page.texts("li")).containsAll(lesson.surer());
    }
  }

  @Nested
  class Style {

    private static final Pattern COLOUR = Pattern.compile("--([a-z-]+): #([0-9a-f]{6});");

    /** The colours by name: by day, and by night. */
    private static Map<String, String> colours(boolean night) {
      String sheet = sheet();
      int from = sheet.indexOf("prefers-color-scheme: dark");
      assertThat(from).isPositive();
      Matcher matcher = COLOUR.matcher(night ? sheet.substring(from) : sheet.substring(0, from));
      Map<String, String> colours = new TreeMap<>();
      while (matcher.find()) {
        colours.put(matcher.group(1), matcher.group(2));
      }
      return colours;
    }

    @ParameterizedTest
    @EnumSource(Mark.class)
    void everyMarkHasAColour(Mark mark) {
      Matcher rule =
          Pattern.compile(
                  Pattern.quote(
                          ".%1$s > .col, .key.%1$s, .token.%1$s { background: "
                              .formatted(mark.style()))
                      + "(.+?); }")
              .matcher(sheet());
      assertThat(rule.find()).as("a rule for %s", mark).isTrue();
      Matcher named = Pattern.compile("var\\(--([a-z-]+)\\)").matcher(rule.group(1));
      assertThat(named.find()).as(rule.group(1)).isTrue();
      assertThat(colours(false)).containsKey(named.group(1));
      assertThat(colours(true)).containsKey(named.group(1));
    }

    @Test
    void allKindsOfFieldAreMarkedApart() {
      List<Field> fields = allKinds();
      Map<Mark, Explanation> marks = new EnumMap<>(Mark.class);
      fields.forEach(field -> marks.put(Mark.of(field.explanation()), field.explanation()));

      assertThat(marks).hasSameSizeAs(fields);
      assertThat(fields.stream().map(field -> field.explanation().getClass().getName()))
          .containsAll(
              Arrays.stream(Explanation.class.getPermittedSubclasses())
                  .map(Class::getName)
                  .toList());
    }

    /** Those of the answers, and those of the request, which never stand in one grid. */
    @Test
    void lettersTellMarksApart() {
      int request = Mark.HARMLESS.ordinal();
      List<String> letters = Stream.of(Mark.values()).map(Mark::letter).toList();

      assertThat(letters.subList(0, request)).doesNotHaveDuplicates();
      assertThat(letters.subList(request, letters.size())).doesNotHaveDuplicates();
    }

    /** WCAG 2.2, 1.4.3: 4.5 to 1 at least. */
    @Test
    void textCanBeReadOnEveryColour() {
      for (boolean night : new boolean[] {false, true}) {
        Map<String, String> colours = colours(night);
        assertThat(colours.keySet()).isEqualTo(colours(!night).keySet()).hasSizeGreaterThan(15);
        TreeSet<String> grounds = new TreeSet<>(colours.keySet());
        grounds.removeAll(List.of("ink", "faint", "touch", "line"));
        String ink = Objects.requireNonNull(colours.get("ink"));
        for (String ground : grounds) {
          assertThat(contrast(ink, Objects.requireNonNull(colours.get(ground))))
              .as("%s at %s", ground, night ? "night" : "day")
              .isGreaterThan(4.5);
        }
      }
    }

    private static double contrast(String one, String other) {
      double a = luminance(one) + 0.05;
      double b = luminance(other) + 0.05;
      return Math.max(a, b) / Math.min(a, b);
    }

    private static double luminance(String colour) {
      int rgb = Integer.parseInt(colour, 16);
      return 0.2126 * linear(rgb >> 16) + 0.7152 * linear(rgb >> 8) + 0.0722 * linear(rgb);
    }

    private static double linear(int channel) {
      double value = (channel & 0xff) / 255.0;
      return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }
  }
}
