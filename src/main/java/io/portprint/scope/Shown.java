package io.portprint.scope;

import java.util.Locale;

/**
 * Text of a client as it may be shown and logged: cut, and escaped wherever it isn't printable
 * ASCII.
 */
final class Shown {

  /** Characters shown, escapes included: hostile text must not grow sixfold in a log. */
  static final int LENGTH = 80;

  private Shown() {}

  static String of(String text) {
    StringBuilder shown = new StringBuilder(Math.min(text.length(), LENGTH) + 8);
    for (int i = 0; i < text.length(); i++) {
      if (shown.length() >= LENGTH) {
        return shown.append("...").toString();
      }
      char c = text.charAt(i);
      if (c >= 0x20 && c < 0x7f && c != '\\') {
        shown.append(c);
      } else {
        shown.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      }
    }
    return shown.toString();
  }
}
