package io.portprint.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portprint.signature.ForeignRegex.Dialect;
import io.portprint.signature.ForeignRegex.Fixup;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a pattern meant where it comes from, it means here. */
class ForeignRegexTests {

  private final Map<Fixup, Integer> fixups = new EnumMap<>(Fixup.class);

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "PCRE; a\\0b; a\\x00b; a0b; OCTAL_ESCAPE",
        "PCRE; a\\012b; a\\x0ab; a12b; OCTAL_ESCAPE",
        "PCRE; a\\101b; aAb; a101b; OCTAL_ESCAPE",
        "PCRE; [\\1]; \\x01; 1; OCTAL_ESCAPE",
        "PCRE; a\\xAz; a\\x0az; aAz; SHORT_HEXADECIMAL_ESCAPE",
        "PCRE; a{b}; a{b}; ab; LITERAL_BRACE",
        "PCRE; {\"a\":1}; {\"a\":1}; \"a\":1; LITERAL_BRACE",
        "PCRE; a{,3}; a{,3}; aa; LITERAL_BRACE",
        "PCRE; [[a]; [; b; LITERAL_BRACKET",
        "PCRE; []a]+x; ]x; x; LITERAL_BRACKET",
        "PCRE; ^[a&&b]$; &; c; CLASS_INTERSECTION",
        "PCRE; ^[\\w-\\d]$; -; +; HYPHEN_IN_CLASS",
        "PCRE; ^[[:alpha:]_]+$; a_b; a1; POSIX_CLASS",
        "PCRE; ^[[:^digit:]]$; a; 1; POSIX_CLASS",
        "PCRE; (?P<a_b>x)y; xy; y; NAMED_GROUP",
        "PCRE; a(?#what)b; ab; a; COMMENT",
        "PCRE; a\\yb; ayb; ab; UNKNOWN_ESCAPE",
        "RUBY; ^\\h+$; 0fA; xyz; RUBY_ESCAPE",
        "RUBY; (?m)a.b; a\\nb; ab; INLINE_FLAG",
        "RUBY; ^[[:digit:]a]$; 7; b; POSIX_CLASS",
      })
  void writesOtherwise(Dialect dialect, String source, String matching, String other, Fixup fixup) {
    Pattern pattern = ForeignRegex.compile(source, dialect, 0, fixups);
    assertThat(pattern.matcher(unescaped(matching)).find()).as("%s", pattern).isTrue();
    assertThat(pattern.matcher(other).find()).as("%s", pattern).isFalse();
    assertThat(fixups).containsOnlyKeys(fixup);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "^220 (\\S+) \\((\\d[\\d.]*)\\)\\r\\n$",
        "a{2,3}b",
        "(a)\\1",
        "[a-z\\d.-]",
        "(?:a|b)?"
      })
  void leavesWhatMeansTheSame(String source) {
    assertThat(ForeignRegex.compile(source, Dialect.PCRE, 0, fixups).matcher("").groupCount())
        .isEqualTo(Pattern.compile(source).matcher("").groupCount());
    assertThat(fixups).isEmpty();
  }

  @Test
  void endsLinesAtLineFeedsOnly() {
    Pattern pattern = ForeignRegex.compile("a.b$", Dialect.PCRE, 0, fixups);
    assertThat(pattern.matcher("a\rb\n").find()).isTrue();
    assertThat(pattern.matcher("a\rb\r").find()).isFalse();
    assertThat(pattern.matcher("a\nb").find()).isFalse();
  }

  @Test
  void findsTheEmptyLineOfAnEmptyText() {
    Pattern pattern = ForeignRegex.compile("^$", Dialect.RUBY, Pattern.MULTILINE, fixups);
    assertThat(pattern.matcher("").find()).isTrue();
    assertThat(fixups).containsOnlyKeys(Fixup.START_OF_EMPTY_TEXT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[a", "(a", "a\\", "*a", "(?<a"})
  void refusesWhatIsBroken(String source) {
    assertThatThrownBy(() -> ForeignRegex.compile(source, Dialect.PCRE, 0, fixups))
        .isInstanceOf(PatternSyntaxException.class);
  }

  private static String unescaped(String text) {
    return text.replace("\\x00", "\0")
        .replace("\\x0a", "\n")
        .replace("\\x01", "\u0001")
        .replace("\\n", "\n");
  }
}
