package io.portprint.signature;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Patterns of other engines in the syntax of {@code java.util.regex}: what means the same is left
 * as it is, what means something else or nothing there is written otherwise. Each fix-up is
 * counted, once per pattern and kind.
 *
 * @see <a href="https://www.pcre.org/original/doc/html/pcrepattern.html">pcrepattern</a>
 * @see <a href="https://github.com/kkos/oniguruma/blob/master/doc/RE">Oniguruma's RE</a>
 */
final class ForeignRegex {

  /** Whose syntax it is. */
  enum Dialect {
    PCRE,
    RUBY
  }

  /** What had to be written otherwise. */
  enum Fixup {
    OCTAL_ESCAPE,
    SHORT_HEXADECIMAL_ESCAPE,
    UNKNOWN_ESCAPE,
    RUBY_ESCAPE,
    LITERAL_BRACE,
    LITERAL_BRACKET,
    CLASS_INTERSECTION,
    HYPHEN_IN_CLASS,
    POSIX_CLASS,
    NAMED_GROUP,
    INLINE_FLAG,
    START_OF_EMPTY_TEXT,
    COMMENT
  }

  /** The class names between {@code [:} and {@code :]}, as java.util.regex has them. */
  private static final Map<String, String> POSIX =
      Map.ofEntries(
          Map.entry("alpha", "Alpha"),
          Map.entry("digit", "Digit"),
          Map.entry("alnum", "Alnum"),
          Map.entry("upper", "Upper"),
          Map.entry("lower", "Lower"),
          Map.entry("punct", "Punct"),
          Map.entry("graph", "Graph"),
          Map.entry("print", "Print"),
          Map.entry("blank", "Blank"),
          Map.entry("cntrl", "Cntrl"),
          Map.entry("xdigit", "XDigit"),
          Map.entry("space", "Space"));

  private final String source;
  private final Dialect dialect;
  private final int groups;
  private final Map<Fixup, Integer> fixups;
  private final Map<Fixup, Integer> own = new HashMap<>();
  private final StringBuilder out;
  private int at;

  private ForeignRegex(String source, Dialect dialect, Map<Fixup, Integer> fixups) {
    this.source = source;
    this.dialect = dialect;
    this.fixups = fixups;
    this.groups = groups(source);
    this.out = new StringBuilder(source.length() + 16);
  }

  /**
   * @param source over ISO-8859-1 text
   * @param flags of {@link Pattern}
   * @param fixups where what had to be written otherwise is counted
   * @throws PatternSyntaxException where it can't be understood
   */
  static Pattern compile(String source, Dialect dialect, int flags, Map<Fixup, Integer> fixups) {
    String written = new ForeignRegex(source, dialect, fixups).written();
    Pattern pattern = Pattern.compile(written, flags | Pattern.UNIX_LINES);
    boolean lines = (flags & Pattern.MULTILINE) != 0;
    if (lines && written.startsWith("^") && lacksEmpty(pattern)) {
      fixups.merge(Fixup.START_OF_EMPTY_TEXT, 1, Integer::sum);
      return Pattern.compile("(?:^|\\A)" + written.substring(1), pattern.flags());
    }
    return pattern;
  }

  /** Where ^ is about lines, java.util.regex finds no line in the empty text, and others do. */
  private static boolean lacksEmpty(Pattern pattern) {
    return !pattern.matcher("").find()
        && Pattern.compile(pattern.pattern(), pattern.flags() & ~Pattern.MULTILINE)
            .matcher("")
            .find();
  }

  private String written() {
    while (at < source.length()) {
      char c = source.charAt(at++);
      switch (c) {
        case '\\' -> escape(false);
        case '[' -> characterClass();
        case '(' -> group();
        case '{' -> brace();
        case '}' -> literally('}', Fixup.LITERAL_BRACE);
        default -> out.append(c);
      }
    }
    own.forEach((fixup, _) -> fixups.merge(fixup, 1, Integer::sum));
    return out.toString();
  }

  private void group() {
    out.append('(');
    if (!source.startsWith("?", at)) {
      return;
    }
    if (source.startsWith("?#", at)) {
      out.setLength(out.length() - 1);
      int end = source.indexOf(')', at);
      at = end < 0 ? source.length() : end + 1;
      count(Fixup.COMMENT);
    } else if (source.startsWith("?P<", at)) {
      out.append("?<");
      at += 3;
      groupName();
      count(Fixup.NAMED_GROUP);
    } else if (source.startsWith("?<", at)
        && !source.startsWith("?<=", at)
        && !source.startsWith("?<!", at)) {
      out.append("?<");
      at += 2;
      groupName();
    } else if (dialect == Dialect.RUBY) {
      // Ruby's m is the s of all others; ^ and $ are about lines anyway.
      int end = at + 1;
      while (end < source.length() && "imx-".indexOf(source.charAt(end)) >= 0) {
        end++;
      }
      String flags = source.substring(at, end);
      if (flags.indexOf('m') >= 0) {
        count(Fixup.INLINE_FLAG);
      }
      out.append(flags.replace('m', 's'));
      at = end;
    }
  }

  /** Names may hold no underscore in java.util.regex. */
  private void groupName() {
    int end = source.indexOf('>', at);
    if (end < 0) {
      throw new PatternSyntaxException("group name without end", source, at);
    }
    String name = source.substring(at, end);
    if (name.indexOf('_') >= 0) {
      count(Fixup.NAMED_GROUP);
    }
    out.append(name.replace("_", "U"));
    at = end;
  }

  /** A brace that opens no repetition stands for itself. */
  private void brace() {
    int end = at;
    while (end < source.length() && isDigit(source.charAt(end))) {
      end++;
    }
    boolean repeats = end > at;
    if (repeats && end < source.length() && source.charAt(end) == ',') {
      end++;
      while (end < source.length() && isDigit(source.charAt(end))) {
        end++;
      }
    }
    repeats = repeats && end < source.length() && source.charAt(end) == '}';
    if (repeats) {
      out.append(source, at - 1, end + 1);
      at = end + 1;
    } else {
      literally('{', Fixup.LITERAL_BRACE);
    }
  }

  private void characterClass() {
    out.append('[');
    if (source.startsWith("^", at)) {
      out.append('^');
      at++;
    }
    boolean first = true;
    boolean afterSet = false;
    while (true) {
      if (at >= source.length()) {
        throw new PatternSyntaxException("class without end", source, source.length() - 1);
      }
      char c = source.charAt(at++);
      boolean set = false;
      if (c == ']' && !first) {
        break;
      }
      switch (c) {
        case ']' -> literally(c, Fixup.LITERAL_BRACKET);
        case '[' -> set = bracketInClass();
        case '&' -> {
          if (source.startsWith("&", at)) {
            literally('&', Fixup.CLASS_INTERSECTION);
          } else {
            out.append('&');
          }
        }
        case '^' -> out.append("\\^");
        case '-' -> {
          boolean atEdge = first || source.startsWith("]", at);
          if (!atEdge && (afterSet || setFollows())) {
            literally('-', Fixup.HYPHEN_IN_CLASS);
          } else {
            out.append(atEdge ? "\\-" : "-");
          }
        }
        case '\\' -> set = escape(true);
        default -> out.append(c);
      }
      first = false;
      afterSet = set;
    }
    out.append(']');
  }

  private boolean setFollows() {
    return source.startsWith("[:", at)
        || source.startsWith("\\", at)
            && at + 1 < source.length()
            && "dDwWsShHvV".indexOf(source.charAt(at + 1)) >= 0;
  }

  private boolean bracketInClass() {
    if (source.startsWith(":", at)) {
      int end = source.indexOf(":]", at);
      boolean negated = source.startsWith(":^", at);
      String name = end < 0 ? "" : source.substring(at + (negated ? 2 : 1), end);
      String java = POSIX.get(name);
      if (java != null) {
        out.append(negated ? "\\P{" : "\\p{").append(java).append('}');
        at = end + 2;
        count(Fixup.POSIX_CLASS);
        return true;
      }
    }
    if (dialect == Dialect.RUBY) {
      // Classes nest in Ruby as they do in Java.
      characterClass();
      return true;
    }
    literally('[', Fixup.LITERAL_BRACKET);
    return false;
  }

  /** Whether it was a set of characters rather than one. */
  private boolean escape(boolean inClass) {
    if (at >= source.length()) {
      throw new PatternSyntaxException("ends in a backslash", source, at);
    }
    char c = source.charAt(at++);
    if (isDigit(c)) {
      digits(c, inClass);
      return false;
    }
    switch (c) {
      case 'x' -> hexadecimal();
      case 'h', 'H' -> {
        if (dialect == Dialect.RUBY) {
          out.append(c == 'h' ? "\\p{XDigit}" : "\\P{XDigit}");
          count(Fixup.RUBY_ESCAPE);
        } else {
          out.append('\\').append(c);
        }
        return true;
      }
      case 'v' -> {
        if (dialect == Dialect.RUBY) {
          out.append("\\x0b");
          count(Fixup.RUBY_ESCAPE);
          return false;
        }
        out.append("\\v");
        return true;
      }
      case 'd', 'D', 'w', 'W', 's', 'S', 'V', 'p', 'P' -> {
        out.append('\\').append(c);
        return true;
      }
      case 'b' -> {
        out.append(inClass ? "\\x08" : "\\b");
      }
      case 'n', 'r', 't', 'f', 'a', 'e', 'c' -> out.append('\\').append(c);
      case 'A', 'B', 'G', 'Z', 'z', 'R', 'X', 'k', 'Q', 'E' -> {
        if (inClass) {
          out.append(c);
          count(Fixup.UNKNOWN_ESCAPE);
        } else {
          out.append('\\').append(c);
        }
      }
      default -> {
        if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') {
          // PCRE and Ruby take an escaped letter that means nothing for the letter.
          out.append(c);
          count(Fixup.UNKNOWN_ESCAPE);
        } else {
          out.append('\\').append(c);
        }
      }
    }
    return false;
  }

  /** A reference to a group where there is one, else a character in octal. */
  private void digits(char first, boolean inClass) {
    if (first != '0' && !inClass) {
      int end = at;
      while (end < source.length() && isDigit(source.charAt(end)) && end - at < 3) {
        end++;
      }
      int number = Integer.parseInt(source.substring(at - 1, end));
      if (number < 10 || number <= groups) {
        out.append('\\').append(number);
        at = end;
        return;
      }
    }
    int start = at - 1;
    int end = start;
    while (end < source.length() && end - start < 3 && isOctal(source.charAt(end))) {
      end++;
    }
    count(Fixup.OCTAL_ESCAPE);
    if (end == start) {
      out.append(first);
      return;
    }
    character(Integer.parseInt(source.substring(start, end), 8) & 0xff);
    at = end;
  }

  private void hexadecimal() {
    if (source.startsWith("{", at)) {
      out.append("\\x");
      return;
    }
    int end = at;
    while (end < source.length() && end - at < 2 && Character.digit(source.charAt(end), 16) >= 0) {
      end++;
    }
    if (end - at < 2) {
      count(Fixup.SHORT_HEXADECIMAL_ESCAPE);
    }
    character(end == at ? 0 : Integer.parseInt(source.substring(at, end), 16));
    at = end;
  }

  private void character(int value) {
    out.append("\\x")
        .append(Character.forDigit(value >> 4, 16))
        .append(Character.forDigit(value & 0xf, 16));
  }

  private void literally(char c, Fixup fixup) {
    out.append('\\').append(c);
    count(fixup);
  }

  private void count(Fixup fixup) {
    own.put(fixup, 1);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isOctal(char c) {
    return c >= '0' && c <= '7';
  }

  /** How many groups capture. */
  private static int groups(String source) {
    int groups = 0;
    boolean inClass = false;
    for (int at = 0; at < source.length(); at++) {
      switch (source.charAt(at)) {
        case '\\' -> at++;
        case '[' -> inClass = true;
        case ']' -> inClass = false;
        case '(' -> {
          boolean plain = !source.startsWith("?", at + 1);
          boolean named =
              source.startsWith("?P<", at + 1)
                  || source.startsWith("?<", at + 1)
                      && !source.startsWith("?<=", at + 1)
                      && !source.startsWith("?<!", at + 1);
          groups += !inClass && (plain || named) ? 1 : 0;
        }
        default -> {}
      }
    }
    return groups;
  }
}
