package io.portprint.capture.learning;

import io.portprint.capture.learning.TextPart.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text in words, blanks and signs. Dates are one token each, because they stand still while a
 * replay lasts, and so are words with dots and hyphens in them, such as host names and versions.
 */
final class Tokens {

  /** Tokens of a text that are looked at. */
  static final int MOST = 256;

  static final String VERSION = "[vV]?[0-9](?:[A-Za-z0-9.+~-]{0,60}[A-Za-z0-9])?";
  private static final String DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
  private static final String MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
  private static final String ZONE = "(?: (?:[+-][0-9]{4}|[A-Z]{3,5})(?![A-Za-z0-9]))?";

  /** RFC 5322, asctime(3), RFC 3339, or a time alone. */
  static final String DATE =
      "(?:(?:%1$s, ?)?[0-9]{1,2}[ -]%2$s[ -][0-9]{2,4}(?: [0-9]{2}:[0-9]{2}(?::[0-9]{2})?%3$s)?"
              .formatted(DAY, MONTH, ZONE)
          + "|%1$s %2$s [ 0-9]?[0-9] [0-9]{2}:[0-9]{2}:[0-9]{2}(?: [A-Z]{3,5})? [0-9]{4}"
              .formatted(DAY, MONTH)
          + "|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]{1,9})?)?"
          + "(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
          + "|[0-9]{2}:[0-9]{2}:[0-9]{2})";

  private static final Pattern TOKEN =
      Pattern.compile(
          "(?<date>"
              + DATE
              + "(?![A-Za-z0-9]))|(?<ssh>SSH-[0-9]\\.[0-9]{1,2}-)|\\r?\\n|[ \\t]+"
              // a name that a version of three numbers is tied to, without it
              + "|[A-Za-z]{3,40}(?=-[0-9]{1,4}(?:\\.[0-9]{1,6}){2}(?![A-Za-z0-9.-]))"
              + "|(?<word>[A-Za-z0-9](?:[A-Za-z0-9.+~-]{0,200}[A-Za-z0-9])?)|.",
          Pattern.DOTALL);

  private static final Pattern DOTTED_VERSION =
      Pattern.compile("[vV]?[0-9]{1,6}(?:\\.[0-9A-Za-z]{1,12})+(?:[+~-][A-Za-z0-9.+~-]{1,40})?");
  private static final Pattern ANY_VERSION = Pattern.compile("[vV]?[0-9][A-Za-z0-9.+~-]{0,40}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9.+-]{1,40}");

  /** Words that stand before a number which is no version of theirs, or of nothing. */
  private static final Set<String> NO_PRODUCTS =
      Set.of(
          "http",
          "sip",
          "rtsp",
          "tls",
          "ssl",
          "ssh",
          "esmtp",
          "smtp",
          "ftp",
          "imap",
          "imap4rev1",
          "pop3",
          "nntp",
          "mime",
          "version",
          "ver",
          "release",
          "revision",
          "server",
          "protocol",
          "service",
          "ready",
          "at",
          "on",
          "to",
          "for",
          "from",
          "by",
          "port",
          "is",
          "the",
          "welcome");

  private static final Set<String> SAYS_VERSION = Set.of("version", "ver", "release", "v");

  /** Between a key and its value: {@code version:}, {@code version = }, {@code "version": "}. */
  private static final Pattern SIGN = Pattern.compile("[:=\"']| {1,4}");

  private static final int MOST_SIGNS = 5;

  /** A token; its kind is LITERAL, PRODUCT, VERSION or DATE. */
  record Token(Kind kind, String text) {

    boolean word() {
      return !text.isEmpty() && Character.isLetterOrDigit(text.charAt(0));
    }

    /** Whether two texts have the same here, as far as that matters. */
    boolean like(Token other) {
      return kind == other.kind
          && (kind == Kind.VERSION || kind == Kind.DATE || text.equals(other.text));
    }
  }

  private Tokens() {}

  static List<Token> of(String text) {
    List<Token> tokens = new ArrayList<>();
    Matcher token = TOKEN.matcher(text);
    while (tokens.size() < MOST && token.find()) {
      Kind kind = token.group("date") == null ? Kind.LITERAL : Kind.DATE;
      tokens.add(new Token(kind, token.group()));
    }
    return named(tokens);
  }

  /**
   * The first product and version that stand as such things do: name/1.2, name 1.2.3, name-1.2.3,
   * SSH-2.0-x, name_version:1.2.3, "version":"1.2.3".
   */
  private static List<Token> named(List<Token> tokens) {
    for (int at = 0; at < tokens.size(); at++) {
      if (text(tokens, at).startsWith("SSH-") && isName(tokens, at + 1)) {
        int version = text(tokens, at + 2).matches("[_-]") ? at + 3 : -1;
        boolean numbered = version > 0 && ANY_VERSION.matcher(text(tokens, version)).matches();
        return marked(tokens, at + 1, numbered ? version : -1);
      }
      if (ANY_VERSION.matcher(text(tokens, at)).matches() && kind(tokens, at) == Kind.LITERAL) {
        String before = text(tokens, at - 1);
        boolean dotted = DOTTED_VERSION.matcher(text(tokens, at)).matches();
        boolean address = isAddress(text(tokens, at));
        boolean tied = before.equals("/") || dotted && before.matches("[_-]");
        if (tied && isName(tokens, at - 2)) {
          return marked(tokens, at - 2, at);
        }
        int name = before.equals("(") ? at - 3 : at - 2;
        String gap = before.equals("(") ? text(tokens, at - 2) : before;
        if (dotted && !address && gap.equals(" ")) {
          if (isName(tokens, name)) {
            return marked(tokens, name, at);
          }
          if (SAYS_VERSION.contains(text(tokens, name).toLowerCase(Locale.ROOT))) {
            boolean named = text(tokens, name - 1).equals(" ") && isName(tokens, name - 2);
            return marked(tokens, named ? name - 2 : -1, at);
          }
        }
      }
      int says = saysVersion(tokens, at);
      if (says >= 0
          && DOTTED_VERSION.matcher(text(tokens, at)).matches()
          && !isAddress(text(tokens, at))) {
        boolean named = text(tokens, says - 1).equals("_") && isName(tokens, says - 2);
        return marked(tokens, named ? says - 2 : -1, at);
      }
      if (text(tokens, at).equalsIgnoreCase("Server")
          && text(tokens, at + 1).equals(":")
          && text(tokens, at + 2).equals(" ")
          && isName(tokens, at + 3)
          && !text(tokens, at + 4).equals("/")) {
        return marked(tokens, at + 3, -1);
      }
    }
    return tokens;
  }

  /** Where the word stands that a value belongs to and that says version; -1 for nowhere. */
  private static int saysVersion(List<Token> tokens, int value) {
    int at = value - 1;
    while (value - at <= MOST_SIGNS && SIGN.matcher(text(tokens, at)).matches()) {
      at--;
    }
    boolean says = SAYS_VERSION.contains(text(tokens, at).toLowerCase(Locale.ROOT));
    return says && at < value - 1 ? at : -1;
  }

  private static List<Token> marked(List<Token> tokens, int product, int version) {
    List<Token> marked = new ArrayList<>(tokens);
    if (product >= 0) {
      marked.set(product, new Token(Kind.PRODUCT, tokens.get(product).text()));
    }
    if (version >= 0) {
      marked.set(version, new Token(Kind.VERSION, tokens.get(version).text()));
    }
    return marked;
  }

  private static boolean isName(List<Token> tokens, int at) {
    String text = text(tokens, at);
    return NAME.matcher(text).matches() && !NO_PRODUCTS.contains(text.toLowerCase(Locale.ROOT));
  }

  /** Four numbers up to 255: more likely an address than a version. */
  private static boolean isAddress(String text) {
    return text.matches("(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?:\\.(?!$)|$)){4}");
  }

  private static Kind kind(List<Token> tokens, int at) {
    return tokens.get(at).kind();
  }

  private static String text(List<Token> tokens, int at) {
    return at >= 0 && at < tokens.size() ? tokens.get(at).text() : "";
  }
}
