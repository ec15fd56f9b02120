package io.portprint.scope;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Tells the addresses of a host name. It may block: the scope waits for it no longer than it is
 * configured to.
 */
@FunctionalInterface
public interface HostResolver {

  /** All addresses, in the order in which they should be tried. */
  List<InetAddress> resolve(String name) throws UnknownHostException;

  /** The resolver of the machine, in the order of addresses that it prefers. */
  static HostResolver system() {
    return name -> List.of(InetAddress.getAllByName(name));
  }
}
