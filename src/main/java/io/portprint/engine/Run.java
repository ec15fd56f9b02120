package io.portprint.engine;

import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.State;
import io.portprint.scope.ApprovedEndpoint;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/**
 * An assignment that the engine has admitted. The assignment is told things one at a time, in
 * order, while this run is locked: the end comes after everything else.
 */
public final class Run implements Turns.Line {

  private final Assignment assignment;
  private final Engine engine;
  private final InstantSource clock;
  private final Map<Long, Flight> aloft = new HashMap<>();
  private final Map<Long, ApprovedEndpoint> atWork = new HashMap<>();
  private long left;
  private boolean begun;
  private boolean ended;

  Run(Assignment assignment, Engine engine, InstantSource clock) {
    this.assignment = assignment;
    this.engine = engine;
    this.clock = clock;
    this.left = assignment.size();
  }

  @Override
  public long size() {
    return assignment.size();
  }

  @Override
  public ApprovedEndpoint endpoint(long index) {
    return assignment.endpoint(index);
  }

  Assignment assignment() {
    return assignment;
  }

  /** Ends this run: open conversations are closed at once, unless another run shares them. */
  public void cancel() {
    engine.cancel(this);
  }

  /** The turn of an endpoint has come; false where the run has ended meanwhile. */
  synchronized boolean begin(long index, ApprovedEndpoint endpoint) {
    if (ended) {
      return false;
    }
    if (!begun) {
      begun = true;
      assignment.started();
    }
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

  /** An endpoint is done. Told again or too late, it changes nothing. */
  synchronized void settle(long index, Fingerprint fingerprint) {
    if (atWork.remove(index) == null) {
      return;
    }
    aloft.remove(index);
    left--;
    ended = left == 0;
    assignment.done(index, fingerprint);
    engine.settled(this, 1);
    if (ended) {
      assignment.ended(0);
    }
  }

  /** Ends early: what is at work is not waited for, and what had no turn gets none. */
  synchronized void end(long neverBegun) {
    if (ended) {
      return;
    }
    ended = true;
    aloft.values().forEach(Flight::leave);
    aloft.clear();
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
  synchronized boolean hasEnded() {
    return ended;
  }
}
