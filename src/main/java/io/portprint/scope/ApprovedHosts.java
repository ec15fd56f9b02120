package io.portprint.scope;

import io.portprint.fingerprint.Endpoint;
import io.portprint.scope.ApprovedEndpoints.NamedAddress;
import io.portprint.scope.ApprovedEndpoints.NamedHost;
import io.portprint.scope.ApprovedEndpoints.Product;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * The different hosts of a job's endpoints, numbered: those that were asked for by name first, one
 * for each address of a name, then the addresses in ascending order. What targets and ports make is
 * computed; only what was named by endpoint is laid out, in 8 bytes each.
 */
public final class ApprovedHosts {

  private final List<Product> products;
  private final Map<NamedAddress, Integer> named = new LinkedHashMap<>();
  private final List<NamedAddress> names;
  private final AddressSet addresses;
  private final long total;

  /** Of what was named by endpoint: the host's number times the count of all, plus the index. */
  private final long[] single;

  ApprovedHosts(ApprovedEndpoints endpoints, List<Product> products) {
    this.products = products;
    this.total = endpoints.size();
    for (Product product : products) {
      for (NamedHost host : product.named()) {
        host.addresses()
            .forEach(
                address -> named.putIfAbsent(new NamedAddress(host.name(), address), named.size()));
      }
    }
    names = List.copyOf(named.keySet());
    addresses =
        products.size() == 1 ? products.getFirst().addresses() : AddressSet.of(ranges(products));
    long first = products.isEmpty() ? 0 : products.getFirst().size();
    single =
        LongStream.range(first, total)
            .map(
                index ->
                    Math.addExact(
                        Math.multiplyExact(numberOf(endpoints.get(index).endpoint()), total),
                        index))
            .toArray();
    Arrays.sort(single);
  }

  private static List<IpRange> ranges(List<Product> products) {
    List<IpRange> ranges = new ArrayList<>();
    products.forEach(product -> ranges.addAll(product.addresses().ranges()));
    return ranges;
  }

  /** How many these are. */
  public long size() {
    return names.size() + addresses.size();
  }

  /** The number of an endpoint's host, or -1 where it is none of these. */
  public long numberOf(Endpoint endpoint) {
    Ip address = Ip.of(endpoint.address());
    Integer name = named.get(new NamedAddress(endpoint.host(), address));
    if (name != null) {
      return name;
    }
    long at = endpoint.host().equals(address.text()) ? addresses.indexOf(address) : -1;
    return at < 0 ? -1 : names.size() + at;
  }

  /** Where the endpoints of a host stand among those of the job. */
  public LongStream endpointsOf(long number) {
    return LongStream.concat(ofTargets(number), ofSingle(number));
  }

  private LongStream ofTargets(long number) {
    if (products.isEmpty()) {
      return LongStream.empty();
    }
    Product first = products.getFirst();
    long at = indexIn(first, number);
    return at < 0
        ? LongStream.empty()
        : LongStream.range(0, first.ports().size()).map(port -> port * first.hosts() + at);
  }

  private long indexIn(Product product, long number) {
    if (number < names.size()) {
      NamedAddress host = names.get((int) number);
      return product.hostIndex(host.name(), host.address());
    }
    Ip address = addresses.get(number - names.size());
    long at = product.addresses().indexOf(address);
    return at < 0 ? -1 : product.hosts() - product.addresses().size() + at;
  }

  private LongStream ofSingle(long number) {
    if (single.length == 0) {
      return LongStream.empty();
    }
    int from = atOrAfter(number * total);
    int to = atOrAfter((number + 1) * total);
    return Arrays.stream(single, from, to).map(key -> key % total);
  }

  private int atOrAfter(long key) {
    int at = Arrays.binarySearch(single, key);
    return at < 0 ? -at - 1 : at;
  }

  @Override
  public String toString() {
    return size() + " hosts";
  }
}
