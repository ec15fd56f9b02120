package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A response of HTTP/1.x (RFC 9112), as far as it has come. Reads any bytes without an exception
 * and within bounds; what the RFC tells recipients to bear (bare LF, folded lines, a missing
 * reason) is borne, and what else is wrong in the header block is counted.
 *
 * @param minor the second digit of the version
 * @param fields in their order, duplicates kept, names in lower case
 * @param faults lines of the header block that are no header field
 * @param headComplete whether the empty line that ends the header block was there
 * @param body without chunk framing, as far as it has come
 * @param complete whether the framing says that the body has ended; one that ends with the
 *     connection never is
 */
record HttpMessage(
    int minor,
    int status,
    String reason,
    List<Field> fields,
    int faults,
    boolean headComplete,
    Bytes body,
    boolean complete) {

  /** A header field; the value as ISO-8859-1 text. */
  record Field(String name, String value) {}

  private static final int MOST_LINE = 8 * 1024;
  private static final int MOST_FIELDS = 256;
  private static final int MOST_INTERIM = 4;
  private static final String START = "HTTP/1.";
  private static final Pattern STATUS_LINE =
      Pattern.compile("HTTP/1\\.(\\d) ([1-9]\\d\\d)(?: ([\\t\\x20-\\x7e\\x80-\\xff]*))?");
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");

  /**
   * Fields that HTTP servers send and that say nothing of what else may use the framing (RFC 9110,
   * 9111, 6265).
   */
  private static final Set<String> TELLING =
      Set.of(
          "accept-ranges",
          "allow",
          "cache-control",
          "connection",
          "content-length",
          "content-type",
          "date",
          "etag",
          "expires",
          "keep-alive",
          "last-modified",
          "location",
          "pragma",
          "server",
          "set-cookie",
          "transfer-encoding",
          "vary",
          "via",
          "www-authenticate",
          "x-powered-by");

  HttpMessage {
    fields = List.copyOf(fields);
  }

  /**
   * The response that the bytes begin with; empty where they don't begin with a whole status line.
   */
  static Optional<HttpMessage> parse(Bytes received) {
    return parse(received, 0, false);
  }

  /** The response to a HEAD request: it ends with its header block, whatever its fields say. */
  static Optional<HttpMessage> parseHead(Bytes received) {
    return parse(received, 0, true);
  }

  /** Whether the bytes may be the first of a status line. */
  static boolean mayBegin(Bytes received) {
    String text = received.head(START.length()).latin1();
    return START.startsWith(text) && received.length() < MOST_LINE;
  }

  private static Optional<HttpMessage> parse(Bytes received, int interim, boolean bodiless) {
    String text = received.latin1();
    if (!text.startsWith(START)) {
      return Optional.empty();
    }
    Lines lines = new Lines(text);
    Matcher status = STATUS_LINE.matcher(lines.next());
    if (!status.matches()) {
      return Optional.empty();
    }
    int code = Integer.parseInt(status.group(2));
    String reason = status.group(3) == null ? "" : status.group(3).strip();
    List<Field> fields = new ArrayList<>();
    int faults = 0;
    boolean complete = false;
    while (!complete && lines.more() && fields.size() + faults < MOST_FIELDS) {
      String line = lines.next();
      if (line.isEmpty() && lines.terminated()) {
        complete = true;
      } else if (!lines.terminated()) {
        break; // the last line may still grow
      } else if (isFolded(line) && !fields.isEmpty()) {
        Field last = fields.removeLast();
        fields.add(new Field(last.name(), cut(last.value() + " " + line.strip())));
      } else {
        int colon = line.indexOf(':');
        if (colon > 0 && TOKEN.matcher(line.substring(0, colon)).matches()) {
          fields.add(
              new Field(
                  line.substring(0, colon).toLowerCase(Locale.ROOT),
                  line.substring(colon + 1).strip()));
        } else {
          faults++;
        }
      }
    }
    Bytes rest = received.slice(lines.at(), received.length());
    if (complete && code < 200 && code != 101 && interim < MOST_INTERIM) {
      Optional<HttpMessage> last = parse(rest, interim + 1, bodiless);
      if (last.isPresent()) {
        return last;
      }
    }
    HttpMessage head =
        new HttpMessage(
            status.group(1).charAt(0) - '0',
            code,
            reason,
            fields,
            faults,
            complete,
            Bytes.EMPTY,
            false);
    return Optional.of(complete ? head.withBody(rest, bodiless) : head);
  }

  private static boolean isFolded(String line) {
    return line.startsWith(" ") || line.startsWith("\t");
  }

  private static String cut(String value) {
    return value.length() <= MOST_LINE ? value : value.substring(0, MOST_LINE);
  }

  /** The length of a body by RFC 9112, section 6.3. */
  private HttpMessage withBody(Bytes rest, boolean bodiless) {
    if (bodiless) {
      return with(rest, true);
    }
    if (status < 200) {
      return with(Bytes.EMPTY, status == 101);
    }
    if (status == 204 || status == 304) {
      return with(Bytes.EMPTY, true);
    }
    if (value("transfer-encoding")
        .map(coding -> coding.toLowerCase(Locale.ROOT).endsWith("chunked"))
        .orElse(false)) {
      Chunks chunks = Chunks.read(rest);
      return with(chunks.content(), chunks.ended());
    }
    int length = value("content-length").map(HttpMessage::length).orElse(-1);
    return length < 0 ? with(rest, false) : with(rest.head(length), rest.length() >= length);
  }

  private HttpMessage with(Bytes content, boolean ended) {
    return new HttpMessage(minor, status, reason, fields, faults, headComplete, content, ended);
  }

  private static int length(String digits) {
    return digits.matches("\\d{1,9}") ? Integer.parseInt(digits) : -1;
  }

  /** The first field of a name, in lower case. */
  Optional<String> value(String name) {
    return values(name).stream().findFirst();
  }

  List<String> values(String name) {
    return fields.stream().filter(field -> field.name().equals(name)).map(Field::value).toList();
  }

  /** How many different header fields there are that HTTP servers send. */
  int telling() {
    return (int) fields.stream().map(Field::name).distinct().filter(TELLING::contains).count();
  }

  /** Whether this is a refusal of the request by status. */
  boolean isError() {
    return status >= 400;
  }

  /** Whether both say the same: status, names of the fields, body. Dates and cookies may differ. */
  boolean saysTheSameAs(HttpMessage other) {
    return status == other.status && names().equals(other.names()) && body.equals(other.body);
  }

  private Set<String> names() {
    Set<String> names = new TreeSet<>();
    fields.forEach(field -> names.add(field.name()));
    return names;
  }

  /**
   * Text of a peer as it may be shown: UTF-8 where it is that, ISO-8859-1 otherwise; runs of white
   * space become a blank, what is not visible (controls, direction marks) is dropped, and it is cut
   * at so many characters.
   */
  static String shown(String latin1, int most) {
    StringBuilder clean = new StringBuilder();
    decoded(latin1)
        .codePoints()
        .map(c -> Character.isWhitespace(c) || Character.isSpaceChar(c) ? ' ' : c)
        .filter(HttpMessage::visible)
        .filter(c -> c != ' ' || (!clean.isEmpty() && clean.charAt(clean.length() - 1) != ' '))
        .limit(most)
        .forEachOrdered(clean::appendCodePoint);
    return clean.toString().strip();
  }

  private static String decoded(String latin1) {
    if (latin1.chars().anyMatch(c -> c > 0xff)) {
      return latin1;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(latin1.getBytes(StandardCharsets.ISO_8859_1)))
          .toString();
    } catch (CharacterCodingException notUtf8) {
      return latin1;
    }
  }

  private static boolean visible(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }

  /** Lines that end with LF; a CR before it goes with it. */
  private static final class Lines {

    private final String text;
    private int at;
    private boolean terminated;

    Lines(String text) {
      this.text = text;
    }

    boolean more() {
      return at < text.length();
    }

    /** Whether the last line had its LF. */
    boolean terminated() {
      return terminated;
    }

    int at() {
      return at;
    }

    String next() {
      int end = text.indexOf('\n', at);
      terminated = end >= 0;
      int stop = terminated ? end : text.length();
      int kept = stop > at && text.charAt(stop - 1) == '\r' ? stop - 1 : stop;
      String line = text.substring(at, Math.min(kept, at + MOST_LINE));
      at = terminated ? end + 1 : text.length();
      return line;
    }
  }

  /** What chunks hold (RFC 9112, section 7.1), up to the first that is broken or not there yet. */
  private record Chunks(Bytes content, boolean ended) {

    private static final Pattern SIZE =
        Pattern.compile("\\s*([0-9A-Fa-f]{1,7})\\s*(?:;[^\\r\\n]*)?\\r?");

    static Chunks read(Bytes framed) {
      byte[] content = new byte[framed.length()];
      byte[] source = framed.toArray();
      String text = framed.latin1();
      int filled = 0;
      int at = 0;
      while (at < source.length) {
        int end = text.indexOf('\n', at);
        if (end < 0) {
          break;
        }
        Matcher size = SIZE.matcher(text.substring(at, Math.min(end, at + 256)));
        if (!size.matches()) {
          break;
        }
        int length = Integer.parseInt(size.group(1), 16);
        if (length == 0) {
          return new Chunks(Bytes.of(content, 0, filled), true);
        }
        int from = end + 1;
        int count = Math.min(length, source.length - from);
        System.arraycopy(source, from, content, filled, count);
        filled += count;
        at = from + count;
        if (at < source.length && source[at] == '\r') {
          at++;
        }
        if (at < source.length && source[at] == '\n') {
          at++;
        }
      }
      return new Chunks(Bytes.of(content, 0, filled), false);
    }
  }
}
