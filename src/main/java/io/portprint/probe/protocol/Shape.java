package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A pattern over the bytes of an answer as ISO-8859-1 text, looked for from its beginning, with
 * places for what only the conversation tells:
 *
 * <ul>
 *   <li>{@code {{1}}}: what was in the first place of the request, up to {@code {{99}}}
 *   <li>{@code {{request:at,length}}}: bytes of the request
 *   <li>{@code {{client:4}}}, {@code {{server:16}}}: an address, of so many bytes; {@code
 *       {{client:text}}} as people write it
 *   <li>{@code {{client-port:2}}}, {@code {{server-port:2}}}, {@code {{client-port:text}}}: a port
 *   <li>{@code {{time:4,unix-seconds}}}, {@code {{time:8,unix-milliseconds}}}, {@code
 *       {{time:8,ntp}}}: the time, within two days of ours
 * </ul>
 *
 * {@code ,little} stands for little-endian, {@code ,xor=hex} and {@code ,xor=@at} for bytes that
 * are xor-ed with a constant or with the request. What the setting doesn't know, it lets pass.
 */
final class Shape {

  private static final int SUBJECT = 4096;
  private static final String NOTHING = "(?!)"; // fits nowhere
  private static final Duration CLOCKS_DIFFER = Duration.ofDays(2);
  private static final long NTP_EPOCH = 2_208_988_800L; // RFC 5905, section 6: from 1900 to 1970
  private static final Pattern PLACE =
      Pattern.compile(
          "\\{\\{(?:(?<quote>\\d{1,2})|request:(?<at>\\d{1,4}),(?<length>\\d{1,4})"
              + "|(?<side>client|server)(?<port>-port)?:(?<size>\\d{1,2}|text)"
              + "(?<sideLittle>,little)?(?:,xor=(?:@(?<xorAt>\\d{1,4})|(?<xor>(?:[0-9a-f]{2})+)))?"
              + "|time:(?<bytes>[48]),(?<clock>unix-seconds|unix-milliseconds|ntp)"
              + "(?<timeLittle>,little)?)\\}\\}");

  private sealed interface Part {

    record Literal(String regex) implements Part {}

    record Quote(int place) implements Part {}

    record Request(int at, int length) implements Part {}

    /**
     * @param size in bytes; 0 for text
     * @param key to xor with; empty for none
     * @param keyAt where the key stands in the request; -1 for nowhere
     */
    record Side(boolean client, boolean port, int size, boolean little, Bytes key, int keyAt)
        implements Part {}

    record Time(int size, String clock, boolean little) implements Part {}
  }

  private final String source;
  private final List<Part> parts;
  private final @Nullable Pattern plain;

  /**
   * @throws IllegalArgumentException where it is no pattern, or has a place that is none
   */
  Shape(String source) {
    this.source = source;
    this.parts = parts(source);
    Pattern pattern = compile(regex(Setting.of(Bytes.EMPTY, List.of())));
    this.plain = parts.size() == 1 ? pattern : null;
  }

  private static Pattern compile(String pattern) {
    return Pattern.compile(pattern, Pattern.DOTALL | Pattern.UNIX_LINES);
  }

  private static List<Part> parts(String source) {
    List<Part> parts = new ArrayList<>();
    Matcher place = PLACE.matcher(source);
    int read = 0;
    while (place.find()) {
      parts.add(literal(source.substring(read, place.start())));
      parts.add(part(place));
      read = place.end();
    }
    parts.add(literal(source.substring(read)));
    return List.copyOf(parts);
  }

  private static Part literal(String regex) {
    if (regex.contains("{{")) {
      throw new IllegalArgumentException("an unknown place in the pattern: " + regex);
    }
    return new Part.Literal(regex);
  }

  private static Part part(Matcher place) {
    if (place.group("quote") != null) {
      return new Part.Quote(Integer.parseInt(place.group("quote")));
    }
    if (place.group("at") != null) {
      return new Part.Request(
          Integer.parseInt(place.group("at")), Integer.parseInt(place.group("length")));
    }
    if (place.group("bytes") != null) {
      return new Part.Time(
          Integer.parseInt(place.group("bytes")),
          place.group("clock"),
          place.group("timeLittle") != null);
    }
    boolean port = place.group("port") != null;
    int size = place.group("size").equals("text") ? 0 : Integer.parseInt(place.group("size"));
    if (size != 0 && (port ? size != 2 : size != 4 && size != 16)) {
      throw new IllegalArgumentException("no such size: " + place.group());
    }
    String key = place.group("xor");
    return new Part.Side(
        place.group("side").equals("client"),
        port,
        size,
        place.group("sideLittle") != null,
        key == null ? Bytes.EMPTY : Bytes.hex(key),
        place.group("xorAt") == null ? -1 : Integer.parseInt(place.group("xorAt")));
  }

  /** Whether it has places that only a whole conversation can fill. */
  boolean asksForSetting() {
    return parts.stream().anyMatch(part -> part instanceof Part.Side || part instanceof Part.Time);
  }

  boolean fits(Bytes answer, Setting setting) {
    Matcher matcher =
        (plain == null ? compile(regex(setting)) : plain).matcher(answer.head(SUBJECT).latin1());
    return matcher.lookingAt() && timely(matcher, setting.at());
  }

  private String regex(Setting setting) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < parts.size(); i++) {
      regex.append(
          switch (parts.get(i)) {
            case Part.Literal(String literal) -> literal;
            case Part.Quote(int place) ->
                place <= setting.places().size()
                    ? literal(setting.places().get(place - 1).toArray())
                    : NOTHING;
            case Part.Request(int at, int length) ->
                at + length <= setting.request().length()
                    ? literal(setting.request().slice(at, at + length).toArray())
                    : NOTHING;
            case Part.Side side -> side(side, setting);
            case Part.Time(int size, _, _) -> "(?<time%d>.{%d})".formatted(i, size);
          });
    }
    return regex.toString();
  }

  private static String side(Part.Side side, Setting setting) {
    Collection<byte[]> values = values(side, setting);
    if (values.isEmpty()) {
      return side.size() > 0
          ? ".{%d}".formatted(side.size())
          : side.port() ? "[0-9]{1,5}" : "[0-9A-Fa-f.:]{2,45}";
    }
    String any =
        values.stream()
            .filter(value -> side.size() == 0 || value.length == side.size())
            .map(value -> literal(written(value, side, setting.request())))
            .distinct()
            .sorted()
            .collect(Collectors.joining("|"));
    String end = side.size() == 0 ? "(?![0-9])" : "";
    return any.isEmpty() ? NOTHING : "(?:" + any + ")" + end;
  }

  /** What may stand there, big-endian or as text; none where it is not known. */
  private static Collection<byte[]> values(Part.Side side, Setting setting) {
    if (side.port()) {
      int port =
          side.client() ? setting.ownPort() : setting.peer() == null ? 0 : setting.peer().port();
      return port == 0
          ? List.of()
          : List.of(
              side.size() == 0
                  ? Integer.toString(port).getBytes(StandardCharsets.US_ASCII)
                  : new byte[] {(byte) (port >> 8), (byte) port});
    }
    Collection<InetAddress> known =
        side.client()
            ? setting.own()
            : setting.peer() == null ? List.of() : List.of(setting.peer().address());
    return known.stream()
        .map(
            one ->
                side.size() == 0
                    ? one.getHostAddress().getBytes(StandardCharsets.US_ASCII)
                    : one.getAddress())
        .toList();
  }

  private static byte[] written(byte[] value, Part.Side side, Bytes request) {
    byte[] key = side.key().toArray();
    if (side.keyAt() >= 0) {
      int end = Math.min(side.keyAt() + value.length, request.length());
      key = request.slice(Math.min(side.keyAt(), end), end).toArray();
    }
    byte[] written = value.clone();
    for (int i = 0; i < Math.min(key.length, written.length); i++) {
      written[i] ^= key[i];
    }
    if (side.little()) {
      for (int i = 0; i < written.length / 2; i++) {
        byte one = written[i];
        written[i] = written[written.length - 1 - i];
        written[written.length - 1 - i] = one;
      }
    }
    return written;
  }

  private boolean timely(Matcher matcher, @Nullable Instant at) {
    if (at == null) {
      return true;
    }
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i) instanceof Part.Time(_, String clock, boolean little)
          && !timely(Bytes.latin1(matcher.group("time" + i)), clock, little, at)) {
        return false;
      }
    }
    return true;
  }

  private static boolean timely(Bytes written, String clock, boolean little, Instant at) {
    boolean millis = clock.equals("unix-milliseconds");
    int size = millis ? written.length() : 4; // of NTP's eight bytes the first four are seconds
    long value = 0;
    for (int i = 0; i < size; i++) {
      value = value << 8 | written.at(little ? size - 1 - i : i) & 0xff;
    }
    long seconds = millis ? value / 1000 : clock.equals("ntp") ? value - NTP_EPOCH : value;
    return Math.abs(seconds - at.getEpochSecond()) <= CLOCKS_DIFFER.toSeconds();
  }

  private static String literal(byte[] bytes) {
    StringBuilder quoted = new StringBuilder();
    for (byte one : bytes) {
      quoted.append("\\x").append(HexFormat.of().toHexDigits(one));
    }
    return quoted.toString();
  }

  @Override
  public String toString() {
    return source;
  }
}
