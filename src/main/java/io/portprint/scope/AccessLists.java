package io.portprint.scope;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The allow and deny lists and what is always denied, made into one set of addresses that may be
 * probed. A block is judged by comparing range ends, whatever its size.
 */
final class AccessLists {

  static final String ALLOW = "portprint.scope.allow";
  static final String DENY = "portprint.scope.deny";

  /** Why an address may not be probed. */
  record Objection(Ip address, String property, String reason, String remedy) {}

  private record Special(String what, IpRange range) {}

  /**
   * What a wide block in {@code allow} doesn't open: addresses that aren't one host, and those
   * where clouds hand out credentials.
   */
  private static final List<Special> SPECIALS =
      List.of(
          special("an unspecified address (0.0.0.0/8)", "0.0.0.0/8"),
          special("the unspecified address", "::"),
          special("a multicast address (224.0.0.0/4)", "224.0.0.0/4"),
          special("a multicast address (ff00::/8)", "ff00::/8"),
          special("the broadcast address", "255.255.255.255"),
          special(
              "a link-local address (169.254.0.0/16), where cloud metadata is served",
              "169.254.0.0/16"),
          special("a link-local address (fe80::/10)", "fe80::/10"),
          special("a cloud metadata address", "fd00:ec2::254"));

  private final String allowName;
  private final AddressSet denied;
  private final AddressSet approved;

  AccessLists(List<String> allow, List<String> deny) {
    this(ALLOW, allow, deny);
  }

  /**
   * @param allowName the property that the first list is the value of
   */
  AccessLists(String allowName, List<String> allow, List<String> deny) {
    this.allowName = allowName;
    List<IpRange> allowed = read(allow, allowName);
    denied = AddressSet.of(read(deny, DENY));
    AddressSet named =
        AddressSet.of(
            allowed.stream()
                .filter(entry -> SPECIALS.stream().anyMatch(s -> s.range.contains(entry)))
                .toList());
    AddressSet barred = AddressSet.of(SPECIALS.stream().map(Special::range).toList()).minus(named);
    approved = AddressSet.of(allowed).minus(denied).minus(barred);
  }

  private static Special special(String what, String block) {
    try {
      if (Target.parse(block) instanceof Target.Addresses addresses) {
        return new Special(what, addresses.ranges().getFirst());
      }
      throw new AssertionError(block);
    } catch (MalformedException e) {
      throw new AssertionError(block, e);
    }
  }

  private static List<IpRange> read(List<String> entries, String property) {
    List<IpRange> ranges = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      String entry = entries.get(i);
      String place = "%s[%d] '%s' ".formatted(property, i, Shown.of(entry));
      try {
        switch (Target.parse(entry)) {
          case Target.Addresses addresses -> ranges.addAll(addresses.ranges());
          case Target.Name _ ->
              throw new IllegalArgumentException(
                  place
                      + "is a host name; write addresses, blocks or ranges, for the scope judges"
                      + " addresses");
        }
      } catch (MalformedException e) {
        throw new IllegalArgumentException(place + e.reason() + "; " + e.remedy());
      }
    }
    return ranges;
  }

  /**
   * The addresses that don't speak against a range in which they lie: those that may be probed, and
   * those that won't be, for they are excluded.
   */
  AddressSet tolerated(AddressSet excluded) {
    return excluded.size() == 0 ? approved : approved.plus(excluded);
  }

  /** What speaks against a range: its first address that is not tolerated, if there is one. */
  Optional<Objection> objectionTo(IpRange range, AddressSet tolerated) {
    return tolerated.firstMissing(range).map(this::objection);
  }

  private Objection objection(Ip address) {
    String text = address.text();
    if (denied.contains(address)) {
      return new Objection(
          address,
          DENY,
          text + " is denied by " + DENY,
          "take it out of " + DENY + " if it may be probed");
    }
    for (Special special : SPECIALS) {
      if (special.range.contains(address)) {
        return new Objection(
            address,
            allowName,
            text + " is " + special.what + ", denied unless named exactly",
            "name this very address, or no more than its special block, in "
                + allowName
                + " if it may be probed");
      }
    }
    return new Objection(
        address,
        allowName,
        text + " is not in " + allowName,
        "add it, or a block around it, to " + allowName + " if it may be probed");
  }
}
