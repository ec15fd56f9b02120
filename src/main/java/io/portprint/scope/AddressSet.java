package io.portprint.scope;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A set of addresses as sorted ranges that neither overlap nor touch. Flat arrays rather than range
 * objects: a million endpoints written one by one take 40 bytes each.
 */
final class AddressSet {

  static final AddressSet EMPTY = of(List.of());

  private static final int WORDS = 4;

  /** The high and the low word of a range's first address, then those of its last. */
  private final long[] words;

  /** How many addresses there are up to and with each range. */
  private final long[] counts;

  private AddressSet(List<IpRange> merged) {
    words = new long[merged.size() * WORDS];
    counts = new long[merged.size()];
    long count = 0;
    for (int i = 0; i < counts.length; i++) {
      IpRange range = merged.get(i);
      words[i * WORDS] = range.first().high();
      words[i * WORDS + 1] = range.first().low();
      words[i * WORDS + 2] = range.last().high();
      words[i * WORDS + 3] = range.last().low();
      long more = range.count();
      count = more > Long.MAX_VALUE - count ? Long.MAX_VALUE : count + more;
      counts[i] = count;
    }
  }

  static AddressSet of(Collection<IpRange> ranges) {
    List<IpRange> sorted = new ArrayList<>(ranges);
    sorted.sort(Comparator.comparing(IpRange::first));
    List<IpRange> merged = new ArrayList<>(sorted.size());
    for (IpRange range : sorted) {
      if (merged.isEmpty() || apart(merged.getLast(), range)) {
        merged.add(range);
      } else if (range.last().compareTo(merged.getLast().last()) > 0) {
        merged.set(merged.size() - 1, new IpRange(merged.getLast().first(), range.last()));
      }
    }
    return new AddressSet(merged);
  }

  private static boolean apart(IpRange left, IpRange right) {
    return !left.last().equals(Ip.LAST) && left.last().next().compareTo(right.first()) < 0;
  }

  /** How many addresses these are; {@link Long#MAX_VALUE} stands for that many or more. */
  long size() {
    return counts.length == 0 ? 0 : counts[counts.length - 1];
  }

  /** The address at a place in ascending order. */
  Ip get(long index) {
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
    return first(low).plus(low == 0 ? index : index - counts[low - 1]);
  }

  /** Where an address stands in ascending order, or -1. */
  long indexOf(Ip address) {
    int at = lastStartingAtOrBefore(address);
    if (at < 0 || last(at).compareTo(address) < 0) {
      return -1;
    }
    long before = at == 0 ? 0 : counts[at - 1];
    return before + new IpRange(first(at), address).count() - 1;
  }

  boolean contains(Ip address) {
    return firstMissing(IpRange.of(address)).isEmpty();
  }

  /** The lowest address of a range that is not in this set. */
  Optional<Ip> firstMissing(IpRange range) {
    int at = lastStartingAtOrBefore(range.first());
    if (at < 0 || last(at).compareTo(range.first()) < 0) {
      return Optional.of(range.first());
    }
    Ip end = last(at);
    return end.compareTo(range.last()) >= 0 ? Optional.empty() : Optional.of(end.next());
  }

  private int lastStartingAtOrBefore(Ip address) {
    int low = 0;
    int high = counts.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (first(middle).compareTo(address) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  /** What is in this set or in the other. */
  AddressSet plus(AddressSet other) {
    List<IpRange> both = ranges();
    both.addAll(other.ranges());
    return of(both);
  }

  /** This set without what is in the other. */
  AddressSet minus(AddressSet other) {
    List<IpRange> left = new ArrayList<>();
    int at = 0;
    for (IpRange range : ranges()) {
      Ip from = range.first();
      boolean more = true;
      while (at < other.counts.length && other.last(at).compareTo(from) < 0) {
        at++;
      }
      for (int i = at; more && i < other.counts.length; i++) {
        if (other.first(i).compareTo(range.last()) > 0) {
          break;
        }
        if (other.first(i).compareTo(from) > 0) {
          left.add(new IpRange(from, other.first(i).previous()));
        }
        more = other.last(i).compareTo(range.last()) < 0;
        if (more) {
          from = other.last(i).next();
        }
      }
      if (more) {
        left.add(new IpRange(from, range.last()));
      }
    }
    return new AddressSet(left);
  }

  List<IpRange> ranges() {
    List<IpRange> ranges = new ArrayList<>(counts.length);
    for (int i = 0; i < counts.length; i++) {
      ranges.add(new IpRange(first(i), last(i)));
    }
    return ranges;
  }

  int rangeCount() {
    return counts.length;
  }

  Ip first(int range) {
    return new Ip(words[range * WORDS], words[range * WORDS + 1]);
  }

  Ip last(int range) {
    return new Ip(words[range * WORDS + 2], words[range * WORDS + 3]);
  }

  @Override
  public String toString() {
    return ranges().toString();
  }
}
