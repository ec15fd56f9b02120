package io.portprint.capture;

import io.portprint.capture.CaptureException.NotACapture;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A capture in the form of blocks, of one section or several, each in its own byte order (<a
 * href="https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcapng/">draft-ietf-opsawg-pcapng</a>).
 * Blocks that hold no packets are passed over.
 */
final class PcapngFile {

  private static final long SECTION = 0x0a0d0d0aL;
  private static final int INTERFACE = 1;
  private static final int PACKET = 2; // obsolete, and still found
  private static final int SIMPLE_PACKET = 3;
  private static final int ENHANCED_PACKET = 6;

  private static final int END_OF_OPTIONS = 0;
  private static final int RESOLUTION = 9;
  private static final int TIME_OFFSET = 14;

  private static final long BYTE_ORDER = 0x1a2b3c4dL;
  private static final long SWAPPED_BYTE_ORDER = 0x4d3c2b1aL;

  /** A whole packet, and as much again of options. */
  private static final int LONGEST_BLOCK = 2 * Packet.LONGEST;

  private static final int FRAME = 12; // type and length, and the length again
  private static final int MOST_INTERFACES = 4096;

  /** Times beyond would not be written as RFC 3339 has it. */
  private static final long LAST_SECOND = 253_402_300_799L;

  private static final int MICROSECONDS = 6;
  private static final int NANOSECONDS = 9;
  private static final int BASE_TWO = 0x80;

  private record Interface(int linkType, long longest, int resolution, long offset) {

    /** When, in units since 1970; null where that is out of any reason. */
    @Nullable Instant time(long high, long low) {
      if (high >> 21 == 0
          && offset == 0
          && (resolution == MICROSECONDS || resolution == NANOSECONDS)) {
        long units = high << 32 | low;
        long perSecond = resolution == MICROSECONDS ? 1_000_000 : 1_000_000_000;
        return Instant.ofEpochSecond(
            units / perSecond, units % perSecond * (1_000_000_000 / perSecond));
      }
      return slowly(high, low);
    }

    private @Nullable Instant slowly(long high, long low) {
      BigInteger units = BigInteger.valueOf(high).shiftLeft(32).or(BigInteger.valueOf(low));
      int exponent = resolution & ~BASE_TWO;
      BigInteger perSecond =
          (resolution & BASE_TWO) == 0
              ? BigInteger.TEN.pow(exponent)
              : BigInteger.ONE.shiftLeft(exponent);
      BigInteger[] parts = units.divideAndRemainder(perSecond);
      BigInteger seconds = parts[0].add(BigInteger.valueOf(offset));
      if (seconds.bitLength() > 62 || seconds.signum() < 0 || seconds.longValue() > LAST_SECOND) {
        return null;
      }
      BigInteger nanos = parts[1].multiply(BigInteger.valueOf(1_000_000_000)).divide(perSecond);
      return Instant.ofEpochSecond(seconds.longValue(), nanos.longValue());
    }
  }

  private final CaptureInput input;
  private final Damages damages;
  private final List<Interface> interfaces = new ArrayList<>();
  private boolean littleEndian;

  PcapngFile(CaptureInput input, Damages damages) {
    this.input = input;
    this.damages = damages;
  }

  /** From behind the type of the first block, which is that of a section. */
  CaptureFormat read(Packet.Sink sink) throws IOException {
    if (!section(0)) {
      throw new NotACapture("it ends, or is broken, within the header of its first section");
    }
    boolean more = true;
    while (more) {
      more = block(sink);
    }
    return CaptureFormat.PCAPNG;
  }

  private boolean block(Packet.Sink sink) throws IOException {
    long offset = input.position();
    byte[] type = input.read(4);
    if (type.length < 4) {
      if (type.length > 0) {
        damages.note("the file ends within the header of a block", offset);
      }
      return false;
    }
    long kind = u32(type);
    // the same in either order
    return kind == SECTION ? section(offset) : block(kind, offset, sink);
  }

  private long u32(byte[] four) {
    try {
      return Cursor.of(four).littleEndian(littleEndian).u32();
    } catch (MalformedPacketException e) {
      throw new AssertionError("four bytes", e);
    }
  }

  /** Begins a section; false where nothing can be read beyond its header. */
  private boolean section(long offset) throws IOException {
    byte[] head = input.read(8);
    if (head.length < 8) {
      damages.note("the file ends within the header of a section", offset);
      return false;
    }
    try {
      Cursor cursor = Cursor.of(head);
      cursor.skip(4);
      long order = cursor.u32();
      if (order != BYTE_ORDER && order != SWAPPED_BYTE_ORDER) {
        damages.note("a section does not tell its byte order; nothing is read beyond it", offset);
        return false;
      }
      littleEndian = order == SWAPPED_BYTE_ORDER;
      interfaces.clear();
      long length = Cursor.of(head).littleEndian(littleEndian).u32();
      byte[] body = body(length, 4, offset);
      if (body == null) {
        return false;
      }
      int major = Cursor.of(body).littleEndian(littleEndian).u16();
      if (major != 1) {
        damages.note("a section is of another version than 1; nothing is read beyond it", offset);
        return false;
      }
      return true;
    } catch (MalformedPacketException e) {
      damages.note("the header of a section is too short", offset);
      return false;
    }
  }

  private boolean block(long kind, long offset, Packet.Sink sink) throws IOException {
    byte[] word = input.read(4);
    if (word.length < 4) {
      damages.note("the file ends within the header of a block", offset);
      return false;
    }
    long length = u32(word);
    boolean wanted =
        kind == INTERFACE || kind == PACKET || kind == SIMPLE_PACKET || kind == ENHANCED_PACKET;
    if (!wanted || length > LONGEST_BLOCK) {
      if (wanted) {
        damages.note("a block claims to be longer than any is, and was passed over", offset);
      }
      return pass(length, offset);
    }
    byte[] body = body(length, 0, offset);
    if (body == null) {
      return false;
    }
    Cursor cursor = Cursor.of(body).littleEndian(littleEndian);
    try {
      Packet packet =
          switch ((int) kind) {
            case INTERFACE -> {
              describe(cursor, offset);
              yield null;
            }
            case SIMPLE_PACKET -> simple(cursor, offset);
            case PACKET -> packet(cursor.u16(), 2, cursor, offset);
            default -> packet(cursor.u32(), 0, cursor, offset);
          };
      return packet == null || sink.take(packet);
    } catch (MalformedPacketException e) {
      damages.note("a block is shorter than what it claims to hold", offset);
      return true;
    }
  }

  /**
   * What a block holds after the part that was read already.
   *
   * @return null where its length can't be, or the file ends within it
   */
  private byte @Nullable [] body(long length, int read, long offset) throws IOException {
    if (!lengthCanBe(length, offset)) {
      return null;
    }
    if (length > LONGEST_BLOCK) {
      damages.note("a block claims to be longer than any is; nothing is read beyond it", offset);
      return null;
    }
    int wanted = (int) length - FRAME - read;
    byte[] body = input.read(Math.max(0, wanted));
    byte[] again = input.read(4);
    if (body.length < wanted || again.length < 4) {
      damages.note("the file ends within a block", offset);
      return null;
    }
    if (u32(again) != length) {
      damages.note("the two lengths of a block differ", offset);
    }
    return body;
  }

  private boolean lengthCanBe(long length, long offset) {
    if (length < FRAME || length % 4 != 0) {
      damages.note("a block has a length that can't be; nothing is read beyond it", offset);
      return false;
    }
    return true;
  }

  private boolean pass(long length, long offset) throws IOException {
    if (!lengthCanBe(length, offset)) {
      return false;
    }
    if (!input.skip(length - 8)) {
      damages.note("the file ends within a block", offset);
      return false;
    }
    return true;
  }

  private void describe(Cursor cursor, long offset) throws MalformedPacketException {
    int linkType = cursor.u16();
    cursor.skip(2);
    long longest = cursor.u32();
    int resolution = MICROSECONDS;
    long timeOffset = 0;
    while (cursor.remaining() >= 4) {
      int option = cursor.u16();
      int length = cursor.u16();
      if (option == END_OF_OPTIONS) {
        break;
      }
      Cursor value = cursor.head(length).littleEndian(littleEndian);
      cursor.skip(Math.min(cursor.remaining(), (length + 3) & ~3));
      if (value.remaining() < length) {
        damages.note("an option is longer than its block", offset);
        break;
      }
      if (option == RESOLUTION && length >= 1) {
        resolution = value.u8();
      } else if (option == TIME_OFFSET && length >= 8) {
        timeOffset = value.i64();
      }
    }
    if (interfaces.size() < MOST_INTERFACES) {
      interfaces.add(new Interface(linkType, longest, resolution, timeOffset));
    } else {
      damages.note("a section has more interfaces than are read", offset);
    }
  }

  private @Nullable Interface interfaceOf(long number, long offset) {
    if (number < interfaces.size()) {
      return interfaces.get((int) number);
    }
    damages.note("a packet is of an interface that was not described", offset);
    return null;
  }

  private @Nullable Packet packet(long number, int skipped, Cursor cursor, long offset)
      throws MalformedPacketException {
    Interface seenAt = interfaceOf(number, offset);
    cursor.skip(skipped);
    long high = cursor.u32();
    long low = cursor.u32();
    long kept = cursor.u32();
    long length = cursor.u32();
    if (seenAt == null) {
      return null;
    }
    if (kept > Packet.LONGEST) {
      damages.note("a packet claims to be longer than any is", offset);
      return null;
    }
    Instant at = seenAt.time(high, low);
    if (at == null) {
      damages.note("a packet has a time that can't be", offset);
    }
    byte[] data = cursor.bytes((int) kept);
    return new Packet(offset, at, seenAt.linkType, data, Math.max(kept, length));
  }

  private @Nullable Packet simple(Cursor cursor, long offset) throws MalformedPacketException {
    Interface seenAt = interfaceOf(0, offset);
    long length = cursor.u32();
    if (seenAt == null) {
      return null;
    }
    long kept = seenAt.longest == 0 ? length : Math.min(length, seenAt.longest);
    if (kept > cursor.remaining() || kept > Packet.LONGEST) {
      damages.note("a packet claims to be longer than its block", offset);
      return null;
    }
    return new Packet(offset, null, seenAt.linkType, cursor.bytes((int) kept), length);
  }
}
