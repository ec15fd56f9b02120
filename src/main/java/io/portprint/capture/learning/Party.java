package io.portprint.capture.learning;

import java.net.InetAddress;
import java.util.List;

/**
 * One side of a conversation, as far as it is known.
 *
 * @param addresses under which the other side may see it: the socket's own, and those that are
 *     configured as public; empty where none is known
 * @param port 0 where it is not known
 */
public record Party(List<InetAddress> addresses, int port) {

  /** A side of which nothing is known. */
  public static final Party UNKNOWN = new Party(List.of(), 0);

  public Party {
    addresses = List.copyOf(addresses);
    if (port < 0 || port > 0xffff) {
      throw new IllegalArgumentException("no port: " + port);
    }
  }

  public static Party of(InetAddress address, int port) {
    return new Party(List.of(address), port);
  }
}
