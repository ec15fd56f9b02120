package io.portprint.capture.learning;

/** Pieces of regular expressions over ISO-8859-1 text. */
final class Regex {

  private Regex() {}

  static String literal(String text) {
    StringBuilder quoted = new StringBuilder();
    for (char c : text.toCharArray()) {
      if (c < 0x20 || c >= 0x7f) {
        quoted.append(
            switch (c) {
              case '\r' -> "\\r";
              case '\n' -> "\\n";
              default -> "\\x%02x".formatted((int) c);
            });
      } else {
        if ("\\.[]{}()*+-?^$|&#".indexOf(c) >= 0) {
          quoted.append('\\');
        }
        quoted.append(c);
      }
    }
    return quoted.toString();
  }

  static String literal(byte[] bytes) {
    StringBuilder quoted = new StringBuilder();
    for (byte one : bytes) {
      quoted.append("\\x%02x".formatted(one));
    }
    return quoted.toString();
  }

  /** The bytes that have these bits. */
  static String masked(int mask, int value) {
    if (mask == 0xff) {
      return "\\x%02x".formatted(value);
    }
    StringBuilder values = new StringBuilder("[");
    for (int one = 0; one < 256; one++) {
      if ((one & mask) == value) {
        values.append("\\x%02x".formatted(one));
      }
    }
    return values.append(']').toString();
  }

  /** A part of a text without what only the conversation tells. */
  static String of(TextPart part) {
    return switch (part.kind()) {
      case LITERAL, PRODUCT -> literal(part.text());
      case VERSION -> Tokens.VERSION;
      case DATE -> Tokens.DATE;
      case NUMBER -> "[0-9]{1,20}";
      case HEX -> "[0-9A-Fa-f]{4,128}";
      case CLIENT_ADDRESS, SERVER_ADDRESS -> "[0-9A-Fa-f.:]{2,45}";
      case CLIENT_PORT -> "[0-9]{1,5}";
      case ECHO -> "[^\\r\\n]{%d}".formatted(part.text().length());
      case ANYTHING -> "[^\\r\\n]{0,256}?";
      case LINES -> "[\\x00-\\xff]{0,256}?";
    };
  }
}
