package io.portprint.capture.evidence;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A section of a pcapng file, written block by block (draft-ietf-opsawg-pcapng): one section
 * header, one interface, and packets of raw IP with times in nanoseconds. Little-endian.
 */
final class PcapngWriter {

  /** The most bytes that a text may have in UTF-8: the length of an option has 16 bits. */
  static final int LONGEST_TEXT = 0xffff;

  private static final int SECTION_HEADER = 0x0a0d0d0a;
  private static final int INTERFACE_DESCRIPTION = 1;
  private static final int ENHANCED_PACKET = 6;

  private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
  private static final short MAJOR = 1;
  private static final short MINOR = 0;
  private static final long LENGTH_NOT_GIVEN = -1;

  /** Packets begin with an IP header, of version 4 or 6 as its first four bits say. */
  private static final short LINKTYPE_RAW = 101;

  private static final int UNLIMITED = 0;

  private static final short END_OF_OPTIONS = 0;
  private static final short COMMENT = 1;
  private static final short IF_NAME = 2;
  private static final short EPB_FLAGS = 2;
  private static final short SHB_USER_APPLICATION = 4;
  private static final short IF_TIME_RESOLUTION = 9;

  private static final byte NANOSECONDS = 9;
  private static final int INBOUND = 1;
  private static final int OUTBOUND = 2;

  /** Type and length before the body, the length again behind it. */
  private static final int FRAME = 12;

  private final OutputStream out;

  PcapngWriter(OutputStream out) {
    this.out = out;
  }

  /** Begins the file. */
  void section(String comment, String application) throws IOException {
    byte[] options =
        new Options().text(COMMENT, comment).text(SHB_USER_APPLICATION, application).end();
    block(
        SECTION_HEADER,
        little(16 + options.length)
            .putInt(BYTE_ORDER_MAGIC)
            .putShort(MAJOR)
            .putShort(MINOR)
            .putLong(LENGTH_NOT_GIVEN)
            .put(options));
  }

  /** Describes the interface that all packets are of; comes before them. */
  void describeInterface(String name) throws IOException {
    byte[] options = new Options().text(IF_NAME, name).bytes(IF_TIME_RESOLUTION, NANOSECONDS).end();
    block(
        INTERFACE_DESCRIPTION,
        little(8 + options.length)
            .putShort(LINKTYPE_RAW)
            .putShort((short) 0)
            .putInt(UNLIMITED)
            .put(options));
  }

  /**
   * @param time in nanoseconds since 1970, not negative
   * @param packet from the IP header on
   */
  void packet(long time, Direction direction, byte[] packet, @Nullable String comment)
      throws IOException {
    Options options = new Options();
    if (comment != null) {
      options.text(COMMENT, comment);
    }
    int flags =
        switch (direction) {
          case TO_SERVER -> OUTBOUND;
          case TO_CLIENT -> INBOUND;
        };
    byte[] tail = options.bytes(EPB_FLAGS, little(4).putInt(flags).array()).end();
    block(
        ENHANCED_PACKET,
        little(20 + padded(packet.length) + tail.length)
            .putInt(0)
            .putInt((int) (time >>> Integer.SIZE))
            .putInt((int) time)
            .putInt(packet.length)
            .putInt(packet.length)
            .put(packet)
            .position(20 + padded(packet.length))
            .put(tail));
  }

  private void block(int type, ByteBuffer body) throws IOException {
    int length = FRAME + body.capacity();
    out.write(little(length).putInt(type).putInt(length).put(body.array()).putInt(length).array());
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int padded(int length) {
    return (length + 3) & ~3;
  }

  /** The options at the end of a block. */
  private static final class Options {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    Options text(short code, String text) {
      return bytes(code, text.getBytes(StandardCharsets.UTF_8));
    }

    Options bytes(short code, byte... value) {
      if (value.length > LONGEST_TEXT) {
        throw new IllegalArgumentException("an option of %d bytes".formatted(value.length));
      }
      ByteBuffer option =
          little(4 + padded(value.length)).putShort(code).putShort((short) value.length).put(value);
      written.writeBytes(option.array());
      return this;
    }

    byte[] end() {
      return bytes(END_OF_OPTIONS).written.toByteArray();
    }
  }
}
