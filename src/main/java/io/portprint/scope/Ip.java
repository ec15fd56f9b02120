package io.portprint.scope;

import inet.ipaddr.ipv6.IPv6Address;
import io.portprint.fingerprint.Bytes;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An IP address as a point on one line of 128 bits, on which an IPv4 address stands where IPv6 maps
 * it ({@code ::ffff:0:0/96}, RFC 4291 section 2.5.5.2). So the mapped form and the plain one are
 * the same value, and no list can be passed by writing an address the other way.
 */
record Ip(long high, long low) implements Comparable<Ip> {

  private static final long MAPPED = 0xffff_0000_0000L;

  static final Ip FIRST_V4 = new Ip(0, MAPPED);
  static final Ip LAST_V4 = new Ip(0, MAPPED | 0xffff_ffffL);
  static final Ip LAST = new Ip(-1, -1);

  static Ip of(InetAddress address) {
    return of(address.getAddress());
  }

  /** Four bytes or sixteen. */
  static Ip of(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return bytes.length == 4
        ? v4(Integer.toUnsignedLong(buffer.getInt()))
        : new Ip(buffer.getLong(), buffer.getLong());
  }

  static Ip v4(long bits) {
    return new Ip(0, MAPPED | bits);
  }

  boolean isV4() {
    return high == 0 && low >>> 32 == MAPPED >>> 32;
  }

  Ip next() {
    return plus(1);
  }

  Ip previous() {
    return low == 0 ? new Ip(high - 1, -1) : new Ip(high, low - 1);
  }

  /** The address so many further on; the number is taken as unsigned. */
  Ip plus(long number) {
    long sum = low + number;
    return new Ip(Long.compareUnsigned(sum, low) < 0 ? high + 1 : high, sum);
  }

  /** The first address of the block of this prefix length (0 to 128) in which this one lies. */
  Ip floor(int prefix) {
    return new Ip(
        prefix >= 64 ? high : high & mask(prefix), prefix > 64 ? low & mask(prefix - 64) : 0);
  }

  /** The last address of that block. */
  Ip ceiling(int prefix) {
    return new Ip(
        prefix >= 64 ? high : high | ~mask(prefix), prefix > 64 ? low | ~mask(prefix - 64) : -1);
  }

  private static long mask(int ones) {
    return ones == 0 ? 0 : -1L << (64 - ones);
  }

  private byte[] bytes() {
    return isV4()
        ? ByteBuffer.allocate(4).putInt((int) low).array()
        : ByteBuffer.allocate(16).putLong(high).putLong(low).array();
  }

  /** An address object without a name and without a scope id. */
  InetAddress toInetAddress() {
    try {
      return InetAddress.getByAddress(bytes());
    } catch (UnknownHostException e) {
      throw new AssertionError("four or sixteen bytes: " + Bytes.of(bytes()), e);
    }
  }

  /** The address in canonical text (RFC 5952). */
  String text() {
    return toInetAddress() instanceof Inet4Address v4
        ? v4.getHostAddress()
        : new IPv6Address(bytes()).toCanonicalString();
  }

  @Override
  public int compareTo(Ip other) {
    int upper = Long.compareUnsigned(high, other.high);
    return upper != 0 ? upper : Long.compareUnsigned(low, other.low);
  }

  @Override
  public String toString() {
    return text();
  }
}
