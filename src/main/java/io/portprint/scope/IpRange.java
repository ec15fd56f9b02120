package io.portprint.scope;

import java.util.ArrayList;
import java.util.List;

/** Consecutive addresses, both ends included. */
record IpRange(Ip first, Ip last) {

  IpRange {
    if (first.compareTo(last) > 0) {
      throw new IllegalArgumentException(first + " comes after " + last);
    }
  }

  static IpRange of(Ip one) {
    return new IpRange(one, one);
  }

  /** The block of this prefix length, counted on 128 bits, around an address. */
  static IpRange block(Ip address, int prefix) {
    return new IpRange(address.floor(prefix), address.ceiling(prefix));
  }

  boolean contains(Ip address) {
    return first.compareTo(address) <= 0 && address.compareTo(last) <= 0;
  }

  boolean contains(IpRange other) {
    return contains(other.first) && contains(other.last);
  }

  boolean overlaps(IpRange other) {
    return first.compareTo(other.last) <= 0 && other.first.compareTo(last) <= 0;
  }

  /** How many addresses these are; {@link Long#MAX_VALUE} stands for that many or more. */
  long count() {
    long high =
        last.high() - first.high() - (Long.compareUnsigned(last.low(), first.low()) < 0 ? 1 : 0);
    long less = last.low() - first.low();
    return high != 0 || less < 0 || less == Long.MAX_VALUE ? Long.MAX_VALUE : less + 1;
  }

  /**
   * The IPv6 addresses of a range written in IPv6: without the mapped ones where it runs across
   * them, for those are IPv4 and no one means them by {@code ::/0}.
   */
  List<IpRange> withoutMapped() {
    IpRange mapped = new IpRange(Ip.FIRST_V4, Ip.LAST_V4);
    if (mapped.contains(this) || !overlaps(mapped)) {
      return List.of(this);
    }
    List<IpRange> parts = new ArrayList<>(2);
    if (first.compareTo(mapped.first) < 0) {
      parts.add(new IpRange(first, mapped.first.previous()));
    }
    if (last.compareTo(mapped.last) > 0) {
      parts.add(new IpRange(mapped.last.next(), last));
    }
    return parts;
  }
}
