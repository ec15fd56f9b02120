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
import org.jspecify.annotations.Nullable;

/**
 * The verdicts of one job, in the order in which they came. Closed endpoints are bits, not objects:
 * most of a large job's endpoints are closed. Safe for use by many threads; whoever waits for more
 * is woken.
 */
final class Results {

  private final ResultBudget budget;

  private final ApprovedEndpoints endpoints;
  private final List<Fingerprint> kept = new ArrayList<>();
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
    this.latest = now;
  }

  synchronized void add(long index, Fingerprint fingerprint) {
    byState.merge(fingerprint.state(), 1L, Long::sum);
    latest = fingerprint.observedAt();
    if (fingerprint.identified()) {
      identified++;
    }
    if (fingerprint.impostor() != null) {
      impostors++;
    }
    if (fingerprint.state() == State.CLOSED) {
      closed.set((int) index);
    } else {
      keep(fingerprint);
    }
    notifyAll();
  }

  private void keep(Fingerprint fingerprint) {
    Fingerprint bare = fingerprint.withEvidence(List.of());
    if (budget.takeWithEvidence(fingerprint.weight())) {
      kept.add(fingerprint);
      weight += fingerprint.weight();
    } else if (budget.take(bare.weight())) {
      kept.add(bare);
      weight += bare.weight();
    } else {
      dropped++;
    }
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
        : keptPage(filter, limit, from);
  }

  private Page<Fingerprint> keptPage(ResultFilter filter, int limit, int from) {
    List<Fingerprint> items = new ArrayList<>();
    int at = from;
    while (at < kept.size() && items.size() < limit) {
      Fingerprint one = kept.get(at++);
      if (filter.accepts(one)) {
        items.add(one);
      }
    }
    return new Page<>(items, at < kept.size() ? Cursors.at(at) : null);
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
  synchronized Batch await(int from, int most) throws InterruptedException {
    while (kept.size() <= from && !complete) {
      wait();
    }
    int to = Math.min(kept.size(), from + most);
    return new Batch(
        List.copyOf(kept.subList(Math.min(from, to), to)), complete && to == kept.size());
  }

  /** A stretch of results, and whether it is the last. */
  record Batch(List<Fingerprint> items, boolean last) {}

  /** Forgets everything and gives the memory back. */
  synchronized void forget() {
    kept.clear();
    closed.clear();
    budget.giveBack(weight);
    weight = 0;
  }
}
