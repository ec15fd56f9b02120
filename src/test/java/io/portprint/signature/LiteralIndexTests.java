package io.portprint.signature;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The index spares work and changes nothing. */
class LiteralIndexTests {

  private static LiteralIndex index(String... patterns) {
    return new LiteralIndex(Arrays.stream(patterns).map(Pattern::compile).toList());
  }

  @Nested
  class Sparing {

    @ParameterizedTest
    @CsvSource(
        delimiter = ';',
        value = {
          "^220 vsFTPd; 220 vsFTPd (3.0); 220 ProFTPD",
          "abcd|efgh; xxefghxx; abcefg",
          "(?i)ABcd; aBCD; abc",
          "[aA][bB]cd; ABcd; abxcd",
          "a(?:bcd)ef; abcdef; abc def",
          "(ab(cd)); abcd; ab cd",
          "ab\\bcd; abcd; ab",
          "(?:ab){2}; abab; ab",
          "x(?:abcd)+y; xabcdabcdy; xy",
          "ab\\x63d|\\Qa.b.\\E; a.b.; axbx",
          "\\Qa.b.c\\E; a.b.c; aXbXc",
          "abc\\0144; abcd; abc4",
          "ab(?=c)cd; abcd; abc",
          "wxyz(?:abcd)?; wxyz; abcd",
        })
    void asksForWhatIsRequired(String pattern, String found, String spared) {
      LiteralIndex index = index(pattern);
      assertThat(index.candidates(found).get(0)).isTrue();
      assertThat(index.candidates(spared).get(0)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = ';',
        value = {
          "^[0-3]\\d:; 12:; x",
          "^\\xff\\xfd; \u00ff\u00fd; 0",
          "^(?:ab|cd)\\d; cd1; ef",
          "^(?i)ab; Ab; cb",
          "^a?b; bc; c",
        })
    void asksTheFirstCharacterWhereALiteralIsLacking(String pattern, String found, String spared) {
      LiteralIndex index = index(pattern);
      assertThat(index.alwaysTried()).isZero();
      assertThat(index.candidates(found).get(0)).isTrue();
      assertThat(index.candidates(spared).get(0)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"(?m)^ab", "^ab|cd", "\\Aab", "ab$"})
    void takesNothingElseForAnchored(String pattern) {
      LiteralIndex index = index(pattern);
      assertThat(index.alwaysTried()).isEqualTo(1);
      assertThat(index.candidates("x dcba").get(0)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "abc",
          "ab.cd",
          "(?:abcd)?",
          "(?:abcd)*",
          "abcd|x",
          "(?!abcd)",
          "a[bc]d",
          "[^a]bcd",
          "(?x)a b c d",
          "(?iu)abcd",
          "a?bcd",
          "(?=abcd)",
          "(abcd){0,3}",
          "\\babc",
          "abc\\u0164"
        })
    void triesAlwaysWhatRequiresNothing(String pattern) {
      assertThat(index(pattern).alwaysTried()).isEqualTo(1);
      assertThat(index(pattern).candidates("zyx dcba").get(0)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = ';',
        value = {"[ab]+:[cd]; a:c; acbd", "(?:x|y)=; x=; xy", "(?:xa|xb); ax; ab", "(A)?b+; b; a"})
    void sparesWhatLacksACharacter(String pattern, String found, String spared) {
      LiteralIndex index = index(pattern);
      assertThat(index.candidates(found).get(0)).isTrue();
      assertThat(index.candidates(spared).get(0)).isFalse();
    }

    @Test
    void prefersTheRarest() {
      LiteralIndex index = index("HTTP/1.0 alpha", "HTTP/1.0 beta", "HTTP/1.0 gamma");
      assertThat(index.candidates("http/1.0 beta").stream()).containsExactly(1);
    }
  }

  @Nested
  class Soundness {

    private static final String[] ATOMS = {
      "a",
      "b",
      "ab",
      "abab",
      "B",
      "[ab]",
      "[aA]",
      "[^a]",
      ".",
      "\\w",
      "\\x61",
      "(?:a|b)",
      "(ab)",
      "(?i:A)",
      "\\b",
      "(?=a)",
      "(?!b)",
      "(?<=a)",
      "\\Qab\\E",
      "$",
      "^",
      "(a)\\1",
      "\\n",
      "[a-b]",
      "(?i)",
      "[]a]",
      "\\0141",
      "(?<n>b)",
      "\\R",
      "[b&&[ab]]",
      "|"
    };
    private static final String[] QUANTIFIERS = {
      "", "", "", "?", "*", "+", "{2}", "{1,3}", "+?", "*+"
    };

    /** Patterns by chance: where one is found, it is a candidate. */
    @Test
    void neverSparesWhatMatches() {
      Random random = new Random(7);
      int patterns = 0;
      int spared = 0;
      int found = 0;
      while (patterns < 2000) {
        Pattern pattern;
        try {
          pattern =
              Pattern.compile(
                  expression(random, 3), random.nextInt(4) == 0 ? Pattern.CASE_INSENSITIVE : 0);
        } catch (PatternSyntaxException _) {
          continue;
        }
        patterns++;
        LiteralIndex index = new LiteralIndex(List.of(pattern));
        for (int turn = 0; turn < 25; turn++) {
          String text = text(random);
          boolean candidate = index.candidates(text).get(0);
          Optional<Boolean> finds = finds(pattern, text);
          if (finds.isEmpty()) {
            break;
          }
          if (finds.get()) {
            found++;
            assertThat(candidate).as("%s in %s", pattern, text).isTrue();
          } else if (!candidate) {
            spared++;
          }
        }
      }
      assertThat(found).isGreaterThan(5_000);
      assertThat(spared).isGreaterThan(1_000);
    }

    /** Empty where it takes too long to tell. */
    private static Optional<Boolean> finds(Pattern pattern, String text) {
      try {
        return Optional.of(pattern.matcher(new MeteredText(text, 100_000)).find());
      } catch (MeteredText.OutOfSteps _) {
        return Optional.empty();
      }
    }

    private static String expression(Random random, int depth) {
      StringBuilder text = new StringBuilder();
      for (int part = random.nextInt(6); part >= 0; part--) {
        String atom =
            depth > 0 && random.nextInt(4) == 0
                ? (random.nextBoolean() ? "(" : "(?:") + expression(random, depth - 1) + ")"
                : ATOMS[random.nextInt(ATOMS.length)];
        text.append(atom).append(QUANTIFIERS[random.nextInt(QUANTIFIERS.length)]);
      }
      return text.toString();
    }

    private static String text(Random random) {
      StringBuilder text = new StringBuilder();
      for (int left = random.nextInt(14); left > 0; left--) {
        text.append("aabbAB\n]".charAt(random.nextInt(8)));
      }
      return text.toString();
    }
  }

  /** The own book answers as if it tried all signatures in turn. */
  @Nested
  class OwnBook {

    private final YamlSignatureBook book = YamlSignatureBook.ofClassPath();

    @Test
    void findsTheSameInExamplesAndMutations() {
      Random random = new Random(11);
      List<String> examples =
          book.rules().stream()
              .flatMap(rule -> rule.examples().stream())
              .map(example -> example.subject().latin1())
              .toList();
      List<Function<String, String>> changes =
          List.of(
              text -> text,
              text -> text.substring(0, random.nextInt(text.length() + 1)),
              text -> text.substring(random.nextInt(text.length() + 1)),
              text -> flipped(text, random),
              text -> text + examples.get(random.nextInt(examples.size())),
              text ->
                  random.nextBoolean()
                      ? text.toUpperCase(Locale.ROOT)
                      : text.toLowerCase(Locale.ROOT));
      int matches = 0;
      for (String example : examples) {
        for (Function<String, String> change : changes) {
          matches += agreeing(latin1(change.apply(example)));
        }
      }
      assertThat(matches).isGreaterThan(examples.size());
    }

    @Test
    void findsTheSameInRandomBytes() {
      Random random = new Random(13);
      IntStream.range(0, 200)
          .forEach(
              _ -> {
                byte[] noise = new byte[random.nextInt(300)];
                random.nextBytes(noise);
                agreeing(Bytes.of(noise).latin1());
              });
      assertThat(book.shelves()).isNotEmpty();
    }

    @Test
    void sparesMostOfTheWork() {
      int rules = book.rules().size();
      int always = book.shelves().values().stream().mapToInt(Shelf::alwaysTried).sum();
      assertThat(always).isLessThan(rules / 2);
    }

    private int agreeing(String text) {
      List<Optional<Match>> indexed = new ArrayList<>();
      List<Optional<Match>> inTurn = new ArrayList<>();
      for (Shelf<Rule> shelf : book.shelves().values()) {
        indexed.add(shelf.first(text, (rule, matcher) -> rule.match(text, matcher)));
        inTurn.add(shelf.firstInTurn(text, (rule, matcher) -> rule.match(text, matcher)));
      }
      assertThat(indexed).as(text).isEqualTo(inTurn);
      return (int) indexed.stream().filter(Optional::isPresent).count();
    }

    private static String flipped(String text, Random random) {
      if (text.isEmpty()) {
        return text;
      }
      StringBuilder changed = new StringBuilder(text);
      changed.setCharAt(random.nextInt(text.length()), (char) random.nextInt(256));
      return changed.toString();
    }

    private static String latin1(String text) {
      return Bytes.latin1(text).latin1();
    }
  }

  @Nested
  class Unread {

    @ParameterizedTest
    @CsvSource(
        delimiter = ';',
        value = {
          "^220 (\\S+) ready.*$; 1",
          "(?:a?|b?){30}c; 1073741824",
          "x(?:a?|b?){30}c; 1073741824",
          "(|){20}(|){20}; 1099511627776",
        })
    void countsThePathsThatReadNothing(String pattern, long atLeast) throws Exception {
      long steps = UnreadSteps.of(RegexTree.of(Pattern.compile(pattern)));
      assertThat(steps).isBetween(atLeast, 4 * atLeast + 8);
    }

    @Test
    void boundsWhatIsDoneBetweenTwoReads() throws Exception {
      // A tenth of the pattern that would run for minutes: the estimate is above what happens.
      Pattern pattern = Pattern.compile("^x(?:a?|b?){10}c");
      long steps = UnreadSteps.of(RegexTree.of(pattern));
      Matcher matcher = pattern.matcher(new MeteredText("x", 100));
      assertThat(matcher.find()).isFalse();
      assertThat(steps).isGreaterThanOrEqualTo(1 << 10);
    }
  }
}
