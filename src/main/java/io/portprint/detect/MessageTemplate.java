package io.portprint.detect;

import io.portprint.fingerprint.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * A message with gaps that are filled anew each time: hexadecimal bytes, texts in double quotes
 * (with {@code \r \n \t \\ \" \xHH}), and slots in braces, with white space between.
 *
 * <ul>
 *   <li>{@code {random:4}}, {@code {zeros:4}}: so many bytes
 *   <li>{@code {length:2}}, {@code {length-le:2}}: how many bytes follow, in 1, 2 or 4 bytes, big
 *       or little endian; {@code {total:2}}, {@code {total-le:2}}: how many there are in all
 *   <li>{@code {checksum}}: the Internet checksum (RFC 1071) of the whole message, which counts the
 *       slot as zero
 *   <li>{@code {crc32}}, {@code {crc32-le}}: the CRC-32 (IEEE 802.3) of all bytes before
 * </ul>
 */
public final class MessageTemplate {

  /** Characters of a template. */
  public static final int LONGEST = 32_768;

  /** Bytes of a message. */
  public static final int MOST_BYTES = 16_384;

  private static final int MOST_PARTS = 4_096;

  private static final Pattern PART =
      Pattern.compile(
          "\\s*(?:([0-9a-fA-F]{2}(?:\\s?[0-9a-fA-F]{2})*+)"
              + "|\"((?:[^\"\\\\]|\\\\.)*+)\""
              + "|\\{([a-z0-9-]{1,12})(?::([0-9]{1,5}))?\\})\\s*");
  private static final Pattern ESCAPE = Pattern.compile("\\\\(?:x([0-9a-fA-F]{2})|(.))");

  /** A template that can't be read. */
  public static final class MalformedTemplateException extends Exception {

    private static final long serialVersionUID = 1L;

    MalformedTemplateException(String reason) {
      super(reason);
    }
  }

  private enum Count {
    FOLLOWING,
    TOTAL
  }

  private sealed interface Part {
    /** How many bytes it takes. */
    int size();

    record Fixed(Bytes bytes) implements Part {
      @Override
      public int size() {
        return bytes.length();
      }
    }

    record Random(int size) implements Part {}

    record Length(Count count, boolean littleEndian, int size) implements Part {}

    record Checksum() implements Part {
      @Override
      public int size() {
        return 2;
      }
    }

    record Crc(boolean littleEndian) implements Part {
      @Override
      public int size() {
        return 4;
      }
    }
  }

  private final List<Part> parts;
  private final int size;

  private MessageTemplate(List<Part> parts) {
    this.parts = List.copyOf(parts);
    this.size = parts.stream().mapToInt(Part::size).sum();
  }

  public static MessageTemplate parse(String text) throws MalformedTemplateException {
    if (text.length() > LONGEST) {
      throw new MalformedTemplateException(
          "it has %d characters, more than %d".formatted(text.length(), LONGEST));
    }
    List<Part> parts = new ArrayList<>();
    long size = 0;
    Matcher part = PART.matcher(text);
    int at = 0;
    while (at < text.length()) {
      if (!part.region(at, text.length()).lookingAt()) {
        throw new MalformedTemplateException(
            "at character %d there is neither bytes in hexadecimal, nor a text in quotes, nor a slot"
                .formatted(at + 1));
      }
      Part one = part(part);
      size += one.size();
      if (size > MOST_BYTES || parts.size() == MOST_PARTS) {
        throw new MalformedTemplateException(
            "it makes more than %d bytes, or has more than %d parts"
                .formatted(MOST_BYTES, MOST_PARTS));
      }
      parts.add(one);
      at = part.end();
    }
    if (size == 0) {
      throw new MalformedTemplateException("it makes no bytes");
    }
    return new MessageTemplate(parts);
  }

  private static Part part(Matcher part) throws MalformedTemplateException {
    if (part.group(1) != null) {
      return new Part.Fixed(Bytes.of(HexFormat.of().parseHex(part.group(1).replaceAll("\\s", ""))));
    }
    if (part.group(2) != null) {
      return new Part.Fixed(text(part.group(2)));
    }
    String name = part.group(3);
    int number = part.group(4) == null ? 0 : Integer.parseInt(part.group(4));
    return switch (name) {
      case "random" -> new Part.Random(count(name, number));
      case "zeros" -> new Part.Fixed(Bytes.of(new byte[count(name, number)]));
      case "length" -> new Part.Length(Count.FOLLOWING, false, width(name, number));
      case "length-le" -> new Part.Length(Count.FOLLOWING, true, width(name, number));
      case "total" -> new Part.Length(Count.TOTAL, false, width(name, number));
      case "total-le" -> new Part.Length(Count.TOTAL, true, width(name, number));
      case "checksum" -> new Part.Checksum();
      case "crc32" -> new Part.Crc(false);
      case "crc32-le" -> new Part.Crc(true);
      default ->
          throw new MalformedTemplateException(
              "there is no slot '%s': write random, zeros, length, length-le, total, total-le, checksum, crc32 or crc32-le"
                  .formatted(name));
    };
  }

  private static int count(String slot, int number) throws MalformedTemplateException {
    if (number < 1 || number > MOST_BYTES) {
      throw new MalformedTemplateException(
          "'%s' needs a count from 1 to %d, as in {%s:4}".formatted(slot, MOST_BYTES, slot));
    }
    return number;
  }

  private static int width(String slot, int number) throws MalformedTemplateException {
    if (number != 1 && number != 2 && number != 4) {
      throw new MalformedTemplateException(
          "'%s' needs a width of 1, 2 or 4 bytes, as in {%s:2}".formatted(slot, slot));
    }
    return number;
  }

  private static Bytes text(String quoted) throws MalformedTemplateException {
    Matcher escape = ESCAPE.matcher(quoted);
    int from = 0;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (escape.find()) {
      bytes.writeBytes(quoted.substring(from, escape.start()).getBytes(StandardCharsets.UTF_8));
      from = escape.end();
      if (escape.group(1) != null) {
        bytes.write(HexFormat.fromHexDigits(escape.group(1)));
      } else {
        bytes.write(
            switch (escape.group(2)) {
              case "r" -> '\r';
              case "n" -> '\n';
              case "t" -> '\t';
              case "\\" -> '\\';
              case "\"" -> '"';
              default ->
                  throw new MalformedTemplateException(
                      "a text has an escape that is none of \\r \\n \\t \\\\ \\\" \\xHH");
            });
      }
    }
    bytes.writeBytes(quoted.substring(from).getBytes(StandardCharsets.UTF_8));
    return Bytes.of(bytes.toByteArray());
  }

  /** How many bytes every message has. */
  public int size() {
    return size;
  }

  /** A message. */
  public Bytes fill(RandomGenerator random) {
    byte[] message = new byte[size];
    int checksum = -1;
    int at = 0;
    for (Part part : parts) {
      switch (part) {
        case Part.Fixed(Bytes bytes) ->
            System.arraycopy(bytes.toArray(), 0, message, at, bytes.length());
        case Part.Random(int count) -> {
          byte[] some = new byte[count];
          random.nextBytes(some);
          System.arraycopy(some, 0, message, at, count);
        }
        case Part.Length(Count count, boolean little, int width) ->
            put(message, at, width, little, count == Count.TOTAL ? size : size - at - width);
        case Part.Checksum() -> checksum = at;
        case Part.Crc(boolean little) -> {
          CRC32 crc = new CRC32();
          crc.update(message, 0, at);
          put(message, at, 4, little, crc.getValue());
        }
      }
      at += part.size();
    }
    if (checksum >= 0) {
      put(message, checksum, 2, false, internetChecksum(message));
    }
    return Bytes.of(message);
  }

  private static void put(byte[] message, int at, int width, boolean little, long value) {
    for (int i = 0; i < width; i++) {
      int shift = Byte.SIZE * (little ? i : width - 1 - i);
      message[at + i] = (byte) (value >>> shift);
    }
  }

  private static int internetChecksum(byte[] message) {
    int sum = 0;
    for (int i = 0; i < message.length; i++) {
      sum += (message[i] & 0xff) << (i % 2 == 0 ? Byte.SIZE : 0);
      sum = (sum & 0xffff) + (sum >>> Short.SIZE);
    }
    return ~sum & 0xffff;
  }
}
