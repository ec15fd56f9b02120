package io.portprint.capture;

import inet.ipaddr.ipv6.IPv6Address;
import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * One end of a conversation in a capture.
 *
 * @param port 0 to 65535
 */
public record Peer(InetAddress address, int port) {

  /** The address in canonical text (RFC 5952). */
  public String addressText() {
    return address instanceof Inet6Address
        ? new IPv6Address(address.getAddress()).toCanonicalString()
        : address.getHostAddress();
  }

  /** Whether the address is one of a network behind a translator (RFC 1918, RFC 6598). */
  boolean isPrivate() {
    byte[] bytes = address.getAddress();
    return address.isSiteLocalAddress()
        || bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xc0) == 64;
  }
}
