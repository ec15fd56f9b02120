package io.portprint.scope;

import io.portprint.scope.ApprovedEndpoints.Product;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;

/**
 * An order of endpoints that begins with the most common ports of all hosts: one list of {@link
 * CommonPorts} after the other, each shuffled. Memory is in proportion to the ports that are named,
 * however many hosts there are.
 */
final class CommonFirst implements LongUnaryOperator {

  /**
   * The ports of one product that belong to a list, at all of its hosts.
   *
   * @param base the index of the product's first endpoint
   * @param places of the ports in the product, ascending
   * @param others whether it is the product's other ports that belong to the list
   */
  private record Stretch(long base, long hosts, int[] places, boolean others) {

    long index(long place) {
      long nth = place / hosts;
      return base + port((int) nth) * hosts + (place - nth * hosts);
    }

    private long port(int nth) {
      if (!others) {
        return places[nth];
      }
      // before the nth other port stand those places that are no greater than it
      int low = 0;
      int high = places.length;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (places[middle] - middle <= nth) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return nth + low;
    }
  }

  /** One list: its stretches, and how many endpoints there are up to and with each. */
  private static final class Tier {

    private final List<Stretch> stretches = new ArrayList<>();
    private long[] counts = new long[0];
    private LongUnaryOperator shuffle = LongUnaryOperator.identity();

    void add(Stretch stretch, int ports) {
      int size = stretches.size();
      if (size == counts.length) {
        counts = Arrays.copyOf(counts, Math.max(4, 2 * size));
      }
      counts[size] = size() + ports * stretch.hosts;
      stretches.add(stretch);
    }

    long size() {
      return stretches.isEmpty() ? 0 : counts[stretches.size() - 1];
    }

    void shuffle(long seed) {
      shuffle = new Permutation(size(), seed);
    }

    long index(long place) {
      long at = shuffle.applyAsLong(place);
      int found = Arrays.binarySearch(counts, 0, stretches.size(), at + 1);
      int one = found < 0 ? -found - 1 : found;
      return stretches.get(one).index(one == 0 ? at : at - counts[one - 1]);
    }
  }

  private final List<Tier> tiers;

  CommonFirst(List<Product> products, CommonPorts common, long seed) {
    tiers = IntStream.range(0, CommonPorts.TIERS).mapToObj(_ -> new Tier()).toList();
    long base = 0;
    for (Product product : products) {
      add(product, base, common);
      base += product.size();
    }
    for (int i = 0; i < tiers.size(); i++) {
      tiers.get(i).shuffle(seed + i);
    }
  }

  private void add(Product product, long base, CommonPorts common) {
    PortSet ports = product.ports();
    long hosts = product.hosts();
    if (ports.size() == 1) {
      tiers.get(common.tier(ports.get(0))).add(new Stretch(base, hosts, new int[1], false), 1);
      return;
    }
    int last = CommonPorts.TIERS - 1;
    IntStream.Builder before = IntStream.builder();
    for (int tier = 0; tier < last; tier++) {
      int[] places =
          Arrays.stream(common.keys(tier)).map(ports::indexOf).filter(at -> at >= 0).toArray();
      Arrays.stream(places).forEach(before);
      if (places.length > 0) {
        tiers.get(tier).add(new Stretch(base, hosts, places, false), places.length);
      }
    }
    int[] places = before.build().sorted().toArray();
    if (places.length < ports.size()) {
      tiers.get(last).add(new Stretch(base, hosts, places, true), ports.size() - places.length);
    }
  }

  @Override
  public long applyAsLong(long place) {
    long within = place;
    for (Tier tier : tiers) {
      if (within < tier.size()) {
        return tier.index(Objects.checkIndex(within, tier.size()));
      }
      within -= tier.size();
    }
    throw new IndexOutOfBoundsException(place);
  }
}
