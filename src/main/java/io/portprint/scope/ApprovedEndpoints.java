package io.portprint.scope;

import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Transport;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongUnaryOperator;

/**
 * The endpoints of a job: an immutable, ordered set that is computed from index to endpoint and
 * never laid out. Ports are the outer loop and hosts the inner one, so neighbours go to different
 * hosts. First comes what targets and ports make, then what was named by endpoint and isn't among
 * that, port by port.
 *
 * <p>Two endpoints are the same if {@link ApprovedEndpoint#equals} says so: a host name and its
 * address are two, since servers may answer them differently (SNI, the Host field); an address
 * written in two ways is one.
 */
public final class ApprovedEndpoints {

  /** A host that was asked for by name, and its different addresses. */
  record NamedHost(String name, List<Ip> addresses) {

    NamedHost {
      addresses = List.copyOf(addresses);
    }
  }

  /** One of the addresses of a host that was asked for by name. */
  record NamedAddress(String name, Ip address) {}

  /** Every one of some ports at every one of some hosts. */
  static final class Product {

    private final PortSet ports;
    private final List<NamedHost> named;
    private final AddressSet addresses;

    /** How many addresses there are up to and with each name. */
    private final int[] ends;

    private final Map<NamedAddress, Integer> places = new HashMap<>();

    Product(PortSet ports, List<NamedHost> named, AddressSet addresses) {
      this.ports = ports;
      this.named = List.copyOf(named);
      this.addresses = addresses;
      ends = new int[named.size()];
      int end = 0;
      for (int i = 0; i < ends.length; i++) {
        NamedHost host = named.get(i);
        host.addresses.forEach(
            address -> places.put(new NamedAddress(host.name, address), places.size()));
        end += host.addresses.size();
        ends[i] = end;
      }
    }

    /** How many endpoints these are. */
    long size() {
      if (addresses.size() == Long.MAX_VALUE) {
        throw new ArithmeticException("too many addresses");
      }
      return Math.multiplyExact(hosts(), (long) ports.size());
    }

    PortSet ports() {
      return ports;
    }

    List<NamedHost> named() {
      return named;
    }

    AddressSet addresses() {
      return addresses;
    }

    /** How many hosts: an address counts anew for each name that it has. */
    long hosts() {
      return Math.addExact(addresses.size(), byName());
    }

    private long byName() {
      return ends.length == 0 ? 0 : ends[ends.length - 1];
    }

    /** Where a host stands among the hosts, or -1. */
    long hostIndex(String host, Ip address) {
      Integer place = places.get(new NamedAddress(host, address));
      if (place != null) {
        return place;
      }
      long at = host.equals(address.text()) ? addresses.indexOf(address) : -1;
      return at < 0 ? -1 : byName() + at;
    }

    long indexOf(String host, Ip address, int key) {
      int port = ports.indexOf(key);
      long at = port < 0 ? -1 : hostIndex(host, address);
      return at < 0 ? -1 : port * hosts() + at;
    }

    ApprovedEndpoint get(long index) {
      int key = ports.get((int) (index / hosts()));
      long host = index % hosts();
      if (host >= byName()) {
        Ip address = addresses.get(host - byName());
        return endpoint(address.text(), address, key);
      }
      int found = Arrays.binarySearch(ends, (int) host + 1);
      int name = found < 0 ? -found - 1 : found;
      NamedHost one = named.get(name);
      int begin = name == 0 ? 0 : ends[name - 1];
      return endpoint(one.name, one.addresses.get((int) host - begin), key);
    }
  }

  private final List<Product> products;
  private final CommonPorts common;

  /** How many endpoints there are up to and with each product. */
  private final long[] counts;

  /**
   * @param made the first one of any ports, each further one of a single port, ascending
   * @throws ArithmeticException where the count doesn't fit a long
   */
  ApprovedEndpoints(List<Product> made, CommonPorts common) {
    products = made.stream().filter(product -> product.size() > 0).toList();
    this.common = common;
    counts = new long[products.size()];
    long count = 0;
    for (int i = 0; i < counts.length; i++) {
      count = Math.addExact(count, products.get(i).size());
      counts[i] = count;
    }
  }

  static ApprovedEndpoint endpoint(String host, Ip address, int key) {
    return new ApprovedEndpoint(
        new Endpoint(host, address.toInetAddress(), PortSet.port(key), PortSet.transport(key)));
  }

  /** How many endpoints these are, exactly. */
  public long size() {
    return counts.length == 0 ? 0 : counts[counts.length - 1];
  }

  /**
   * The endpoint at a place from 0 to {@link #size()} - 1: a few comparisons, whatever the size.
   *
   * @throws IndexOutOfBoundsException beyond that
   */
  public ApprovedEndpoint get(long index) {
    Objects.checkIndex(index, size());
    int low = 0;
    int high = counts.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (counts[middle] <= index) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return products.get(low).get(low == 0 ? index : index - counts[low - 1]);
  }

  /** Where an endpoint stands, or -1 where it is none of these: a few comparisons. */
  public long indexOf(Endpoint endpoint) {
    if (products.isEmpty()) {
      return -1;
    }
    int key = PortSet.key(endpoint.transport(), endpoint.port());
    Ip address = Ip.of(endpoint.address());
    long index = products.getFirst().indexOf(endpoint.host(), address, key);
    if (index >= 0) {
      return index;
    }
    int low = 1;
    int high = products.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (products.get(middle).ports().get(0) < key) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    if (low == products.size()) {
      return -1;
    }
    long within = products.get(low).indexOf(endpoint.host(), address, key);
    return within < 0 ? -1 : counts[low - 1] + within;
  }

  /** The ports of one transport that occur in these endpoints, at whatever host. */
  public BitSet ports(Transport transport) {
    BitSet ports = new BitSet();
    for (Product product : products) {
      for (int i = 0; i < product.ports().size(); i++) {
        int key = product.ports().get(i);
        if (PortSet.transport(key) == transport) {
          ports.set(PortSet.port(key));
        }
      }
    }
    return ports;
  }

  /** The hosts of these endpoints. */
  public ApprovedHosts hosts() {
    return new ApprovedHosts(this, products);
  }

  /**
   * An order to go through these in, so that neighbours are neither of one host nor of one port:
   * from a place to an index, each once. It is computed for each place in well under a microsecond,
   * and keeps no more than in proportion to the ports that are named.
   *
   * @param seed other seeds, other orders; the same seed gives the same one
   * @param commonFirst whether all endpoints of the most common ports come first, then those of
   *     other common ports, then the others ({@code top-100}, {@code top-1000} and the rest)
   */
  public LongUnaryOperator order(long seed, boolean commonFirst) {
    return commonFirst ? new CommonFirst(products, common, seed) : new Permutation(size(), seed);
  }

  /** How many of these are of a transport. */
  public long size(Transport transport) {
    return products.stream()
        .mapToLong(product -> product.hosts() * product.ports().size(transport))
        .sum();
  }

  /**
   * Counts these by host. Time and memory are in proportion to what was written, not to the count.
   */
  public Census census() {
    return CensusTaker.take(products);
  }

  @Override
  public String toString() {
    return size() + " endpoints";
  }
}
