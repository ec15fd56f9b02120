package io.portprint.transport;

import io.portprint.scope.ApprovedEndpoint;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Addresses of this machine from which an endpoint can be spoken to. Nothing is sent to find them:
 * a UDP socket that is bound and connected shows it.
 */
public final class SourceAddresses {

  /** As many as a plan of mutations takes. */
  private static final int MOST = 4;

  private SourceAddresses() {}

  /**
   * The address that the system takes by itself first; then others of the same family and kind on
   * the same interface. Every address of 127.0.0.0/8 is the machine itself (RFC 1122, section
   * 3.2.1.3), so an endpoint on IPv4's loopback is spoken to from 127.0.0.2 too, where the system
   * lets it. Four at most; none where the endpoint can't be reached.
   */
  public static List<InetAddress> of(ApprovedEndpoint approved) {
    InetSocketAddress endpoint =
        new InetSocketAddress(approved.endpoint().address(), approved.endpoint().port());
    Optional<InetAddress> usual = usual(endpoint);
    if (usual.isEmpty()) {
      return List.of();
    }
    Set<InetAddress> usable = new LinkedHashSet<>();
    usable.add(usual.get());
    for (InetAddress other : others(usual.get())) {
      if (usable.size() < MOST
          && !other.equals(endpoint.getAddress())
          && reaches(other, endpoint)) {
        usable.add(other);
      }
    }
    return List.copyOf(usable);
  }

  private static Optional<InetAddress> usual(InetSocketAddress endpoint) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(endpoint);
      return Optional.of(plain(socket.getLocalAddress()));
    } catch (SocketException unreachable) {
      return Optional.empty();
    }
  }

  private static boolean reaches(InetAddress from, InetSocketAddress endpoint) {
    try (DatagramSocket socket = new DatagramSocket(0, from)) {
      socket.connect(endpoint);
      return true;
    } catch (SocketException notOurs) {
      return false;
    }
  }

  private static List<InetAddress> others(InetAddress usual) {
    List<InetAddress> others = new ArrayList<>();
    try {
      NetworkInterface there = NetworkInterface.getByInetAddress(usual);
      if (there != null) {
        there
            .inetAddresses()
            .map(SourceAddresses::plain)
            .filter(one -> alike(one, usual))
            .forEach(others::add);
      }
    } catch (SocketException unknown) {
      // then the usual one is all that is known
      return List.of();
    }
    if (usual instanceof Inet4Address && usual.isLoopbackAddress()) {
      others.add(InetAddress.ofLiteral("127.0.0.2"));
      others.add(InetAddress.ofLiteral("127.0.0.3"));
    }
    return others;
  }

  /** Whether two addresses are of the same family and reach equally far. */
  private static boolean alike(InetAddress one, InetAddress other) {
    return one.getAddress().length == other.getAddress().length && reach(one) == reach(other);
  }

  private enum Reach {
    HOST,
    LINK,
    SITE,
    INTERNET
  }

  private static Reach reach(InetAddress address) {
    if (address.isLoopbackAddress()) {
      return Reach.HOST;
    }
    if (address.isLinkLocalAddress()) {
      return Reach.LINK;
    }
    return isPrivate(address) ? Reach.SITE : Reach.INTERNET;
  }

  /** RFC 1918, unique local addresses (RFC 4193), and those that carriers share (RFC 6598). */
  private static boolean isPrivate(InetAddress address) {
    byte[] bytes = address.getAddress();
    return address.isSiteLocalAddress()
        || (bytes.length == 4
            ? bytes[0] == 100 && (bytes[1] & 0xc0) == 64
            : (bytes[0] & 0xfe) == 0xfc);
  }

  /** Without the interface that the system puts beside IPv6 addresses, but where it is needed. */
  private static InetAddress plain(InetAddress address) {
    if (address.isLinkLocalAddress()) {
      return address;
    }
    try {
      return InetAddress.getByAddress(address.getAddress());
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("an address has its length", impossible);
    }
  }
}
