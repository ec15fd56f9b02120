package io.portprint.capture;

import java.util.Arrays;

/** A position in a stretch of bytes; no read goes beyond its end. */
final class Cursor {

  private final byte[] content;
  private final int end;
  private boolean littleEndian;
  private int at;

  private Cursor(byte[] content, int from, int end) {
    this.content = content;
    this.at = from;
    this.end = end;
  }

  /** Over the whole array, which is not copied; big-endian. */
  static Cursor of(byte[] content) {
    return new Cursor(content, 0, content.length);
  }

  /** Reads further numbers in this order. */
  Cursor littleEndian(boolean value) {
    littleEndian = value;
    return this;
  }

  int remaining() {
    return end - at;
  }

  int u8() throws MalformedPacketException {
    need(1);
    return content[at++] & 0xff;
  }

  int u16() throws MalformedPacketException {
    int first = u8();
    int second = u8();
    return littleEndian ? second << 8 | first : first << 8 | second;
  }

  long u32() throws MalformedPacketException {
    long first = u16();
    long second = u16();
    return littleEndian ? second << 16 | first : first << 16 | second;
  }

  /** All eight bytes as they are, which for a large unsigned number is a negative one. */
  long i64() throws MalformedPacketException {
    long first = u32();
    long second = u32();
    return littleEndian ? second << 32 | first : first << 32 | second;
  }

  byte[] bytes(int count) throws MalformedPacketException {
    need(count);
    at += count;
    return Arrays.copyOfRange(content, at - count, at);
  }

  void skip(int count) throws MalformedPacketException {
    need(count);
    at += count;
  }

  /** The byte at the position, which stays. */
  int peek() throws MalformedPacketException {
    need(1);
    return content[at] & 0xff;
  }

  /** What remains, at most so much of it, as a cursor of its own over the same bytes. */
  Cursor head(int limit) {
    return new Cursor(content, at, at + Math.min(limit, remaining()));
  }

  /** What remains, as bytes of its own. */
  byte[] rest() {
    return Arrays.copyOfRange(content, at, end);
  }

  private void need(int count) throws MalformedPacketException {
    if (count < 0 || count > remaining()) {
      throw new MalformedPacketException("a header is cut off");
    }
  }
}
