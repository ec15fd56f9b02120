package io.portprint.scope;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Addresses that a property allows for something else than probing, written and judged like those
 * of {@code portprint.scope.allow}: unspecified, multicast, broadcast, link-local and cloud
 * metadata addresses are not among them unless an entry names them exactly.
 */
public final class AllowedAddresses {

  private final AccessLists lists;

  /**
   * @param property the name of the property, for what is said about it
   * @param entries addresses, blocks and ranges
   * @throws IllegalArgumentException where an entry is not understood; the message names it
   */
  public AllowedAddresses(String property, List<String> entries) {
    lists = new AccessLists(property, entries, List.of());
  }

  public boolean contains(InetAddress address) {
    return objectionTo(address).isEmpty();
  }

  /** Why an address is not allowed; empty where it is. */
  public Optional<String> objectionTo(InetAddress address) {
    return lists
        .objectionTo(IpRange.of(Ip.of(address)), lists.tolerated(AddressSet.EMPTY))
        .map(AccessLists.Objection::reason);
  }
}
