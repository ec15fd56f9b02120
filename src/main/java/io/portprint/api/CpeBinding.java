package io.portprint.api;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * CPE names in the older URI binding ({@code cpe:/a:vendor:product:version}), which Nmap's format
 * holds, made of those in the formatted-string binding of CPE 2.3.
 *
 * @see <a href="https://nvlpubs.nist.gov/nistpubs/Legacy/IR/nistir7695.pdf">NISTIR 7695, 6.1.2 and
 *     6.2.3</a>
 */
final class CpeBinding {

  private static final String PREFIX = "cpe:2.3:";
  private static final int ATTRIBUTES = 11;

  /** The edition, and from the software edition on what CPE 2.2 has no place for. */
  private static final int EDITION = 5;

  private static final int LANGUAGE = 6;
  private static final int EXTENDED = 7;

  private CpeBinding() {}

  /** Empty where the text is no such name. */
  static Optional<String> uri(String formatted) {
    if (!formatted.startsWith(PREFIX)) {
      return Optional.empty();
    }
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    for (int at = PREFIX.length(); at < formatted.length(); at++) {
      char c = formatted.charAt(at);
      if (c <= ' ' || c > '~') {
        return Optional.empty();
      }
      switch (c) {
        case ':' -> {
          parts.add(part.toString());
          part.setLength(0);
        }
        case '\\' -> {
          if (++at == formatted.length()) {
            return Optional.empty();
          }
          append(part, formatted.charAt(at));
        }
        case '?' -> part.append("%01");
        case '*' -> part.append(isWhole(formatted, at) ? "" : "%02");
        default -> append(part, c);
      }
    }
    parts.add(part.toString());
    return parts.size() == ATTRIBUTES && parts.getFirst().matches("[aoh]")
        ? Optional.of(bound(parts))
        : Optional.empty();
  }

  /** Whether an asterisk is a whole attribute: then it means any value, and is left out. */
  private static boolean isWhole(String text, int at) {
    return text.charAt(at - 1) == ':' && (at + 1 == text.length() || text.charAt(at + 1) == ':');
  }

  private static void append(StringBuilder part, char c) {
    if (c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || "-._".indexOf(c) >= 0) {
      part.append(c);
    } else {
      part.append('%').append(HexFormat.of().toHexDigits((byte) c));
    }
  }

  private static String bound(List<String> parts) {
    List<String> extended = parts.subList(EXTENDED, ATTRIBUTES);
    List<String> uri = new ArrayList<>(parts.subList(0, EDITION));
    uri.add(
        extended.stream().allMatch(String::isEmpty)
            ? parts.get(EDITION)
            : "~" + parts.get(EDITION) + "~" + String.join("~", extended));
    uri.add(parts.get(LANGUAGE));
    while (uri.getLast().isEmpty()) {
      uri.removeLast();
    }
    return "cpe:/" + String.join(":", uri);
  }
}
