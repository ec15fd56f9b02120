package io.portprint.scope;

import io.portprint.fingerprint.Transport;
import io.portprint.scope.ApprovedEndpoints.NamedHost;
import io.portprint.scope.ApprovedEndpoints.Product;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Judges what may be probed: the one source of {@link ApprovedEndpoint}.
 *
 * <p>A name is resolved once per call, and every one of its addresses has to be in scope; the first
 * one, in the resolver's order, is what is approved, or each where a selection asks for that, under
 * the name as written (in lower case). A block or range is in scope if every address of it is.
 * IPv4-mapped IPv6 addresses are IPv4 addresses. Addresses that embed an IPv4 address otherwise
 * (NAT64 {@code 64:ff9b::/96}, 6to4 {@code 2002::/16}, IPv4-compatible {@code ::/96}) are judged as
 * the IPv6 addresses they are: an operator behind a NAT64 who allows a block around its prefix
 * allows what lies behind it.
 *
 * <p>What a selection excludes is never approved, and only what it leaves is judged: a block that
 * is out of scope in its excluded part alone is in scope.
 */
public final class Scope {

  /** Targets of one selection. */
  public static final int MAX_TARGETS = 65_536;

  /** Endpoints named one by one in one selection. */
  public static final int MAX_ENDPOINTS = 1_048_576;

  /** What one selection excludes, in entries. */
  public static final int MAX_EXCLUDED = 65_536;

  /** Different host names of one selection, those that it excludes included. */
  public static final int MAX_NAMES = 4_096;

  /** Addresses of one name, where all are asked for. */
  public static final int MAX_ADDRESSES = 64;

  private final AccessLists lists;
  private final Lookups lookups;
  private final CommonPorts common = CommonPorts.load();

  /**
   * @throws IllegalArgumentException where an entry of the lists is not understood; the message
   *     names it
   */
  public Scope(ScopeProperties properties, HostResolver resolver) {
    lists = new AccessLists(properties.allow(), properties.deny());
    lookups = new Lookups(resolver, properties.resolveTimeout(), properties.resolveAllTimeout());
  }

  /**
   * Approves one endpoint. Blocks while a name is looked up.
   *
   * @param host a name or an address, an IPv6 address with or without brackets
   * @throws InvalidTargetException where the host or the port is not understood
   * @throws OutOfScopeException where an address may not be probed
   * @throws UnresolvableHostException where a name has no address, or not in time
   */
  public ApprovedEndpoint approve(String host, int port, Transport transport) {
    if (port < 1 || port > 65_535) {
      throw new InvalidTargetException(
          "port",
          Integer.toString(port),
          "is not one of 1 to 65535",
          "write a port from 1 to 65535");
    }
    Target target = parse("host", host, Target::parseHost);
    return approve("host", host, target, PortSet.key(transport, port));
  }

  private ApprovedEndpoint approve(String field, String text, Target host, int key) {
    switch (host) {
      case Target.Addresses addresses -> {
        new Judge(Excluded.NOTHING, false).judge(addresses, field, text);
        Ip address = addresses.ranges().getFirst().first();
        return ApprovedEndpoints.endpoint(address.text(), address, key);
      }
      case Target.Name name -> {
        List<Ip> addresses =
            lookups.resolve(Map.of(name.text(), field), lookups.end()).values().iterator().next();
        NamedHost named = new Judge(Excluded.NOTHING, false).judge(name.text(), addresses, field);
        return ApprovedEndpoints.endpoint(named.name(), named.addresses().getFirst(), key);
      }
    }
  }

  /**
   * Approves one endpoint as {@link Selection#endpoints()} has them. Blocks while a name is looked
   * up.
   *
   * @param field the name of what the text was written in
   * @throws InvalidTargetException where the text is not understood
   * @throws OutOfScopeException where an address may not be probed
   * @throws UnresolvableHostException where a name has no address, or not in time
   */
  public ApprovedEndpoint approve(String field, String text) {
    EndpointText endpoint = parse(field, text, EndpointText::parse);
    return approve(
        field, text, endpoint.host(), PortSet.key(endpoint.transport(), endpoint.port()));
  }

  /**
   * Approves all endpoints of a job, or none. Blocks while names are looked up, several at a time;
   * memory and time are in proportion to what is written in the selection, not to the count of
   * endpoints.
   *
   * @throws InvalidTargetException where something is not understood, missing, too much, counts
   *     more than a long, or where everything is excluded
   * @throws OutOfScopeException where an address may not be probed
   * @throws UnresolvableHostException where a name has no address, or not in time
   */
  public ApprovedEndpoints approve(Selection selection) {
    bound(
        "targets",
        selection.targets().size(),
        MAX_TARGETS,
        "write blocks or ranges, or several jobs");
    bound(
        "endpoints",
        selection.endpoints().size(),
        MAX_ENDPOINTS,
        "write targets and ports, or several jobs");
    bound(
        "exclude", selection.exclude().size(), MAX_EXCLUDED, "write wider blocks, or several jobs");
    PortSet ports = ports(selection);
    long end = lookups.end();
    Names names = new Names();
    Excluded excluded = excluded(selection.exclude(), names, end);
    Judge judge = new Judge(excluded, selection.allAddresses());
    Set<String> targetNames = new LinkedHashSet<>();
    List<IpRange> targetRanges = new ArrayList<>();
    for (int i = 0; i < selection.targets().size(); i++) {
      String text = selection.targets().get(i);
      String field = "targets[" + i + "]";
      switch (parse(field, text, Target::parse)) {
        case Target.Addresses addresses -> {
          judge.judge(addresses, field, text);
          targetRanges.addAll(addresses.ranges());
        }
        case Target.Name name -> {
          if (!excluded.names.contains(name.text())) {
            names.add(name.text(), field);
            targetNames.add(name.text());
          }
        }
      }
    }
    AddressSet addresses = AddressSet.of(targetRanges).minus(excluded.addresses);
    Map<Integer, Group> groups = new TreeMap<>();
    for (int i = 0; i < selection.endpoints().size(); i++) {
      String text = selection.endpoints().get(i);
      String field = "endpoints[" + i + "]";
      EndpointText endpoint = parse(field, text, EndpointText::parse);
      int key = PortSet.key(endpoint.transport(), endpoint.port());
      boolean covered = ports.contains(key);
      switch (endpoint.host()) {
        case Target.Addresses one -> {
          judge.judge(one, field, text);
          Ip address = one.ranges().getFirst().first();
          if (!excluded.addresses.contains(address) && !(covered && addresses.contains(address))) {
            groups.computeIfAbsent(key, _ -> new Group()).ranges.add(IpRange.of(address));
          }
        }
        case Target.Name name -> {
          if (!excluded.names.contains(name.text())) {
            names.add(name.text(), field);
            if (!covered || !targetNames.contains(name.text())) {
              groups.computeIfAbsent(key, _ -> new Group()).names.add(name.text());
            }
          }
        }
      }
    }
    Map<String, NamedHost> named = new LinkedHashMap<>();
    lookups
        .resolve(names.fields, end)
        .forEach(
            (name, found) ->
                named.put(
                    name, judge.judge(name, found, names.fields.getOrDefault(name, "targets"))));
    List<Product> products = new ArrayList<>();
    if (!selection.targets().isEmpty()) {
      products.add(new Product(ports, select(named, targetNames), addresses));
    }
    groups.forEach(
        (key, group) ->
            products.add(
                new Product(
                    PortSet.of(key), select(named, group.names), AddressSet.of(group.ranges))));
    ApprovedEndpoints approved;
    try {
      approved = new ApprovedEndpoints(products, common);
    } catch (ArithmeticException e) {
      throw new InvalidTargetException(
          "targets",
          selection.targets().size() + " targets",
          "make more endpoints than can be counted (2^63 - 1)",
          "write smaller blocks");
    }
    if (approved.size() == 0) {
      throw new InvalidTargetException(
          "exclude",
          selection.exclude().size() + " entries",
          "leave no endpoint of those that are named",
          "exclude less, or name more");
    }
    return approved;
  }

  private static List<NamedHost> select(Map<String, NamedHost> named, Set<String> names) {
    List<NamedHost> selected = new ArrayList<>(names.size());
    for (String name : names) {
      NamedHost host = named.get(name);
      if (host != null && !host.addresses().isEmpty()) {
        selected.add(host);
      }
    }
    return selected;
  }

  /**
   * Reads what is excluded. A name that has no address is refused: what it stands for could be
   * probed by its address.
   */
  private Excluded excluded(List<String> entries, Names named, long end) {
    Names excludedNames = new Names();
    List<IpRange> ranges = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      String field = "exclude[" + i + "]";
      switch (parse(field, entries.get(i), Target::parse)) {
        case Target.Addresses addresses -> ranges.addAll(addresses.ranges());
        case Target.Name name -> excludedNames.add(name.text(), field);
      }
    }
    named.count = excludedNames.count;
    lookups
        .resolve(excludedNames.fields, end)
        .values()
        .forEach(addresses -> addresses.forEach(address -> ranges.add(IpRange.of(address))));
    return new Excluded(excludedNames.fields.keySet(), AddressSet.of(ranges));
  }

  /** What is not to be probed, whatever else is said. */
  private record Excluded(Set<String> names, AddressSet addresses) {

    static final Excluded NOTHING = new Excluded(Set.of(), AddressSet.EMPTY);
  }

  /** The endpoints of one port that were named one by one. */
  private static final class Group {

    private final Set<String> names = new LinkedHashSet<>();
    private final List<IpRange> ranges = new ArrayList<>(1);
  }

  /** The different names of a selection, and where each stood first. */
  private static final class Names {

    private final Map<String, String> fields = new LinkedHashMap<>();
    private int count;

    void add(String name, String field) {
      if (fields.putIfAbsent(name, field) == null && ++count > MAX_NAMES) {
        throw new InvalidTargetException(
            field,
            name,
            "is host name number %d, and a selection may have %d".formatted(count, MAX_NAMES),
            "write addresses, or several jobs");
      }
    }
  }

  private PortSet ports(Selection selection) {
    String ports = selection.ports();
    if (selection.targets().isEmpty()) {
      if (ports != null) {
        throw new InvalidTargetException(
            "ports", ports, "has no targets to go with", "write targets, or leave ports out");
      }
      if (selection.endpoints().isEmpty()) {
        throw new InvalidTargetException(
            "targets",
            "",
            "is empty, and so is endpoints",
            "write targets with ports, or endpoints, or both");
      }
      return PortSet.EMPTY;
    }
    if (ports == null || ports.isBlank()) {
      throw new InvalidTargetException(
          "ports",
          "",
          "is missing, and targets need ports",
          "write ports such as 21,80,8000-8100, top-100 or all");
    }
    return parse("ports", ports, text -> PortSet.parse(text, common));
  }

  private static void bound(String field, int size, int most, String remedy) {
    if (size > most) {
      throw new InvalidTargetException(
          field, size + " entries", "has %d entries, more than %d".formatted(size, most), remedy);
    }
  }

  private interface Parser<T> {
    T parse(String text) throws MalformedException;
  }

  private static <T> T parse(String field, @Nullable String text, Parser<T> parser) {
    if (text == null) {
      throw new InvalidTargetException(field, "", "is null", "write a text, or leave it out");
    }
    try {
      return parser.parse(text);
    } catch (MalformedException e) {
      throw new InvalidTargetException(field, text, e.reason(), e.remedy());
    }
  }

  /** Holds what is left of one selection, after its exclusions, against the lists. */
  private final class Judge {

    private final AddressSet excluded;
    private final AddressSet tolerated;
    private final boolean all;

    Judge(Excluded excluded, boolean all) {
      this.excluded = excluded.addresses;
      this.tolerated = lists.tolerated(this.excluded);
      this.all = all;
    }

    void judge(Target.Addresses addresses, String field, String text) {
      for (IpRange range : addresses.ranges()) {
        judge(range, field, text);
      }
    }

    /** The addresses of a name that are approved: none if all are excluded. */
    NamedHost judge(String name, List<Ip> addresses, String field) {
      Set<Ip> left = new LinkedHashSet<>();
      for (Ip address : addresses) {
        if (!excluded.contains(address)) {
          judge(IpRange.of(address), field, name);
          left.add(address);
        }
      }
      if (all && left.size() > MAX_ADDRESSES) {
        throw new InvalidTargetException(
            field,
            name,
            "has %d addresses, and with allAddresses a name may have %d"
                .formatted(left.size(), MAX_ADDRESSES),
            "write those addresses that you mean");
      }
      return new NamedHost(name, left.stream().limit(all ? MAX_ADDRESSES : 1).toList());
    }

    private void judge(IpRange range, String field, String text) {
      Optional<AccessLists.Objection> objection = lists.objectionTo(range, tolerated);
      if (objection.isPresent()) {
        AccessLists.Objection why = objection.get();
        throw new OutOfScopeException(
            field, text, why.address().toInetAddress(), why.property(), why.reason(), why.remedy());
      }
    }
  }
}
