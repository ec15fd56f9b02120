package io.portprint.job;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Positions in lists, in a form that clients have no reason to look into. */
final class Cursors {

  private static final int LONGEST = 64;

  private Cursors() {}

  static String at(int position) {
    return encode(Integer.toString(position));
  }

  static int position(@Nullable String cursor) {
    if (cursor == null) {
      return 0;
    }
    try {
      int position = Integer.parseInt(decode(cursor));
      if (position >= 0) {
        return position;
      }
    } catch (NumberFormatException e) {
      // told below, like a negative one
    }
    throw new InvalidCursorException();
  }

  static String encode(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  static String decode(String cursor) {
    if (cursor.length() > LONGEST) {
      throw new InvalidCursorException();
    }
    try {
      return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
    } catch (IllegalArgumentException e) {
      throw new InvalidCursorException();
    }
  }
}
