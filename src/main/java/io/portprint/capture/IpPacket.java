package io.portprint.capture;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * What one IP packet carries: of version 4 (<a href="https://www.rfc-editor.org/rfc/rfc791">RFC
 * 791</a>) or 6 (<a href="https://www.rfc-editor.org/rfc/rfc8200">RFC 8200</a>).
 *
 * @param protocol of the payload, behind all extension headers that can be passed
 * @param length of the payload, by the header; what was captured of it may be less
 * @param fragment null where the packet is whole
 */
record IpPacket(
    InetAddress source,
    InetAddress destination,
    int protocol,
    Cursor payload,
    int length,
    @Nullable Fragment fragment) {

  /**
   * Which part of a payload a packet holds.
   *
   * @param offset in bytes
   * @param more whether further parts follow
   */
  record Fragment(long id, int offset, boolean more) {}

  private static final int VERSION_4 = 4;
  private static final int VERSION_6 = 6;
  private static final int LEAST_V4_HEADER = 20;
  private static final int MOST_EXTENSIONS = 16;

  private static final int HOP_BY_HOP = 0;
  private static final int ROUTING = 43;
  private static final int FRAGMENT = 44;
  private static final int AUTHENTICATION = 51;
  private static final int DESTINATION = 60;
  private static final int MOBILITY = 135;

  /** By the version that it tells itself; checksums are not looked at. */
  static IpPacket read(Cursor cursor) throws MalformedPacketException {
    return switch (cursor.peek() >> 4) {
      case VERSION_4 -> v4(cursor);
      case VERSION_6 -> v6(cursor);
      default -> throw new MalformedPacketException("a packet is of no known version of IP");
    };
  }

  private static IpPacket v4(Cursor cursor) throws MalformedPacketException {
    int header = (cursor.u8() & 0x0f) * 4;
    cursor.skip(1);
    int total = cursor.u16();
    long id = cursor.u16();
    int flags = cursor.u16();
    cursor.skip(1);
    int protocol = cursor.u8();
    cursor.skip(2);
    InetAddress source = address(cursor.bytes(4));
    InetAddress destination = address(cursor.bytes(4));
    // Where the network card cuts the segments, the kernel leaves the length out.
    int length = total == 0 ? cursor.remaining() + LEAST_V4_HEADER : total;
    if (header < LEAST_V4_HEADER || length < header) {
      throw new MalformedPacketException("an IPv4 header has a length that can't be");
    }
    cursor.skip(header - LEAST_V4_HEADER);
    int offset = (flags & 0x1fff) * 8;
    boolean more = (flags & 0x2000) != 0;
    return new IpPacket(
        source,
        destination,
        protocol,
        cursor.head(length - header),
        length - header,
        more || offset > 0 ? new Fragment(id, offset, more) : null);
  }

  private static IpPacket v6(Cursor cursor) throws MalformedPacketException {
    cursor.skip(4);
    int length = cursor.u16();
    int next = cursor.u8();
    cursor.skip(1);
    InetAddress source = address(cursor.bytes(16));
    InetAddress destination = address(cursor.bytes(16));
    int declared = length == 0 ? cursor.remaining() : length;
    return behindExtensions(source, destination, next, cursor.head(declared), declared);
  }

  /** The payload behind the extension headers, or behind that of a fragment. */
  static IpPacket behindExtensions(
      InetAddress source, InetAddress destination, int first, Cursor cursor, int declared)
      throws MalformedPacketException {
    int next = first;
    int length = declared;
    for (int passed = 0; passed < MOST_EXTENSIONS; passed++) {
      int before = cursor.remaining();
      switch (next) {
        case HOP_BY_HOP, ROUTING, DESTINATION, MOBILITY -> {
          next = cursor.u8();
          cursor.skip(cursor.u8() * 8 + 6);
        }
        case AUTHENTICATION -> {
          next = cursor.u8();
          cursor.skip(cursor.u8() * 4 + 6);
        }
        case FRAGMENT -> {
          next = cursor.u8();
          cursor.skip(1);
          int position = cursor.u16();
          Fragment fragment = new Fragment(cursor.u32(), position & 0xfff8, (position & 1) != 0);
          boolean whole = fragment.offset == 0 && !fragment.more; // RFC 6946
          length -= before - cursor.remaining();
          if (!whole) {
            return new IpPacket(source, destination, next, cursor, length, fragment);
          }
          continue;
        }
        default -> {
          return new IpPacket(source, destination, next, cursor, length, null);
        }
      }
      length -= before - cursor.remaining();
    }
    throw new MalformedPacketException("a packet has more extension headers than are read");
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes or sixteen", e);
    }
  }
}
