package io.portprint.scope;

import io.portprint.fingerprint.Transport;
import io.portprint.scope.ApprovedEndpoints.NamedHost;
import io.portprint.scope.ApprovedEndpoints.Product;
import io.portprint.scope.Census.Share;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Counts endpoints host by host, in one walk along the line of addresses: between two places where
 * some range begins or ends, all addresses have the same ports. So a block costs no more than an
 * address.
 */
final class CensusTaker {

  private static final AddressSet LOOPBACK =
      AddressSet.of(List.of(IpRange.block(Ip.v4(0x7f00_0000L), 96 + 8), IpRange.of(new Ip(0, 1))));

  /** Addresses that have so many ports, with how far the walk along them has come. */
  private static final class Layer implements Comparable<Layer> {

    private final AddressSet addresses;
    private final long tcp;
    private final long udp;
    private int edges;

    /** Where the next range begins, or the first address after the one that has begun. */
    private @Nullable Ip next;

    Layer(AddressSet addresses, long tcp, long udp) {
      this.addresses = addresses;
      this.tcp = tcp;
      this.udp = udp;
      look();
    }

    private void look() {
      int range = edges / 2;
      if (range == addresses.rangeCount()) {
        next = null;
      } else if (edges % 2 == 0) {
        next = addresses.first(range);
      } else {
        Ip last = addresses.last(range);
        next = last.equals(Ip.LAST) ? null : last.next();
      }
    }

    /** Whether that is the beginning of a range. */
    boolean begins() {
      return edges % 2 == 0;
    }

    void pass() {
      edges++;
      look();
    }

    Ip place() {
      if (next == null) {
        throw new IllegalStateException("all ranges have been passed");
      }
      return next;
    }

    @Override
    public int compareTo(Layer other) {
      return place().compareTo(other.place());
    }
  }

  private final PriorityQueue<Layer> layers = new PriorityQueue<>();
  private final Layer loopback = new Layer(LOOPBACK, 0, 0);
  private long hosts;
  private Share onLoopback = Share.NONE;
  private Share beyond = Share.NONE;

  private CensusTaker(List<Product> products) {
    layers.add(loopback);
    Map<NamedHost, long[]> named = new IdentityHashMap<>();
    for (Product product : products) {
      long tcp = product.ports().size(Transport.TCP);
      long udp = product.ports().size(Transport.UDP);
      add(product.addresses(), tcp, udp);
      for (NamedHost host : product.named()) {
        long[] sum = named.computeIfAbsent(host, _ -> new long[2]);
        sum[0] += tcp;
        sum[1] += udp;
      }
    }
    named.forEach(
        (host, sum) ->
            add(
                AddressSet.of(host.addresses().stream().map(IpRange::of).toList()),
                sum[0],
                sum[1]));
  }

  private void add(AddressSet addresses, long tcp, long udp) {
    if (addresses.size() > 0) {
      layers.add(new Layer(addresses, tcp, udp));
    }
  }

  static Census take(List<Product> products) {
    return new CensusTaker(products).walk();
  }

  private Census walk() {
    long tcp = 0;
    long udp = 0;
    boolean inLoopback = false;
    Ip from = new Ip(0, 0);
    for (Layer layer = layers.poll(); layer != null; layer = layers.poll()) {
      Ip place = layer.place();
      if (place.compareTo(from) > 0) {
        count(new IpRange(from, place.previous()), tcp, udp, inLoopback);
        from = place;
      }
      int sign = layer.begins() ? 1 : -1;
      tcp += sign * layer.tcp;
      udp += sign * layer.udp;
      if (layer == loopback) {
        inLoopback = layer.begins();
      }
      layer.pass();
      if (layer.next != null) {
        layers.add(layer);
      }
    }
    count(new IpRange(from, Ip.LAST), tcp, udp, inLoopback);
    return new Census(hosts, onLoopback, beyond);
  }

  private void count(IpRange addresses, long tcp, long udp, boolean inLoopback) {
    if (tcp + udp == 0) {
      return;
    }
    long count = addresses.count();
    hosts += count;
    if (inLoopback) {
      onLoopback = onLoopback.plus(count, tcp, udp);
    } else {
      beyond = beyond.plus(count, tcp, udp);
    }
  }
}
