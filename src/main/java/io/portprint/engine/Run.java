package io.portprint.engine;

import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.State;
import io.portprint.fingerprint.Transport;
import io.portprint.scope.ApprovedEndpoint;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * An assignment that the engine has admitted. The assignment is told things one at a time, in
 * order, while this run is locked: the end comes after everything else.
 *
 * <p>A run stands in two lines: of a small one all endpoints stand in the line for examination; of
 * a large one they stand in the line for the sweep first, and what that finds goes on to the other.
 */
public final class Run {

  /** Endpoints of a run that is examined without a sweep: for a few, a sweep saves nothing. */
  static final int SMALL = 64;

  /** Finds that wait for their examination before the sweep of this run pauses, and goes on. */
  private static final int FULL = 256;

  private static final int HALF = FULL / 2;

  /** Endpoints of UDP that were silent to the sweep and may wait to be asked everything. */
  static final int FEW_SILENT = 256;

  private final Assignment assignment;
  private final Engine engine;
  private final InstantSource clock;
  private final boolean swept;
  private final Queue<Waiting> found = new ArrayDeque<>();
  private final Map<Long, Flight> aloft = new HashMap<>();
  private final Map<Long, ApprovedEndpoint> atWork = new HashMap<>();
  private final Sweep sweep = new Sweep();
  private final Finds finds = new Finds();
  private long left;
  private boolean begun;
  private volatile boolean stopped;
  private volatile boolean ended;

  Run(Assignment assignment, Engine engine, InstantSource clock) {
    this.assignment = assignment;
    this.engine = engine;
    this.clock = clock;
    this.left = assignment.size();
    this.swept = assignment.size() > SMALL || !assignment.identifies();
  }

  /**
   * The line for the sweep. Like all lines used by one thread at a time, under the engine's lock.
   */
  final class Sweep implements Turns.Line {

    private long place;
    private long outstanding;
    private final List<Waiting> silent = new ArrayList<>();
    private boolean manySilent;

    Run run() {
      return Run.this;
    }

    /**
     * An endpoint of UDP was silent. If only a few are in the end, they are asked everything; that
     * depends on the hosts and not on the order of the sweep.
     *
     * @return those that won't be, since there are many
     */
    List<Waiting> silent(Waiting one) {
      silent.add(one);
      if (!manySilent && silent.size() <= FEW_SILENT) {
        return List.of();
      }
      manySilent = true;
      List<Waiting> all = List.copyOf(silent);
      silent.clear();
      return all;
    }

    /**
     * What was given out is done with.
     *
     * @return endpoints that were silent, once the sweep is over
     */
    List<Waiting> done() {
      outstanding--;
      if (outstanding > 0 || stopped || place < assignment.size()) {
        return List.of();
      }
      List<Waiting> all = List.copyOf(silent);
      silent.clear();
      return all;
    }

    @Override
    public @Nullable Waiting next() {
      if (stopped || place == assignment.size() || found.size() >= FULL) {
        return null;
      }
      outstanding++;
      long index = assignment.sweptAt(place++);
      return new Waiting(index, assignment.endpoint(index));
    }

    @Override
    public int weight() {
      return assignment.weight();
    }
  }

  /** The line for examination. */
  final class Finds implements Stage {

    private long place;

    Run run() {
      return Run.this;
    }

    @Override
    public @Nullable Waiting next() {
      if (swept) {
        return found.poll();
      }
      return stopped || place == assignment.size()
          ? null
          : new Waiting(place, assignment.endpoint(place++));
    }

    @Override
    public int weight() {
      return assignment.weight();
    }

    void add(Waiting find) {
      found.add(find);
    }

    /** Whether the sweep, should it have paused, may go on. */
    boolean hasRoom() {
      return swept && found.size() <= HALF;
    }
  }

  Sweep sweep() {
    return sweep;
  }

  Finds finds() {
    return finds;
  }

  /** Whether its endpoints are looked for before they are examined. */
  boolean swept() {
    return swept;
  }

  /** Whether those of a transport are; the others come to the sweep and are passed on. */
  boolean sweeps(Transport transport) {
    return transport == Transport.TCP
        || !assignment.identifies()
        || assignment.datagrams() > Assignment.FEW_DATAGRAMS;
  }

  Assignment assignment() {
    return assignment;
  }

  /** Ends this run: open conversations are closed at once, unless another run shares them. */
  public void cancel() {
    engine.cancel(this);
  }

  /** The first endpoint's turn has come. */
  synchronized void begin() {
    if (!begun && !ended) {
      begun = true;
      assignment.started();
    }
  }

  /** An endpoint is about to be examined; false where the run has ended meanwhile. */
  synchronized boolean begin(long index, ApprovedEndpoint endpoint) {
    if (ended) {
      return false;
    }
    begin();
    atWork.put(index, endpoint);
    return true;
  }

  /** An endpoint waits for a flight; false where the run has ended meanwhile. */
  synchronized boolean board(long index, Flight flight) {
    if (atWork.containsKey(index)) {
      aloft.put(index, flight);
    }
    return !ended;
  }

  /** An endpoint that was examined is done. Told again or too late, it changes nothing. */
  synchronized void settle(long index, Fingerprint fingerprint) {
    if (atWork.remove(index) == null) {
      return;
    }
    aloft.remove(index);
    assignment.done(index, fingerprint);
    settled();
  }

  /** An endpoint that the sweep found open need not be examined. Told too late, nothing changes. */
  synchronized void found(long index, Fingerprint fingerprint) {
    if (!ended) {
      assignment.done(index, fingerprint);
      settled();
    }
  }

  /** The sweep heard nothing of an endpoint. Told too late, it changes nothing. */
  synchronized void quiet(long index, State state) {
    if (!ended) {
      assignment.quiet(index, state);
      settled();
    }
  }

  private void settled() {
    left--;
    ended = left == 0;
    engine.settled(this, 1);
    if (ended) {
      assignment.ended(0);
    }
  }

  /** Nothing that waits gets a turn from now on. Called under the engine's lock. */
  void stop() {
    stopped = true;
    for (Waiting find = found.poll(); find != null; find = found.poll()) {
      find.hangUp();
    }
  }

  /** Finds of the sweep that have not come forward for their examination. Engine's lock. */
  int waiting() {
    return found.size();
  }

  /** Whether anybody still waits for what comes. */
  boolean wanted() {
    return !stopped && !ended;
  }

  /** Ends early: what is at work is not waited for, and what had no turn gets none. */
  synchronized void end() {
    if (ended) {
      return;
    }
    ended = true;
    aloft.values().forEach(Flight::leave);
    aloft.clear();
    long neverBegun = left - atWork.size();
    atWork.forEach(
        (index, endpoint) ->
            assignment.done(
                index,
                Fingerprint.without(
                    endpoint.endpoint(), State.NOT_PROBED, clock.instant(), Duration.ZERO)));
    atWork.clear();
    engine.settled(this, left);
    assignment.ended(neverBegun);
  }

  /** Whether nothing more will come. */
  boolean hasEnded() {
    return ended;
  }
}
