package io.portprint.api;

import io.portprint.fingerprint.Bytes;
import java.util.HexFormat;
import java.util.List;

/**
 * Bytes of several messages, sixteen offsets to a row, the messages under each other. A stretch is
 * one element with all its bytes in it, however many rows that are, so that they light up together
 * and are explained once: where they are pointed at, tapped, or come to with the keyboard.
 */
final class ByteGrid {

  private static final int WIDTH = 16;
  private static final String NO_BYTE = "\u00b7\u00b7";

  /**
   * Bytes that have one explanation.
   *
   * @param to the offset after the last
   */
  record Stretch(int from, int to, Mark mark, String explanation) {

    String where() {
      return to - from == 1 ? "Byte " + from : "Bytes %d to %d".formatted(from, to - 1);
    }
  }

  private ByteGrid() {}

  /**
   * @param name by which the explanations are told from those of other grids on the page
   * @param stretches one after the other from offset 0 on, without gaps
   * @param lines the messages; what one lacks of the stretches is shown as missing
   */
  static void write(Html html, String name, List<Stretch> stretches, List<Bytes> lines) {
    int end = stretches.isEmpty() ? 0 : stretches.getLast().to();
    html.open("div", "class", "grid");
    gutter(html, end, lines.size());
    html.open("div", "class", "bytes");
    head(html, Math.min(WIDTH, end));
    for (int i = 0; i < stretches.size(); i++) {
      stretch(html, name + i, stretches.get(i), lines);
    }
    html.close().close();
  }

  /** Offsets, and the numbers of the lines where there are several. */
  private static void gutter(Html html, int end, int lines) {
    html.open("div", "class", "gutter", "aria-hidden", "true");
    html.element("b", "offset");
    for (int row = 0; row < end; row += WIDTH) {
      html.open("div", "class", "row").element("b", "%04x".formatted(row));
      for (int line = 1; line <= lines; line++) {
        html.element("i", lines == 1 ? "" : Integer.toString(line));
      }
      html.close();
    }
    html.close();
  }

  private static void head(Html html, int width) {
    html.open("div", "class", "head", "aria-hidden", "true");
    for (int at = 0; at < width; at++) {
      html.element("b", "+" + Integer.toHexString(at));
    }
    html.close();
  }

  private static void stretch(Html html, String id, Stretch stretch, List<Bytes> lines) {
    html.open(
        "span",
        "class",
        "field " + stretch.mark().style(),
        "tabindex",
        "0",
        "role",
        "group",
        "aria-labelledby",
        id);
    for (int at = stretch.from(); at < stretch.to(); at++) {
      html.open("span", "class", "col").element("b", stretch.mark().letter());
      for (Bytes line : lines) {
        String there = hex(line, at);
        if (there.equals(hex(lines.getFirst(), at))) {
          html.element("i", there);
        } else {
          html.element("i", there, "class", "d");
        }
      }
      html.close();
    }
    html.open("span", "class", "tip", "id", id);
    html.element("strong", stretch.where() + ", " + stretch.mark().label() + ": ");
    html.text(stretch.explanation());
    html.close().close();
  }

  private static String hex(Bytes line, int at) {
    return at < line.length() ? HexFormat.of().toHexDigits((byte) line.at(at)) : NO_BYTE;
  }
}
