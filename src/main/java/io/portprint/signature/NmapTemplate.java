package io.portprint.signature;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A value of a match line: text with {@code $1} to {@code $9}, and the helpers {@code $P(1)} (what
 * is printable of it), {@code $SUBST(1,"_",".")} (with all of one text replaced) and {@code
 * $I(1,">")} (its bytes as an unsigned number, {@code >} for big-endian).
 *
 * @see <a href="https://nmap.org/book/vscan-fileformat.html">the format, in its authors' words</a>
 */
final class NmapTemplate {

  private static final Pattern REFERENCE =
      Pattern.compile(
          "\\$(?:(?<group>[1-9])|P\\(\\s*(?<printable>[1-9])\\s*\\)"
              + "|I\\(\\s*(?<number>[1-9])\\s*,\\s*\"(?<order>[<>])\"\\s*\\)"
              + "|SUBST\\(\\s*(?<subst>[1-9])\\s*,\\s*\"(?<from>[^\"]*)\"\\s*,\\s*\"(?<to>[^\"]*)\"\\s*\\))");

  private static final int MOST_BYTES_OF_A_NUMBER = 8;

  private final String source;
  private final List<Part> parts;

  private sealed interface Part {

    /** Empty where the group took no part in the match. */
    Optional<String> of(IntFunction<Optional<String>> raw);

    record Text(String text) implements Part {

      @Override
      public Optional<String> of(IntFunction<Optional<String>> raw) {
        return Optional.of(text);
      }
    }

    record Group(int group) implements Part {

      @Override
      public Optional<String> of(IntFunction<Optional<String>> raw) {
        return raw.apply(group);
      }
    }

    record Printable(int group) implements Part {

      @Override
      public Optional<String> of(IntFunction<Optional<String>> raw) {
        return raw.apply(group).map(text -> text.replaceAll("[^ -~]", ""));
      }
    }

    record Substitution(int group, String from, String to) implements Part {

      @Override
      public Optional<String> of(IntFunction<Optional<String>> raw) {
        return raw.apply(group).map(text -> from.isEmpty() ? text : text.replace(from, to));
      }
    }

    record Number(int group, boolean bigEndian) implements Part {

      @Override
      public Optional<String> of(IntFunction<Optional<String>> raw) {
        return raw.apply(group)
            .filter(text -> !text.isEmpty() && text.length() <= MOST_BYTES_OF_A_NUMBER)
            .map(
                text -> {
                  String ordered = bigEndian ? text : new StringBuilder(text).reverse().toString();
                  return new BigInteger(1, ordered.getBytes(StandardCharsets.ISO_8859_1))
                      .toString();
                });
      }
    }
  }

  NmapTemplate(String source) {
    this.source = source;
    this.parts = new ArrayList<>();
    Matcher matcher = REFERENCE.matcher(source);
    int from = 0;
    while (matcher.find()) {
      text(source.substring(from, matcher.start()));
      parts.add(reference(matcher));
      from = matcher.end();
    }
    text(source.substring(from));
  }

  String source() {
    return source;
  }

  /** The highest group that it refers to; 0 where it refers to none. */
  int highestGroup() {
    return parts.stream()
        .mapToInt(
            part ->
                switch (part) {
                  case Part.Text _ -> 0;
                  case Part.Group(int group) -> group;
                  case Part.Printable(int group) -> group;
                  case Part.Substitution(int group, _, _) -> group;
                  case Part.Number(int group, _) -> group;
                })
        .max()
        .orElse(0);
  }

  /**
   * The value, fit to be shown.
   *
   * @param raw the captured bytes of a group as ISO-8859-1 text
   * @return empty where a group that it refers to is absent, or nothing is left
   */
  Optional<String> fill(IntFunction<Optional<String>> raw) {
    StringBuilder filled = new StringBuilder();
    for (Part part : parts) {
      Optional<String> text = part.of(raw);
      if (text.isEmpty()) {
        return Optional.empty();
      }
      filled.append(text.get());
    }
    return Optional.of(Rule.cleaned(filled.toString())).filter(value -> !value.isEmpty());
  }

  /** The value as a CPE 2.3 name; empty where it can't be one. */
  Optional<String> fillCpe(IntFunction<Optional<String>> raw) {
    StringBuilder uri = new StringBuilder();
    for (Part part : parts) {
      String text = part.of(raw).map(Rule::cleaned).orElse("");
      uri.append(part instanceof Part.Text ? text : CpeUri.quoted(text));
    }
    return CpeUri.formatted(uri.toString());
  }

  private void text(String text) {
    if (!text.isEmpty()) {
      parts.add(new Part.Text(text));
    }
  }

  private static Part reference(Matcher matcher) {
    if (matcher.group("group") != null) {
      return new Part.Group(Integer.parseInt(matcher.group("group")));
    }
    if (matcher.group("printable") != null) {
      return new Part.Printable(Integer.parseInt(matcher.group("printable")));
    }
    if (matcher.group("number") != null) {
      return new Part.Number(
          Integer.parseInt(matcher.group("number")), matcher.group("order").equals(">"));
    }
    return new Part.Substitution(
        Integer.parseInt(matcher.group("subst")),
        unescaped(matcher.group("from")),
        unescaped(matcher.group("to")));
  }

  private static String unescaped(String text) {
    return text.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t");
  }
}
