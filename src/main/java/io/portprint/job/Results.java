package io.portprint.job;

import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.State;
import io.portprint.scope.ApprovedEndpoints;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The verdicts of one job, in the order in which they came. Closed endpoints are bits, and others
 * that said nothing are numbers in the order: most of a large job's endpoints are of the first
 * kind, nearly all others of the second. Safe for use by many threads; whoever waits for more is
 * woken by what can be listed, and not by what is only counted: a sweep counts faster than waiting
 * threads can be woken.
 */
final class Results {

  private final ResultBudget budget;

  private final ApprovedEndpoints endpoints;
  private final Instant begun;
  private final Arrivals arrivals = new Arrivals();
  private final List<Fingerprint> open = new ArrayList<>();
  private final BitSet closed = new BitSet();
  private final Map<State, Long> byState = new EnumMap<>(State.class);
  private Instant latest;
  private long identified;
  private long impostors;
  private long dropped;
  private long weight;
  private boolean complete;

  Results(ApprovedEndpoints endpoints, ResultBudget budget, Instant now) {
    this.endpoints = endpoints;
    this.budget = budget;
    this.begun = now;
    this.latest = now;
  }

  synchronized void add(long index, Fingerprint fingerprint) {
    if (fingerprint.state() != State.OPEN) {
      quiet(index, fingerprint.state(), fingerprint.observedAt());
      return;
    }
    byState.merge(State.OPEN, 1L, Long::sum);
    latest = fingerprint.observedAt();
    if (fingerprint.identified()) {
      identified++;
    }
    if (fingerprint.impostor() != null) {
      impostors++;
    }
    Fingerprint bare = fingerprint.withEvidence(List.of());
    if (budget.takeWithEvidence(fingerprint.weight())) {
      keep(fingerprint);
    } else if (budget.take(bare.weight())) {
      keep(bare);
    } else {
      dropped++;
    }
  }

  private void keep(Fingerprint fingerprint) {
    weight += fingerprint.weight();
    arrivals.addOpen(open.size());
    open.add(fingerprint);
    notifyAll();
  }

  /** An endpoint that had nothing to say is done. */
  synchronized void quiet(long index, State state, Instant at) {
    byState.merge(state, 1L, Long::sum);
    latest = at;
    if (state == State.CLOSED) {
      markClosed((int) index);
    } else if (budget.take(Arrivals.WEIGHT)) {
      weight += Arrivals.WEIGHT;
      arrivals.addQuiet(index, state, Duration.between(begun, at));
      notifyAll();
    } else {
      dropped++;
    }
  }

  /** The bits of all endpoints are weighed when the first of them is closed. */
  private void markClosed(int index) {
    if (closed.isEmpty()) {
      int bits = Math.toIntExact(endpoints.size() / Byte.SIZE + 1);
      if (!budget.take(bits)) {
        dropped++;
        return;
      }
      weight += bits;
    }
    closed.set(index);
  }

  /** Whether the endpoint of an index refused. */
  synchronized boolean isClosed(long index) {
    return closed.get((int) index);
  }

  /** Endpoints whose turn never came are counted, not listed. */
  synchronized void complete(long neverBegun) {
    byState.merge(State.NOT_PROBED, neverBegun, Long::sum);
    complete = true;
    notifyAll();
  }

  synchronized JobCounts counts() {
    long done = 0;
    for (long count : byState.values()) {
      done += count;
    }
    return new JobCounts(
        endpoints.size(),
        done,
        count(State.OPEN),
        count(State.CLOSED),
        count(State.FILTERED),
        count(State.OPEN_OR_FILTERED),
        count(State.UNREACHABLE),
        count(State.NOT_PROBED),
        identified,
        impostors,
        dropped);
  }

  private long count(State state) {
    return byState.getOrDefault(state, 0L);
  }

  /**
   * A page from a position in the order of arrival, or of the endpoints where closed ones are
   * wanted.
   */
  synchronized Page<Fingerprint> page(ResultFilter filter, int limit, @Nullable String cursor) {
    int from = Cursors.position(cursor);
    return filter.state() == State.CLOSED
        ? closedPage(filter, limit, from)
        : arrivedPage(filter, limit, from);
  }

  private Page<Fingerprint> arrivedPage(ResultFilter filter, int limit, int from) {
    List<Fingerprint> items = new ArrayList<>();
    int at = from;
    while (at < arrivals.size() && items.size() < limit) {
      Fingerprint one = arrived(at++);
      if (filter.accepts(one)) {
        items.add(one);
      }
    }
    return new Page<>(items, at < arrivals.size() ? Cursors.at(at) : null);
  }

  private Fingerprint arrived(int position) {
    return arrivals.isOpen(position)
        ? open.get(arrivals.open(position))
        : Fingerprint.without(
            endpoints.get(arrivals.index(position)).endpoint(),
            arrivals.state(position),
            begun.plus(arrivals.after(position)),
            Duration.ZERO);
  }

  private Page<Fingerprint> closedPage(ResultFilter filter, int limit, int from) {
    List<Fingerprint> items = new ArrayList<>();
    int at = closed.nextSetBit(from);
    while (at >= 0 && items.size() < limit && filter.protocol() == null) {
      items.add(
          Fingerprint.without(endpoints.get(at).endpoint(), State.CLOSED, latest, Duration.ZERO));
      at = closed.nextSetBit(at + 1);
    }
    return new Page<>(items, at >= 0 && filter.protocol() == null ? Cursors.at(at) : null);
  }

  /**
   * The results from a position on, at once where there are some, else when some come or the job
   * ends.
   */
  Batch await(int from, int most) throws InterruptedException {
    return await(from, most, Duration.ofNanos(Long.MAX_VALUE));
  }

  /** The same, but nothing where nothing comes within the time. */
  synchronized Batch await(int from, int most, Duration time) throws InterruptedException {
    long began = System.nanoTime();
    long left = time.toNanos();
    while (arrivals.size() <= from && !complete && left > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = time.toNanos() - (System.nanoTime() - began);
    }
    List<Fingerprint> items = some(from, most);
    return new Batch(items, complete && from + items.size() >= arrivals.size());
  }

  /** How many have arrived by now. */
  synchronized int size() {
    return arrivals.size();
  }

  /** Some of those that have arrived, from a position on; none where they were forgotten. */
  synchronized List<Fingerprint> some(int from, int most) {
    int to = Math.min(arrivals.size(), from + most);
    List<Fingerprint> items = new ArrayList<>();
    for (int at = from; at < to; at++) {
      items.add(arrived(at));
    }
    return items;
  }

  /** A stretch of results, and whether it is the last. */
  record Batch(List<Fingerprint> items, boolean last) {}

  /** Forgets everything and gives the memory back. */
  synchronized void forget() {
    arrivals.clear();
    open.clear();
    closed.clear();
    budget.giveBack(weight);
    weight = 0;
  }
}
