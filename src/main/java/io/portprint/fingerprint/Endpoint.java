package io.portprint.fingerprint;

import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * An address, a port and a transport, under the name by which a client asked for it.
 *
 * @param host what the client wrote: a name, or the address in text
 * @param address the address that the name was resolved to, once
 * @param port 1 to 65535
 */
public record Endpoint(String host, InetAddress address, int port, Transport transport) {

  public Endpoint {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port out of 1..65535: " + port);
    }
  }

  /** The address in text, without a name and without a scope id. */
  public String addressText() {
    String text = address.getHostAddress();
    int scope = text.indexOf('%');
    return scope < 0 ? text : text.substring(0, scope);
  }

  /** Whether {@link #host} is a name, which servers may be told (SNI, the Host field). */
  public boolean named() {
    return !host.equals(addressText()) && host.chars().noneMatch(c -> c == ':') && hasLetter(host);
  }

  private static boolean hasLetter(String text) {
    return text.chars().anyMatch(Character::isLetter);
  }

  /** {@code 192.0.2.1:80/tcp} or {@code [2001:db8::1]:80/tcp}. */
  @Override
  public String toString() {
    String text = addressText();
    String bracketed = address instanceof Inet6Address ? "[" + text + "]" : text;
    return bracketed + ":" + port + "/" + transport.label();
  }
}
