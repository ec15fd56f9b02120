package io.portprint.scope;

import io.portprint.fingerprint.Transport;
import io.portprint.scope.ApprovedEndpoints.NamedHost;
import io.portprint.scope.ApprovedEndpoints.Product;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
 * one, in the resolver's order, is what is approved, under the name as written (in lower case). A
 * block or range is in scope if every address of it is. IPv4-mapped IPv6 addresses are IPv4
 * addresses. Addresses that embed an IPv4 address otherwise (NAT64 {@code 64:ff9b::/96}, 6to4
 * {@code 2002::/16}, IPv4-compatible {@code ::/96}) are judged as the IPv6 addresses they are: an
 * operator behind a NAT64 who allows a block around its prefix allows what lies behind it.
 */
public final class Scope {

  /** Targets of one selection. */
  public static final int MAX_TARGETS = 65_536;

  /** Endpoints named one by one in one selection. */
  public static final int MAX_ENDPOINTS = 1_048_576;

  /** Different host names of one selection. */
  public static final int MAX_NAMES = 4_096;

  private final AccessLists lists;
  private final Lookups lookups;

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
    int key = PortSet.key(transport, port);
    switch (parse("host", host, Target::parseHost)) {
      case Target.Addresses addresses -> {
        judge(addresses, "host", host);
        Ip address = addresses.ranges().getFirst().first();
        return ApprovedEndpoints.endpoint(address.text(), address, key);
      }
      case Target.Name name -> {
        Ip address = resolve(Map.of(name.text(), "host")).values().iterator().next();
        return ApprovedEndpoints.endpoint(name.text(), address, key);
      }
    }
  }

  /**
   * Approves all endpoints of a job, or none. Blocks while names are looked up, several at a time;
   * memory and time are in proportion to what is written in the selection, not to the count of
   * endpoints.
   *
   * @throws InvalidTargetException where something is not understood, missing, too much, or counts
   *     more than a long
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
    PortSet ports = ports(selection);
    Names names = new Names();
    Set<String> targetNames = new HashSet<>();
    List<IpRange> targetRanges = new ArrayList<>();
    for (int i = 0; i < selection.targets().size(); i++) {
      String text = selection.targets().get(i);
      String field = "targets[" + i + "]";
      switch (parse(field, text, Target::parse)) {
        case Target.Addresses addresses -> {
          judge(addresses, field, text);
          targetRanges.addAll(addresses.ranges());
        }
        case Target.Name name -> {
          names.add(name.text(), field);
          targetNames.add(name.text());
        }
      }
    }
    AddressSet addresses = AddressSet.of(targetRanges);
    Map<Integer, Group> groups = new TreeMap<>();
    for (int i = 0; i < selection.endpoints().size(); i++) {
      String text = selection.endpoints().get(i);
      String field = "endpoints[" + i + "]";
      EndpointText endpoint = parse(field, text, EndpointText::parse);
      int key = PortSet.key(endpoint.transport(), endpoint.port());
      boolean covered = ports.contains(key);
      switch (endpoint.host()) {
        case Target.Addresses one -> {
          judge(one, field, text);
          if (!covered || !addresses.contains(one.ranges().getFirst().first())) {
            groups.computeIfAbsent(key, _ -> new Group()).ranges.addAll(one.ranges());
          }
        }
        case Target.Name name -> {
          names.add(name.text(), field);
          if (!covered || !targetNames.contains(name.text())) {
            groups.computeIfAbsent(key, _ -> new Group()).names.put(name.text(), name.text());
          }
        }
      }
    }
    Map<String, Ip> resolved = resolve(names.fields);
    List<Product> products = new ArrayList<>();
    if (!selection.targets().isEmpty()) {
      List<NamedHost> named =
          resolved.entrySet().stream()
              .filter(entry -> targetNames.contains(entry.getKey()))
              .map(entry -> new NamedHost(entry.getKey(), entry.getValue()))
              .toList();
      products.add(new Product(ports, named, addresses));
    }
    groups.forEach((key, group) -> products.add(group.product(key, resolved)));
    try {
      return new ApprovedEndpoints(products);
    } catch (ArithmeticException e) {
      throw new InvalidTargetException(
          "targets",
          selection.targets().size() + " targets",
          "make more endpoints than can be counted (2^63 - 1)",
          "write smaller blocks");
    }
  }

  /** The endpoints of one port that were named one by one. */
  private static final class Group {

    private final Map<String, String> names = new LinkedHashMap<>();
    private final List<IpRange> ranges = new ArrayList<>(1);

    Product product(int key, Map<String, Ip> resolved) {
      List<NamedHost> named = new ArrayList<>();
      for (String name : names.keySet()) {
        Ip address = resolved.get(name);
        if (address != null) {
          named.add(new NamedHost(name, address));
        }
      }
      return new Product(PortSet.of(key), named, AddressSet.of(ranges));
    }
  }

  /** The different names of a selection, and where each stood first. */
  private static final class Names {

    private final Map<String, String> fields = new LinkedHashMap<>();

    void add(String name, String field) {
      fields.putIfAbsent(name, field);
      if (fields.size() > MAX_NAMES) {
        throw new InvalidTargetException(
            field,
            name,
            "is host name number %d, and a selection may have %d"
                .formatted(fields.size(), MAX_NAMES),
            "write addresses, or several jobs");
      }
    }
  }

  private static PortSet ports(Selection selection) {
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
          "write ports such as 21,80,8000-8100, or - for all");
    }
    return parse("ports", ports, PortSet::parse);
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

  private Map<String, Ip> resolve(Map<String, String> fields) {
    Map<String, Ip> firsts = new LinkedHashMap<>();
    lookups
        .resolve(fields)
        .forEach(
            (name, addresses) -> {
              for (Ip address : addresses) {
                judge(IpRange.of(address), fields.getOrDefault(name, "host"), name);
              }
              firsts.put(name, addresses.getFirst());
            });
    return firsts;
  }

  private void judge(Target.Addresses addresses, String field, String text) {
    for (IpRange range : addresses.ranges()) {
      judge(range, field, text);
    }
  }

  private void judge(IpRange range, String field, String text) {
    Optional<AccessLists.Objection> objection = lists.objectionTo(range);
    if (objection.isPresent()) {
      AccessLists.Objection why = objection.get();
      throw new OutOfScopeException(
          field, text, why.address().toInetAddress(), why.property(), why.reason(), why.remedy());
    }
  }
}
