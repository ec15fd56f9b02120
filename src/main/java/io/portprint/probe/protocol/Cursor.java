package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;

/**
 * A position in bytes that a peer sent, moving forward. Every step is checked against the end, so
 * that a reader of a wire format reads like its definition and a lying length is one exception.
 * Integers are big-endian unless their name says otherwise.
 */
final class Cursor {

  /** The bytes end before what their format promises, or break its rules. */
  static final class Malformed extends Exception {

    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message, null, false, false); // answers are full of these: no stack trace
    }
  }

  private final Bytes content;
  private final int end;
  private int at;

  private Cursor(Bytes content, int at, int end) {
    this.content = content;
    this.at = at;
    this.end = end;
  }

  static Cursor of(Bytes content) {
    return new Cursor(content, 0, content.length());
  }

  /** The offset of the next byte in the whole content. */
  int at() {
    return at;
  }

  int remaining() {
    return end - at;
  }

  boolean atEnd() {
    return at == end;
  }

  int u8() throws Malformed {
    need(1);
    return content.at(at++);
  }

  int u16() throws Malformed {
    need(2);
    at += 2;
    return content.u16(at - 2);
  }

  int u16LittleEndian() throws Malformed {
    need(2);
    at += 2;
    return content.at(at - 2) | content.at(at - 1) << 8;
  }

  long u32() throws Malformed {
    need(4);
    at += 4;
    return content.u32(at - 4);
  }

  Bytes take(long count) throws Malformed {
    need(count);
    at += (int) count;
    return content.slice(at - (int) count, at);
  }

  void skip(long count) throws Malformed {
    need(count);
    at += (int) count;
  }

  /** The next bytes as a space of their own, beyond which its cursor can't go. */
  Cursor within(long count) throws Malformed {
    need(count);
    Cursor inner = new Cursor(content, at, at + (int) count);
    at += (int) count;
    return inner;
  }

  /** All that is left. */
  Bytes rest() {
    Bytes rest = content.slice(at, end);
    at = end;
    return rest;
  }

  /** Goes on only where the next value is the one that the format demands. */
  static void require(boolean kept, String rule) throws Malformed {
    if (!kept) {
      throw new Malformed(rule);
    }
  }

  private void need(long count) throws Malformed {
    if (count < 0 || count > end - at) {
      throw new Malformed("%d bytes wanted, %d left".formatted(count, end - at));
    }
  }
}
