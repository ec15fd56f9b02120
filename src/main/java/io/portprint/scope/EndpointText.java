package io.portprint.scope;

import io.portprint.fingerprint.Transport;
import java.util.Locale;

/**
 * An endpoint as a client writes it: {@code 127.0.0.1:20017/tcp}, {@code [::1]:53/udp}, {@code
 * lab.internal:80}.
 *
 * @param host a name, or a single address
 */
record EndpointText(Target host, int port, Transport transport) {

  /** Characters of an endpoint: those of a target, brackets, port and transport. */
  static final int MAX_LENGTH = 272;

  private static final String FORM =
      "write host:port/transport, such as 192.0.2.1:80/tcp or [2001:db8::1]:53/udp";

  static EndpointText parse(String text) throws MalformedException {
    if (text.length() > MAX_LENGTH) {
      throw new MalformedException(
          "is %d characters long, more than %d".formatted(text.length(), MAX_LENGTH),
          "write one endpoint per entry");
    }
    if (text.contains("://")) {
      throw new MalformedException("is a URL", FORM);
    }
    int slash = text.lastIndexOf('/');
    Transport transport = slash < 0 ? Transport.TCP : transport(text.substring(slash + 1));
    String place = slash < 0 ? text : text.substring(0, slash);
    int colon = place.lastIndexOf(':');
    if (colon < 0 || place.endsWith("]")) {
      throw new MalformedException("has no port", FORM);
    }
    String host = place.substring(0, colon);
    if (host.indexOf(':') >= 0 && !host.startsWith("[")) {
      throw new MalformedException("is an IPv6 address without brackets", FORM);
    }
    return new EndpointText(
        Target.parseHost(host), PortSet.number(place.substring(colon + 1)), transport);
  }

  private static Transport transport(String label) throws MalformedException {
    return switch (label.toLowerCase(Locale.ROOT)) {
      case "tcp" -> Transport.TCP;
      case "udp" -> Transport.UDP;
      default -> throw new MalformedException("has a transport that is neither tcp nor udp", FORM);
    };
  }
}
