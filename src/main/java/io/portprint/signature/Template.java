package io.portprint.signature;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A value that an entry names, with {@code $1} to {@code $9} where captured text goes. Any other
 * dollar sign stands for itself.
 */
final class Template {

  private static final String CPE_PREFIX = "cpe:2.3:";
  private static final int CPE_PARTS = 13;

  private final String source;

  Template(String source) {
    this.source = source;
  }

  String source() {
    return source;
  }

  /** The groups that it refers to, in the order of their appearance. */
  List<Integer> groups() {
    List<Integer> groups = new ArrayList<>();
    for (int at = 0; at + 1 < source.length(); at++) {
      if (refersAt(source, at)) {
        groups.add(source.charAt(++at) - '0');
      }
    }
    return groups;
  }

  /**
   * The value with the captured text in place.
   *
   * @param captured the text of a group; empty where the group took no part in the match
   * @return empty where any group that is referred to is absent, or nothing is left
   */
  Optional<String> fill(IntFunction<Optional<String>> captured) {
    return Optional.ofNullable(fill(source, captured, UnaryOperator.identity()))
        .map(String::strip)
        .filter(value -> !value.isEmpty());
  }

  /**
   * The value as a CPE name: captured text is quoted, and a part whose group is absent becomes
   * {@code *}.
   */
  String fillCpe(IntFunction<Optional<String>> captured) {
    return Arrays.stream(source.split(":", -1))
        .map(
            part -> {
              if (part.indexOf('$') < 0) {
                return part;
              }
              String filled = fill(part, captured, Template::quotedForCpe);
              return filled == null || filled.isEmpty() ? "*" : filled.equals("-") ? "\\-" : filled;
            })
        .collect(Collectors.joining(":"));
  }

  /**
   * Whether it has the form of a CPE 2.3 formatted string: a prefix, the kind of thing, and ten
   * attributes.
   */
  boolean isCpe() {
    return source.startsWith(CPE_PREFIX)
        && source.split(":", -1).length == CPE_PARTS
        && "aoh".indexOf(source.charAt(CPE_PREFIX.length())) >= 0
        && source.charAt(CPE_PREFIX.length() + 1) == ':'
        && source.chars().noneMatch(c -> c <= ' ' || c > '~' || Character.isUpperCase(c));
  }

  private static boolean refersAt(String text, int at) {
    return text.charAt(at) == '$'
        && at + 1 < text.length()
        && text.charAt(at + 1) >= '1'
        && text.charAt(at + 1) <= '9';
  }

  private static @Nullable String fill(
      String text, IntFunction<Optional<String>> captured, UnaryOperator<String> quoting) {
    StringBuilder filled = new StringBuilder();
    for (int at = 0; at < text.length(); at++) {
      if (refersAt(text, at)) {
        Optional<String> value = captured.apply(text.charAt(++at) - '0');
        if (value.isEmpty()) {
          return null;
        }
        filled.append(quoting.apply(value.get()));
      } else {
        filled.append(text.charAt(at));
      }
    }
    return filled.toString();
  }

  /**
   * A captured value in the formatted-string binding: lower case, white space as underscore, a
   * backslash before everything but letters, digits, underscore, hyphen and full stop; what is not
   * printable ASCII has no place in it.
   *
   * @see <a href="https://nvlpubs.nist.gov/nistpubs/Legacy/IR/nistir7695.pdf">NISTIR 7695, 5.3.2
   *     and 6.2</a>
   */
  static String quotedForCpe(String value) {
    StringBuilder quoted = new StringBuilder(value.length() + 8);
    for (int at = 0; at < value.length(); at++) {
      char c = value.charAt(at);
      if (c == ' ') {
        quoted.append('_');
      } else if (c >= 'A' && c <= 'Z') {
        quoted.append((char) (c + ('a' - 'A')));
      } else if (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.') {
        quoted.append(c);
      } else if (c > ' ' && c <= '~') {
        quoted.append('\\').append(c);
      }
    }
    return quoted.toString();
  }
}
