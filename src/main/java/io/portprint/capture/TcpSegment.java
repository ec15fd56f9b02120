package io.portprint.capture;

/**
 * One segment (<a href="https://www.rfc-editor.org/rfc/rfc9293">RFC 9293</a>, section 3.1).
 *
 * @param data what was captured of its payload
 * @param length of its payload on the wire
 */
record TcpSegment(
    int sourcePort,
    int destinationPort,
    int sequence,
    int acknowledgment,
    int flags,
    byte[] data,
    int length) {

  private static final int HEADER = 20;
  private static final int FIN = 0x01;
  private static final int SYN = 0x02;
  private static final int RST = 0x04;
  private static final int ACK = 0x10;

  static TcpSegment read(IpPacket packet) throws MalformedPacketException {
    Cursor cursor = packet.payload();
    int sourcePort = cursor.u16();
    int destinationPort = cursor.u16();
    int sequence = (int) cursor.u32();
    int acknowledgment = (int) cursor.u32();
    int header = (cursor.u8() >> 4) * 4;
    int flags = cursor.u8();
    cursor.skip(6); // window, checksum, urgent pointer
    if (header < HEADER || header > packet.length()) {
      throw new MalformedPacketException("a TCP header has a length that can't be");
    }
    int length = packet.length() - header;
    cursor.skip(Math.min(header - HEADER, cursor.remaining()));
    return new TcpSegment(
        sourcePort, destinationPort, sequence, acknowledgment, flags, cursor.rest(), length);
  }

  boolean syn() {
    return (flags & SYN) != 0;
  }

  boolean fin() {
    return (flags & FIN) != 0;
  }

  boolean rst() {
    return (flags & RST) != 0;
  }

  boolean ack() {
    return (flags & ACK) != 0;
  }

  /** The sequence number of the first byte of the payload; SYN takes one of its own. */
  int dataSequence() {
    return syn() ? sequence + 1 : sequence;
  }
}
