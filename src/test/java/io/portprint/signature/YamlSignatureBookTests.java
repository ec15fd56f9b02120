package io.portprint.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Span;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlSignatureBookTests {

  private static YamlSignatureBook book(String... entries) {
    return YamlSignatureBook.of(
        Map.of("demo.yaml", "protocol: demo\nsignatures:\n" + String.join("", entries)));
  }

  private static String entry(String id, String pattern, String values) {
    return """
      - id: %s
        field: f
        pattern: '%s'
        examples: [{text: x}]
        %s
    """
        .formatted(id, pattern, values);
  }

  private static Service only(YamlSignatureBook book, String subject) {
    return book.match("demo.f", Bytes.latin1(subject)).orElseThrow().service();
  }

  @Nested
  class Matching {

    private final YamlSignatureBook book =
        book(entry("narrow", "one two", "product: Narrow"), entry("wide", "one", "product: Wide"));

    @Test
    void takesTheFirstInFileOrder() {
      assertThat(only(book, "one two").product()).isEqualTo("Narrow");
      assertThat(only(book, "one three").product()).isEqualTo("Wide");
    }

    @Test
    void tellsWhereInTheSubject() {
      assertThat(book.match("demo.f", Bytes.latin1("\u00ff\u0000one")))
          .hasValueSatisfying(
              match -> {
                assertThat(match.signature()).isEqualTo("demo/wide");
                assertThat(match.matched()).containsExactly(new Span(2, 3));
              });
    }

    @Test
    void knowsNothingOfOtherFields() {
      assertThat(book.match("demo.g", Bytes.latin1("one"))).isEmpty();
    }

    @Test
    void leavesTheProtocolToTheProbeUnlessTheEntryNamesOne() {
      assertThat(only(book, "one").protocol()).isNull();
      assertThat(only(book(entry("a", "x", "protocol: other")), "x").protocol()).isEqualTo("other");
    }

    @Test
    void looksAtTheHeadOfALongSubjectOnly() {
      String padding = "-".repeat(Shelf.SUBJECT_LIMIT - 3);
      assertThat(book.match("demo.f", Bytes.latin1(padding + "one"))).isPresent();
      assertThat(book.match("demo.f", Bytes.latin1("-" + padding + "one"))).isEmpty();
    }

    @Test
    void readsFlags() {
      YamlSignatureBook flagged = book(entry("a", "^B.C$", "product: P\n    flags: ism"));
      assertThat(flagged.match("demo.f", Bytes.latin1("a\nb\nc\nd"))).isPresent();
    }
  }

  @Nested
  class Substitution {

    @Test
    void fillsWhatWasCaptured() {
      Service service =
          only(
              book(
                  entry(
                      "a", "(\\w+)/([\\d.]+)", "product: the $1\n    version: $2\n    info: $ 5")),
              "Thing/1.2");
      assertThat(service.product()).isEqualTo("the Thing");
      assertThat(service.version()).isEqualTo("1.2");
      assertThat(service.info()).isEqualTo("$ 5");
    }

    @Test
    void blanksOnlyTheFieldOfAnAbsentGroup() {
      Service service =
          only(
              book(
                  entry(
                      "a",
                      "thing(?:/([\\d.]+))?",
                      "product: Thing\n"
                          + "    version: $1\n"
                          + "    cpe: cpe:2.3:a:m:thing:$1:*:*:*:*:*:*:*")),
              "thing");
      assertThat(service.product()).isEqualTo("Thing");
      assertThat(service.version()).isNull();
      assertThat(service.cpe()).containsExactly("cpe:2.3:a:m:thing:*:*:*:*:*:*:*:*");
    }

    @Test
    void dropsWhatIsNotVisible() {
      YamlSignatureBook book = book(entry("a", "<(.*)>", "product: $1\n    flags: s"));
      assertThat(only(book, "<a\u0000\u001b[31m\r\nb\u0085>").product()).isEqualTo("a[31m  b");
      assertThat(book.match("demo.f", Bytes.hex("3c 41 e2 80 ae 42 c3 a9 3e")))
          .map(match -> match.service().product())
          .as("UTF-8 with a direction mark")
          .contains("AB\u00e9");
      assertThat(only(book, "<\u00e9>").product()).isEqualTo("\u00e9");
      assertThat(only(book, "<\u0000>").product()).isNull();
    }

    @Test
    void cutsLongText() {
      assertThat(only(book(entry("a", "(x*)", "product: $1")), "x".repeat(5000)).product())
          .hasSize(Rule.CAPTURE_LIMIT);
    }

    @ParameterizedTest
    @CsvSource({
      "1.2.3, 1.2.3",
      "1.2-rc_1, 1.2-rc_1",
      "9.2p1 Debian 2, 9.2p1_debian_2",
      "a:b, a\\:b",
      "a\\b, a\\\\b",
      "*, \\*",
      "?, \\?",
      "-, \\-",
      "1+git~2, 1\\+git\\~2",
    })
    void quotesWhatGoesIntoCpeNames(String captured, String part) {
      Service service =
          only(
              book(entry("a", "<(.*)>", "product: P\n    cpe: cpe:2.3:a:m:p:$1:*:*:*:*:*:*:*")),
              "<" + captured + ">");
      assertThat(service.cpe()).containsExactly("cpe:2.3:a:m:p:" + part + ":*:*:*:*:*:*:*");
    }
  }

  @Nested
  class Hostility {

    @Test
    void givesUpOnACatastrophicPatternAndTriesTheOthers() {
      YamlSignatureBook book =
          book(
              entry("bomb", "^(.*)(.*)(.*)(.*)[#%]", "product: Bomb"),
              entry("sound", "a!", "product: Sound"));
      Optional<Match> match = book.match("demo.f", Bytes.latin1("a".repeat(2000) + "!"));
      assertThat(match).map(Match::signature).contains("demo/sound");
      assertThat(book.abandoned()).isEqualTo(1);
    }

    @Test
    void givesUpOnDeepRecursionAndTriesTheOthers() {
      YamlSignatureBook book =
          book(
              entry("deep", "^(?:(?:a|b|c)(?:a|b|c)?)*$", "product: Deep"),
              entry("sound", "^a", "product: Sound"));
      Optional<Match> match =
          onASmallStack(() -> book.match("demo.f", Bytes.latin1("abc".repeat(2700))));
      assertThat(match).map(Match::signature).contains("demo/sound");
      assertThat(book.abandoned()).isEqualTo(1);
    }

    @Test
    void boundsTheReadsOfASubject() {
      MeteredText text = new MeteredText("abc", 2);
      assertThat(text.charAt(0)).isEqualTo('a');
      assertThat(text.charAt(2)).isEqualTo('c');
      assertThat(catchThrowable(() -> text.charAt(1)))
          .isInstanceOf(MeteredText.OutOfSteps.class)
          .hasNoCause()
          .satisfies(thrown -> assertThat(thrown.getStackTrace()).isEmpty());
    }

    private static <T> T onASmallStack(Supplier<T> work) {
      FutureTask<T> task = new FutureTask<>(work::get);
      new Thread(null, task, "small stack", 256 * 1024).start();
      try {
        return task.get();
      } catch (InterruptedException | ExecutionException failed) {
        throw new AssertionError(failed);
      }
    }
  }
}
