package io.portprint.capture.evidence;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * One way between two addresses of the same family: puts IP headers (RFC 791, RFC 8200) before
 * segments and datagrams, and checksums into both. Packets are whole, never fragments.
 */
record IpPath(InetAddress source, InetAddress destination) {

  static final int TCP = 6;
  static final int UDP = 17;

  private static final int IPV4_HEADER = 20;
  private static final int IPV6_HEADER = 40;
  private static final int LARGEST = 0xffff;

  private static final byte VERSION_4_AND_FIVE_WORDS = 0x45;
  private static final int VERSION_6 = 0x60000000;
  private static final short DONT_FRAGMENT = 0x4000;
  private static final byte TIME_TO_LIVE = 64;
  private static final int IPV4_CHECKSUM_AT = 10;

  /** The other way. */
  IpPath back() {
    return new IpPath(destination, source);
  }

  private boolean version4() {
    return source instanceof Inet4Address;
  }

  /** How long a segment or datagram may be, its own header included. */
  int room() {
    return version4() ? LARGEST - IPV4_HEADER : LARGEST;
  }

  /** The largest segment of TCP, without its header, on a path of Ethernet's 1,500 bytes. */
  int largestSegment() {
    return 1500 - 20 - (version4() ? IPV4_HEADER : IPV6_HEADER);
  }

  /**
   * A packet.
   *
   * @param content a segment or datagram with zeros for its checksum
   * @param checksumAt where in it the checksum belongs
   */
  byte[] packet(int protocol, byte[] content, int checksumAt) {
    int sum =
        InternetChecksum.of(
            source.getAddress(),
            destination.getAddress(),
            ByteBuffer.allocate(8).putInt(content.length).putInt(protocol).array(),
            content);
    // a datagram's checksum of zero would mean that there is none (RFC 768)
    int shown = protocol == UDP && sum == 0 ? LARGEST : sum;
    ByteBuffer packet =
        version4() ? header4(protocol, content.length) : header6(protocol, content.length);
    int header = packet.position();
    return packet.put(content).putShort(header + checksumAt, (short) shown).array();
  }

  private ByteBuffer header4(int protocol, int length) {
    ByteBuffer packet = ByteBuffer.allocate(IPV4_HEADER + length);
    packet
        .put(VERSION_4_AND_FIVE_WORDS)
        .put((byte) 0)
        .putShort((short) packet.capacity())
        .putShort((short) 0) // no identification: never fragmented (RFC 6864)
        .putShort(DONT_FRAGMENT)
        .put(TIME_TO_LIVE)
        .put((byte) protocol)
        .putShort((short) 0)
        .put(source.getAddress())
        .put(destination.getAddress());
    int sum = InternetChecksum.of(packet.array());
    return packet.putShort(IPV4_CHECKSUM_AT, (short) sum);
  }

  private ByteBuffer header6(int protocol, int length) {
    return ByteBuffer.allocate(IPV6_HEADER + length)
        .putInt(VERSION_6)
        .putShort((short) length)
        .put((byte) protocol)
        .put(TIME_TO_LIVE)
        .put(source.getAddress())
        .put(destination.getAddress());
  }
}
