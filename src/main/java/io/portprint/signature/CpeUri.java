package io.portprint.signature;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * CPE names in the older URI binding, {@code cpe:/a:vendor:product:version}, and how they are
 * written in the formatted-string binding of CPE 2.3.
 *
 * @see <a href="https://nvlpubs.nist.gov/nistpubs/Legacy/IR/nistir7695.pdf">NISTIR 7695, 6.1 and
 *     6.2</a>
 */
final class CpeUri {

  private static final String PREFIX = "cpe:/";
  private static final int ATTRIBUTES = 10;
  private static final Pattern ESCAPE = Pattern.compile("%([0-9A-Fa-f]{2})");

  private CpeUri() {}

  /** Captured text as it may stand inside a URI. */
  static String quoted(String text) {
    return text.replace("%", "%25").replace(":", "%3a").replace("/", "%2f");
  }

  /** Empty where the text is no such URI. */
  static Optional<String> formatted(String uri) {
    if (!uri.startsWith(PREFIX)) {
      return Optional.empty();
    }
    String[] parts = uri.substring(PREFIX.length()).split(":", -1);
    if (parts.length > 1 + 7 || parts[0].length() != 1 || "aoh".indexOf(parts[0].charAt(0)) < 0) {
      return Optional.empty();
    }
    StringBuilder name = new StringBuilder("cpe:2.3:").append(parts[0]);
    for (int at = 1; at <= ATTRIBUTES; at++) {
      name.append(':').append(at < parts.length ? attribute(parts[at]) : "*");
    }
    return Optional.of(name.toString());
  }

  private static String attribute(String part) {
    if (part.isEmpty() || part.equals("*") || part.equals("-")) {
      return part.equals("-") ? "-" : "*";
    }
    String plain =
        ESCAPE
            .matcher(part)
            .replaceAll(
                escape ->
                    Matcher.quoteReplacement(
                        String.valueOf((char) Integer.parseInt(escape.group(1), 16))));
    String quoted = Template.quotedForCpe(plain);
    return quoted.isEmpty() ? "*" : quoted;
  }
}
