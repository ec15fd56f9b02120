package io.portprint.capture.evidence;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Walks the blocks of a capture to its end; what is not as the format has it is an error. */
final class Blocks {

  /** A block: fixed fields, and options by code. */
  record Block(int type, ByteBuffer fixed, byte[] data, Map<Integer, byte[]> options) {

    @Nullable String text(int code) {
      byte[] option = options.get(code);
      return option == null ? null : new String(option, StandardCharsets.UTF_8);
    }
  }

  /** A packet of TCP or UDP over IP, taken apart. */
  record Packet(
      long time,
      boolean outbound,
      @Nullable String comment,
      InetAddress source,
      InetAddress destination,
      int protocol,
      byte[] segment) {

    int u16(int at) {
      return ByteBuffer.wrap(segment).getShort(at) & 0xffff;
    }

    int sourcePort() {
      return u16(0);
    }

    int destinationPort() {
      return u16(2);
    }

    long sequence() {
      return ByteBuffer.wrap(segment).getInt(4) & 0xffffffffL;
    }

    long acknowledgement() {
      return ByteBuffer.wrap(segment).getInt(8) & 0xffffffffL;
    }

    String flags() {
      StringBuilder flags = new StringBuilder();
      for (int bit = 0; bit < 8; bit++) {
        if ((segment[13] >> bit & 1) != 0) {
          flags.append("FSRPAUEC".charAt(bit));
        }
      }
      return flags.toString();
    }

    byte[] payload() {
      int header = protocol == 6 ? (segment[12] >> 4 & 0xf) * 4 : 8;
      return Arrays.copyOfRange(segment, header, segment.length);
    }

    /** How the sender of a segment counts on: a byte each, and one for SYN and FIN. */
    long nextSequence() {
      return sequence()
          + payload().length
          + (flags().contains("S") || flags().contains("F") ? 1 : 0);
    }
  }

  private Blocks() {}

  static List<Block> read(byte[] file) {
    List<Block> blocks = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      int type = in.getInt();
      int length = in.getInt();
      check(length % 4 == 0 && length >= 12, "length");
      byte[] body = new byte[length - 12];
      in.get(body);
      check(in.getInt() == length, "the length behind");
      blocks.add(block(type, ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN)));
    }
    return blocks;
  }

  private static Block block(int type, ByteBuffer body) {
    int fixed =
        switch (type) {
          case 0x0a0d0d0a -> 16;
          case 1 -> 8;
          case 6 -> 20;
          default -> throw new AssertionError("a block of type " + type);
        };
    ByteBuffer head = body.slice(0, fixed).order(ByteOrder.LITTLE_ENDIAN);
    body.position(fixed);
    byte[] data = new byte[type == 6 ? head.getInt(12) : 0];
    body.get(data);
    pad(body);
    Map<Integer, byte[]> options = new HashMap<>();
    int code;
    do {
      code = body.getShort();
      byte[] value = new byte[body.getShort() & 0xffff];
      body.get(value);
      pad(body);
      check(code != 0 || value.length == 0, "the end of options");
      check(options.put(code, value) == null, "an option twice");
    } while (code != 0);
    check(!body.hasRemaining(), "bytes behind the options");
    return new Block(type, head, data, options);
  }

  private static void pad(ByteBuffer body) {
    while (body.position() % 4 != 0) {
      check(body.get() == 0, "padding");
    }
  }

  /** The packets of a capture of one section and one interface, their checksums proven. */
  static List<Packet> packets(byte[] file) {
    List<Block> blocks = read(file);
    check(blocks.get(0).type() == 0x0a0d0d0a, "section header first");
    check(blocks.get(0).fixed().getInt(0) == 0x1a2b3c4d, "byte order");
    check(blocks.get(0).fixed().getShort(4) == 1, "version");
    check(blocks.get(0).fixed().getShort(6) == 0, "version");
    check(blocks.get(0).fixed().getLong(8) == -1, "length of the section");
    check(blocks.get(1).type() == 1, "interface description second");
    check(blocks.get(1).fixed().getShort(0) == 101, "link type");
    check(Arrays.equals(blocks.get(1).options().get(9), new byte[] {9}), "resolution");
    return blocks.subList(2, blocks.size()).stream().map(Blocks::packet).toList();
  }

  private static Packet packet(Block block) {
    check(block.type() == 6, "packets only");
    check(block.fixed().getInt(0) == 0, "the interface");
    check(block.fixed().getInt(16) == block.data().length, "the original length");
    long time = (long) block.fixed().getInt(4) << 32 | block.fixed().getInt(8) & 0xffffffffL;
    int flags =
        ByteBuffer.wrap(Objects.requireNonNull(block.options().get(2)))
            .order(ByteOrder.LITTLE_ENDIAN)
            .getInt();
    check(flags == 1 || flags == 2, "direction");
    ByteBuffer ip = ByteBuffer.wrap(block.data());
    boolean v4 = ip.get(0) >> 4 == 4;
    int header = v4 ? 20 : 40;
    int size = v4 ? 4 : 16;
    int addresses = v4 ? 12 : 8;
    int protocol = ip.get(v4 ? 9 : 6);
    int length = ip.capacity() - header;
    if (v4) {
      check(ip.getShort(0) == 0x4500, "version, length and service of IPv4");
      check((ip.getShort(2) & 0xffff) == ip.capacity(), "length of IPv4");
      check(ip.getShort(6) == 0x4000, "fragmentation");
      check(sound(Arrays.copyOf(block.data(), 20)), "checksum of IPv4");
    } else {
      check(ip.getInt(0) == 0x60000000, "version of IPv6");
      check((ip.getShort(4) & 0xffff) == length, "length of IPv6");
    }
    check(ip.get(v4 ? 8 : 7) == 64, "time to live");
    byte[] segment = Arrays.copyOfRange(block.data(), header, block.data().length);
    byte[] pseudo =
        ByteBuffer.allocate(2 * size + 8 + length + length % 2)
            .put(block.data(), addresses, 2 * size)
            .putInt(length)
            .putInt(protocol)
            .put(segment)
            .array();
    check(sound(pseudo), "checksum");
    check(protocol == 6 || (segment[6] | segment[7]) != 0, "a checksum that is none");
    check(protocol == 6 || (ip.getShort(header + 4) & 0xffff) == length, "length of UDP");
    return new Packet(
        time,
        flags == 2,
        block.text(1),
        address(block.data(), addresses, size),
        address(block.data(), addresses + size, size),
        protocol,
        segment);
  }

  /** Words whose sum in ones' complement is zero are, as one number, a multiple of 65,535. */
  private static boolean sound(byte[] words) {
    return new BigInteger(1, words).mod(BigInteger.valueOf(65_535)).signum() == 0;
  }

  private static InetAddress address(byte[] packet, int from, int size) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(packet, from, from + size));
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what + " is not as it should be");
    }
  }
}
