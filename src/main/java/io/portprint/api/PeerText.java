package io.portprint.api;

import java.util.HexFormat;

/** Text that a peer made up, where it is written without JSON's own escapes. */
final class PeerText {

  private static final int LAST_BYTE = 0xff;

  private PeerText() {}

  /**
   * What can be seen as it is, everything else escaped as {@code \r}, {@code \n}, {@code \t},
   * {@code \\}, {@code \xHH} or, beyond a byte, {@code \}{@code u{H...}}: controls, characters that
   * turn the direction of writing, half pairs, and what Unicode has not given a meaning. No more
   * than XML 1.0 allows is left.
   */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            point -> {
              switch (point) {
                case '\\' -> escaped.append("\\\\");
                case '\r' -> escaped.append("\\r");
                case '\n' -> escaped.append("\\n");
                case '\t' -> escaped.append("\\t");
                default -> {
                  if (visible(point)) {
                    escaped.appendCodePoint(point);
                  } else if (point <= LAST_BYTE) {
                    escaped.append("\\x").append(HexFormat.of().toHexDigits((byte) point));
                  } else {
                    escaped.append("\\u{" + Integer.toHexString(point) + "}");
                  }
                }
              }
            });
    return escaped.toString();
  }

  /** Whether a character is one that can be seen, or a blank. */
  static boolean visible(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
