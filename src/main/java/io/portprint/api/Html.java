package io.portprint.api;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;

/**
 * A page in HTML (WHATWG) that is well-formed XML besides. The only way from a text into it is
 * through {@link #escaped}: there is none for markup.
 */
final class Html {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");

  private final StringBuilder page = new StringBuilder(16_384).append("<!DOCTYPE html>\n");
  private final Deque<String> open = new ArrayDeque<>();

  /**
   * Opens an element.
   *
   * @param attributes names and values in turn
   */
  Html open(String element, String... attributes) {
    begin(element, attributes);
    page.append('>');
    open.push(element);
    return this;
  }

  /** Closes the element that was opened last. */
  Html close() {
    page.append("</").append(open.pop()).append('>');
    return this;
  }

  /** An element that can't have content, such as {@code meta}. */
  Html empty(String element, String... attributes) {
    begin(element, attributes);
    page.append("/>");
    return this;
  }

  /** An element with nothing but text in it. */
  Html element(String element, String text, String... attributes) {
    return open(element, attributes).text(text).close();
  }

  Html text(String text) {
    page.append(escaped(text));
    return this;
  }

  /**
   * A style sheet of our own, to the letter, for its hash is in the policy.
   *
   * @throws IllegalArgumentException where it holds what would have to be escaped
   */
  Html style(String sheet) {
    if (sheet.indexOf('<') >= 0 || sheet.indexOf('&') >= 0) {
      throw new IllegalArgumentException("a style sheet can't hold < or &");
    }
    open("style");
    page.append(sheet);
    return close();
  }

  /** Closes what is open, and ends the page. */
  String end() {
    while (!open.isEmpty()) {
      close();
    }
    return page.append('\n').toString();
  }

  private void begin(String element, String... attributes) {
    page.append('<').append(name(element));
    for (int i = 0; i < attributes.length; i += 2) {
      page.append(' ')
          .append(name(attributes[i]))
          .append("=\"")
          .append(escaped(attributes[i + 1]))
          .append('"');
    }
  }

  private static String name(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("no name of an element or an attribute: " + name);
    }
    return name;
  }

  /**
   * As text or as a value in quotes: markup as entities, and what can't be seen, but for line feeds
   * and tabs, as {@code \}{@code u{H...}}.
   */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            point -> {
              switch (point) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                case '\n', '\t' -> escaped.append((char) point);
                default -> {
                  if (PeerText.visible(point)) {
                    escaped.appendCodePoint(point);
                  } else {
                    escaped.append("\\u{" + Integer.toHexString(point) + "}");
                  }
                }
              }
            });
    return escaped.toString();
  }
}
