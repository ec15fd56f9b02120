package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the first part of a page says of it: the title, and where its icon is. Looks for two
 * elements and no further; works on any bytes, within bounds, without backtracking over them.
 */
final class HtmlHead {

  static final int MOST_TITLE = 200;

  private static final int MOST_PAGE = 64 * 1024;
  private static final int MOST_TAG = 1024;
  private static final int MOST_LINKS = 32;
  private static final int MOST_PATH = 256;
  private static final Pattern REL_ICON =
      Pattern.compile(
          "\\srel\\s*=\\s*[\"']?\\s*(?:shortcut\\s+)?icon\\b", Pattern.CASE_INSENSITIVE);
  private static final Pattern HREF =
      Pattern.compile(
          "\\shref\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)'|([^\\s\"'>]+))", Pattern.CASE_INSENSITIVE);
  private static final Pattern ENTITY =
      Pattern.compile("&(?:#(\\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{2,6}));");
  private static final Pattern PATH = Pattern.compile("[A-Za-z0-9._~!$&'()*+,;=@%/?-]+");

  private HtmlHead() {}

  /** The bytes of the title element, as they stand there; empty where there is none. */
  static Optional<Bytes> rawTitle(Bytes page) {
    Bytes head = page.head(MOST_PAGE);
    String lower = head.latin1().toLowerCase(Locale.ROOT);
    if (lower.length() != head.length()) {
      return Optional.empty();
    }
    int open = lower.indexOf("<title");
    int start = open < 0 ? -1 : lower.indexOf('>', open);
    if (start < 0 || start - open > MOST_TAG) {
      return Optional.empty();
    }
    int end = lower.indexOf("</title", start);
    int limit = Math.min(head.length(), start + 1 + MOST_TAG);
    int stop = end < 0 ? limit : Math.min(end, limit);
    return Optional.of(head.slice(start + 1, stop)).filter(title -> !title.isEmpty());
  }

  /** The title for people: entities resolved, cleaned, cut. */
  static Optional<String> title(Bytes page) {
    return rawTitle(page)
        .map(raw -> HttpMessage.shown(raw.latin1(), MOST_TAG))
        .map(HtmlHead::resolved)
        .map(text -> HttpMessage.shown(text, MOST_TITLE))
        .filter(text -> !text.isEmpty());
  }

  private static String resolved(String text) {
    Matcher entities = ENTITY.matcher(text);
    return entities.replaceAll(found -> Matcher.quoteReplacement(character(found)));
  }

  private static String character(java.util.regex.MatchResult found) {
    String name = found.group(3);
    if (name != null) {
      return switch (name) {
        case "amp" -> "&";
        case "lt" -> "<";
        case "gt" -> ">";
        case "quot" -> "\"";
        case "apos" -> "'";
        case "nbsp" -> " ";
        case "copy" -> "©";
        case "reg" -> "®";
        case "trade" -> "™";
        case "middot" -> "·";
        case "bull" -> "•";
        case "ndash" -> "–";
        case "mdash" -> "—";
        case "raquo" -> "»";
        case "laquo" -> "«";
        default -> found.group();
      };
    }
    String decimal = found.group(1);
    int code = decimal != null ? Integer.parseInt(decimal) : Integer.parseInt(found.group(2), 16);
    return Character.isValidCodePoint(code) ? Character.toString(code) : "";
  }

  /** The path of the icon that the page names, where it lies on the same server. */
  static Optional<String> iconPath(Bytes page) {
    String text = page.head(MOST_PAGE).latin1();
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.length() != text.length()) {
      return Optional.empty();
    }
    int at = 0;
    for (int links = 0; links < MOST_LINKS; links++) {
      int open = lower.indexOf("<link", at);
      if (open < 0) {
        return Optional.empty();
      }
      int end = lower.indexOf('>', open);
      int stop = Math.min(end < 0 ? text.length() : end, open + MOST_TAG);
      String tag = text.substring(open, stop);
      if (REL_ICON.matcher(tag).find()) {
        return href(tag);
      }
      at = stop;
    }
    return Optional.empty();
  }

  private static Optional<String> href(String tag) {
    Matcher href = HREF.matcher(tag);
    if (!href.find()) {
      return Optional.empty();
    }
    String target =
        href.group(1) != null
            ? href.group(1)
            : href.group(2) != null ? href.group(2) : href.group(3);
    if (target == null
        || target.length() > MOST_PATH
        || !PATH.matcher(target).matches()
        || target.startsWith("//")) {
      return Optional.empty();
    }
    String relative = target.startsWith("./") ? target.substring(2) : target;
    return Optional.of(relative.startsWith("/") ? relative : "/" + relative);
  }
}
