package io.portprint.fingerprint;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** An immutable sequence of bytes with value equality. */
public final class Bytes {

  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] content;

  private Bytes(byte[] content) {
    this.content = content;
  }

  /** A copy of the array. */
  public static Bytes of(byte... content) {
    return content.length == 0 ? EMPTY : new Bytes(content.clone());
  }

  /** A copy of a part of the array. */
  public static Bytes of(byte[] content, int from, int to) {
    return from == to ? EMPTY : new Bytes(Arrays.copyOfRange(content, from, to));
  }

  /** The characters as ISO-8859-1, one byte each. */
  public static Bytes latin1(String text) {
    return of(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Hexadecimal digits in pairs; white space between pairs is ignored. */
  public static Bytes hex(String digits) {
    return of(HexFormat.of().parseHex(digits.replaceAll("\\s+", "")));
  }

  public int length() {
    return content.length;
  }

  public boolean isEmpty() {
    return content.length == 0;
  }

  /** The byte at an offset, 0 to 255. */
  public int at(int offset) {
    return content[offset] & 0xff;
  }

  /** Two bytes, big-endian. */
  public int u16(int offset) {
    return (at(offset) << 8) | at(offset + 1);
  }

  /** Four bytes, big-endian. */
  public long u32(int offset) {
    return ((long) u16(offset) << 16) | u16(offset + 2);
  }

  public Bytes slice(int from, int to) {
    if (from < 0 || to > content.length || from > to) {
      throw new IndexOutOfBoundsException("%d..%d of %d".formatted(from, to, content.length));
    }
    return from == 0 && to == content.length ? this : of(content, from, to);
  }

  /** The first bytes, at most so many. */
  public Bytes head(int limit) {
    return slice(0, Math.min(limit, content.length));
  }

  public Bytes plus(Bytes more) {
    if (more.isEmpty()) {
      return this;
    }
    if (isEmpty()) {
      return more;
    }
    byte[] both = Arrays.copyOf(content, content.length + more.content.length);
    System.arraycopy(more.content, 0, both, content.length, more.content.length);
    return new Bytes(both);
  }

  public boolean startsWith(Bytes prefix) {
    return content.length >= prefix.content.length
        && Arrays.equals(
            content, 0, prefix.content.length, prefix.content, 0, prefix.content.length);
  }

  /** Where a sequence first occurs, or -1. */
  public int indexOf(Bytes part) {
    for (int at = 0; at <= content.length - part.content.length; at++) {
      if (Arrays.equals(
          content, at, at + part.content.length, part.content, 0, part.content.length)) {
        return at;
      }
    }
    return -1;
  }

  public byte[] toArray() {
    return content.clone();
  }

  /** One character per byte: lossless, so offsets in the text are offsets in the bytes. */
  public String latin1() {
    return new String(content, StandardCharsets.ISO_8859_1);
  }

  public String hex() {
    return HexFormat.of().formatHex(content);
  }

  /**
   * Printable ASCII as it is, everything else escaped as {@code \r}, {@code \n}, {@code \t}, {@code
   * \\} or {@code \xHH}: safe in logs and on terminals.
   */
  public String escaped() {
    StringBuilder text = new StringBuilder(content.length + 16);
    for (byte one : content) {
      switch (one) {
        case '\r' -> text.append("\\r");
        case '\n' -> text.append("\\n");
        case '\t' -> text.append("\\t");
        case '\\' -> text.append("\\\\");
        default -> {
          if (one >= 0x20 && one < 0x7f) {
            text.append((char) one);
          } else {
            text.append("\\x").append(HexFormat.of().toHexDigits(one));
          }
        }
      }
    }
    return text.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content);
  }

  /** Length and the escaped head: short enough for a log. */
  @Override
  public String toString() {
    return content.length + " bytes: " + head(64).escaped();
  }
}
