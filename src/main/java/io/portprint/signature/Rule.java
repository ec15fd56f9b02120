package io.portprint.signature;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Span;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A signature, ready to be tried.
 *
 * @param id such as {@code ftp/vsftpd}
 * @param field such as {@code ftp.greeting}
 * @param values by what they set; absent where the entry does not set it
 * @param examples subjects that it has to match, at least one
 */
record Rule(
    String id,
    String field,
    Pattern pattern,
    Map<Part, Template> values,
    List<Template> cpe,
    List<Example> examples)
    implements Shelf.Tried {

  /**
   * Characters of one captured text that are kept. Names and versions are short; what is longer is
   * an attack.
   */
  static final int CAPTURE_LIMIT = 256;

  /**
   * The parts of a service that an entry can set. CPE names are apart: an entry can set several.
   */
  enum Part {
    PRODUCT,
    VERSION,
    INFO,
    HOSTNAME,
    OS,
    DEVICE,
    PROTOCOL
  }

  /**
   * A proof of the entry.
   *
   * @param subject what the pattern has to match
   * @param expected what has to come out by the key that sets it; the empty text where nothing may
   *     come out
   */
  record Example(Bytes subject, Map<String, List<String>> expected) {

    Example {
      expected = Map.copyOf(expected);
    }
  }

  Rule {
    values = Map.copyOf(values);
    cpe = List.copyOf(cpe);
    examples = List.copyOf(examples);
  }

  String protocol() {
    return id.substring(0, id.indexOf('/'));
  }

  Signature shown(String origin) {
    Template product = values.get(Part.PRODUCT);
    return new Signature(
        id,
        protocol(),
        field,
        pattern.pattern(),
        product == null ? null : product.source(),
        origin);
  }

  /** What it says of the text that its pattern was found in. */
  Match match(String text, Matcher matcher) {
    IntFunction<Optional<String>> captured = group -> captured(matcher, text, group);
    Service service =
        new Service(
            value(Part.PROTOCOL, captured),
            value(Part.PRODUCT, captured),
            value(Part.VERSION, captured),
            value(Part.INFO, captured),
            value(Part.HOSTNAME, captured),
            value(Part.OS, captured),
            value(Part.DEVICE, captured),
            cpe.stream().map(template -> template.fillCpe(captured)).toList(),
            false);
    Span span = new Span(matcher.start(), matcher.end() - matcher.start());
    return new Match(id, service, List.of(span));
  }

  private @Nullable String value(Part part, IntFunction<Optional<String>> captured) {
    Template template = values.get(part);
    return template == null ? null : template.fill(captured).orElse(null);
  }

  /** The text of a group, as it may be shown; empty where the group took no part. */
  static Optional<String> captured(Matcher matcher, String text, int group) {
    int start = matcher.start(group);
    return start < 0
        ? Optional.empty()
        : Optional.of(cleaned(text.substring(start, matcher.end(group))));
  }

  /**
   * Captured text as it may be shown: UTF-8 where it is that, ISO-8859-1 otherwise; white space
   * becomes a blank, and what is not visible (controls, direction marks, private use) is dropped.
   */
  static String cleaned(String latin1) {
    StringBuilder clean = new StringBuilder();
    decoded(latin1)
        .codePoints()
        .map(c -> Character.isWhitespace(c) || Character.isSpaceChar(c) ? ' ' : c)
        .filter(Rule::visible)
        .limit(CAPTURE_LIMIT)
        .forEach(clean::appendCodePoint);
    return clean.toString().strip();
  }

  /** UTF-8 where it is that, ISO-8859-1 otherwise. */
  static String decoded(String latin1) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(latin1.getBytes(StandardCharsets.ISO_8859_1)))
          .toString();
    } catch (CharacterCodingException notUtf8) {
      return latin1;
    }
  }

  private static boolean visible(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
