package io.portprint.capture;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.springframework.util.unit.DataSize;

/** Packets and files of packets, byte by byte. */
final class Packets {

  static final int ETHERNET = 1;
  static final int RAW = 101;
  static final int TCP = 6;
  static final int UDP = 17;
  static final int SYN = 2;
  static final int ACK = 16;
  static final int FIN = 1;
  static final int RST = 4;

  static final String CLIENT = "192.0.2.1";
  static final String SERVER = "192.0.2.2";
  static final String CLIENT_6 = "2001:db8::1";
  static final String SERVER_6 = "2001:db8::2";

  static final CaptureProperties LIMITS = limits(65_536, DataSize.ofMegabytes(1));

  private static final Instant NOW = Instant.parse("2026-11-22T20:00:00Z");

  private Packets() {}

  static CaptureProperties limits(int maxFlows, DataSize maxFlowBytes) {
    return new CaptureProperties(
        DataSize.ofMegabytes(64),
        DataSize.ofMegabytes(128),
        Duration.ofHours(1),
        4_000_000,
        maxFlows,
        maxFlowBytes,
        8,
        Duration.ofMinutes(2));
  }

  static Capture.Content read(byte[] file) {
    return read(file, LIMITS);
  }

  static Capture.Content read(byte[] file, CaptureProperties limits) {
    CaptureInput input =
        new CaptureInput(
            new ByteArrayInputStream(file),
            limits.maxSize().toBytes(),
            InstantSource.fixed(NOW),
            NOW);
    Damages damages = new Damages();
    Room.Share share = new Room(limits.maxBytes().toBytes()).share("client");
    FlowTable flows = new FlowTable(limits, damages, share);
    try {
      return flows.end(CaptureFile.read(input, damages, flows), input.position());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A pcap file of one packet a second, from the second 1 on. */
  static byte[] pcap(int linkType, byte[]... packets) {
    return pcap(ByteOrder.LITTLE_ENDIAN, 0xa1b2c3d4, linkType, packets);
  }

  /** All of them in the second 1. */
  static byte[] pcapAtOnce(int linkType, byte[]... packets) {
    return pcap(ByteOrder.LITTLE_ENDIAN, 0xa1b2c3d4, linkType, 0, packets);
  }

  static byte[] pcap(ByteOrder order, int magic, int linkType, byte[]... packets) {
    return pcap(order, magic, linkType, 1, packets);
  }

  private static byte[] pcap(
      ByteOrder order, int magic, int linkType, int seconds, byte[]... packets) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(
        buffer(24, order)
            .putInt(magic)
            .putShort((short) 2)
            .putShort((short) 4)
            .putInt(0)
            .putInt(0)
            .putInt(65_535)
            .putInt(linkType)
            .array());
    int second = 1;
    for (byte[] packet : packets) {
      file.writeBytes(
          buffer(16, order)
              .putInt(second)
              .putInt(5)
              .putInt(packet.length)
              .putInt(packet.length)
              .array());
      file.writeBytes(packet);
      second += seconds;
    }
    return file.toByteArray();
  }

  /** A block of pcapng around a body, which is padded. */
  static byte[] block(ByteOrder order, int type, byte[] body) {
    int length = 12 + (body.length + 3) / 4 * 4;
    return buffer(length, order)
        .putInt(type)
        .putInt(length)
        .put(body)
        .position(length - 4)
        .putInt(length)
        .array();
  }

  static byte[] section(ByteOrder order) {
    return block(
        order,
        0x0a0d0d0a,
        buffer(16, order)
            .putInt(0x1a2b3c4d)
            .putShort((short) 1)
            .putShort((short) 0)
            .putLong(-1)
            .array());
  }

  static byte[] describe(ByteOrder order, int linkType, int longest, byte[]... options) {
    return block(
        order,
        1,
        join(
            buffer(8, order).putShort((short) linkType).putShort((short) 0).putInt(longest).array(),
            join(options)));
  }

  static byte[] option(ByteOrder order, int code, byte[] value) {
    return buffer(4 + (value.length + 3) / 4 * 4, order)
        .putShort((short) code)
        .putShort((short) value.length)
        .put(value)
        .array();
  }

  static byte[] enhanced(ByteOrder order, int seenAt, long time, byte[] packet) {
    return block(
        order,
        6,
        join(
            buffer(20, order)
                .putInt(seenAt)
                .putInt((int) (time >>> 32))
                .putInt((int) time)
                .putInt(packet.length)
                .putInt(packet.length)
                .array(),
            packet));
  }

  static byte[] simple(ByteOrder order, int length, byte[] packet) {
    return block(order, 3, join(buffer(4, order).putInt(length).array(), packet));
  }

  static ByteBuffer buffer(int size, ByteOrder order) {
    return ByteBuffer.allocate(size).order(order);
  }

  static byte[] ethernet(int type, byte[] payload) {
    return join(new byte[12], u16(type), payload);
  }

  static byte[] ipv4(int protocol, String source, String destination, byte[] payload) {
    return fragment4(7, 0, false, protocol, source, destination, payload);
  }

  static byte[] fragment4(
      int id,
      int offset,
      boolean more,
      int protocol,
      String source,
      String destination,
      byte[] payload) {
    return join(
        ByteBuffer.allocate(12)
            .put((byte) 0x45)
            .put((byte) 0)
            .putShort((short) (20 + payload.length))
            .putShort((short) id)
            .putShort((short) (offset / 8 | (more ? 0x2000 : 0)))
            .put((byte) 64)
            .put((byte) protocol)
            .array(),
        address(source),
        address(destination),
        payload);
  }

  static byte[] ipv6(int next, byte[] payload) {
    return join(
        ByteBuffer.allocate(8)
            .putInt(0x60000000)
            .putShort((short) payload.length)
            .put((byte) next)
            .put((byte) 64)
            .array(),
        address(CLIENT_6),
        address(SERVER_6),
        payload);
  }

  static byte[] fragment6(int id, int offset, boolean more, int next, byte[] payload) {
    return ipv6(
        44,
        join(
            ByteBuffer.allocate(8)
                .put((byte) next)
                .put((byte) 0)
                .putShort((short) (offset | (more ? 1 : 0)))
                .putInt(id)
                .array(),
            payload));
  }

  static byte[] udp(int from, int to, byte[] payload) {
    return join(u16(from), u16(to), u16(8 + payload.length), u16(0), payload);
  }

  static byte[] tcp(int from, int to, long sequence, long acknowledged, int flags, byte[] data) {
    return join(
        ByteBuffer.allocate(20)
            .putShort((short) from)
            .putShort((short) to)
            .putInt((int) sequence)
            .putInt((int) acknowledged)
            .put((byte) 0x50)
            .put((byte) flags)
            .array(),
        data);
  }

  /** A segment from port 40000 of the client to port 80 of the server, in IPv4. */
  static byte[] fromClient(long sequence, long acknowledged, int flags, String data) {
    return ipv4(TCP, CLIENT, SERVER, tcp(40_000, 80, sequence, acknowledged, flags, latin1(data)));
  }

  static byte[] fromServer(long sequence, long acknowledged, int flags, String data) {
    return ipv4(TCP, SERVER, CLIENT, tcp(80, 40_000, sequence, acknowledged, flags, latin1(data)));
  }

  static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] u16(int value) {
    return new byte[] {(byte) (value >> 8), (byte) value};
  }

  static byte[] address(String text) {
    return InetAddress.ofLiteral(text).getAddress();
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
