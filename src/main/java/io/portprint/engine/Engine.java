package io.portprint.engine;

import io.portprint.detect.Detector;
import io.portprint.engine.Turns.Turn;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.FingerprintCache;
import io.portprint.fingerprint.FingerprintCache.Key;
import io.portprint.fingerprint.State;
import io.portprint.scope.ApprovedEndpoint;
import io.portprint.transport.Lifelines;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admits assignments and works them off: every bound on work is kept here, by {@link Turns} (how
 * many endpoints at a time, in all and per host, and whose turn it is), by the count of admitted
 * endpoints, and by {@link Politeness} (how often).
 *
 * <p>Each endpoint whose turn has come gets a virtual thread; it first looks whether the answer is
 * known or being found out for somebody else.
 */
public final class Engine {

  private static final Logger log = LoggerFactory.getLogger(Engine.class);

  private final Detector detector;
  private final FingerprintCache cache;
  private final Lifelines lifelines;
  private final EngineProperties properties;
  private final EngineMetrics metrics;
  private final InstantSource clock;
  private final Turns<Run> turns;
  private final ConcurrentMap<Key, Flight> flights = new ConcurrentHashMap<>();
  private final Set<Run> runs = ConcurrentHashMap.newKeySet();
  private final Object lock = new Object();
  private long admitted;
  private boolean stopping;

  public Engine(
      Detector detector,
      FingerprintCache cache,
      Lifelines lifelines,
      EngineProperties properties,
      Slots slots,
      EngineMetrics metrics,
      InstantSource clock) {
    this.detector = detector;
    this.cache = cache;
    this.lifelines = lifelines;
    this.properties = properties;
    this.metrics = metrics;
    this.clock = clock;
    this.turns = new Turns<>(slots.inAll(), slots.perHost());
    metrics.watch(this, slots);
  }

  /**
   * Admits an assignment, whole or not at all.
   *
   * @throws QueueFullException where more endpoints than may be would be admitted and unfinished
   * @throws ShuttingDownException where the service is about to stop
   */
  public Run admit(Assignment assignment) {
    Run run = new Run(assignment, this, clock);
    synchronized (lock) {
      if (stopping) {
        throw new ShuttingDownException();
      }
      if (admitted + assignment.size() > properties.maxEndpoints()) {
        metrics.refused();
        throw new QueueFullException(
            "%d endpoints are admitted and unfinished, with these %d the limit of %d would be exceeded"
                .formatted(admitted, assignment.size(), properties.maxEndpoints()),
            properties.retryAfter());
      }
      admitted += assignment.size();
      runs.add(run);
      turns.add(run);
    }
    pump();
    return run;
  }

  /** Starts whatever can be started now. */
  private void pump() {
    while (true) {
      Optional<Turn<Run>> turn;
      synchronized (lock) {
        turn = turns.next();
      }
      if (turn.isEmpty()) {
        return;
      }
      Turn<Run> next = turn.get();
      Thread.ofVirtual().name("endpoint").start(() -> work(next));
    }
  }

  private void work(Turn<Run> turn) {
    try {
      if (turn.run().begin(turn.index(), turn.endpoint())) {
        answer(turn);
      }
    } catch (RuntimeException e) {
      log.atError().addKeyValue("endpoint", turn.endpoint()).setCause(e).log("endpoint failed");
      turn.run().settle(turn.index(), notProbed(turn.endpoint()));
    } finally {
      synchronized (lock) {
        turns.release(turn);
      }
      pump();
    }
  }

  /** From the cache, from a flight that is under way, or by flying. */
  private void answer(Turn<Run> turn) {
    Assignment assignment = turn.run().assignment();
    Key key =
        new Key(
            turn.endpoint().endpoint(),
            assignment.plan().effort().label(),
            assignment.plan().protocols());
    Optional<Fingerprint> known = cache.find(key, assignment.maxAge());
    if (known.isPresent()) {
      turn.run().settle(turn.index(), known.get());
      return;
    }
    while (true) {
      Flight mine = new Flight(lifelines.of(assignment.plan().effort().deadline()));
      Flight flight = flights.computeIfAbsent(key, _ -> mine);
      if (flight != mine) {
        mine.lifeline().close();
      }
      boolean aboard = flight.board(fingerprint -> turn.run().settle(turn.index(), fingerprint));
      if (!aboard) {
        // given up by all who waited, and about to be gone
        flights.remove(key, flight);
        continue;
      }
      if (!turn.run().board(turn.index(), flight)) {
        flight.leave();
      }
      if (flight == mine) {
        fly(turn, key, flight);
      } else {
        metrics.shared();
      }
      return;
    }
  }

  private void fly(Turn<Run> turn, Key key, Flight flight) {
    Fingerprint fingerprint = notProbed(turn.endpoint());
    try {
      fingerprint =
          detector.fingerprint(turn.endpoint(), turn.run().assignment().plan(), flight.lifeline());
      if (!flight.givenUp() && fingerprint.state() != State.NOT_PROBED) {
        cache.put(key, fingerprint);
      }
      metrics.fingerprinted(fingerprint);
    } finally {
      flight.lifeline().close();
      flights.remove(key, flight);
      flight.land(fingerprint);
    }
  }

  private Fingerprint notProbed(ApprovedEndpoint endpoint) {
    return Fingerprint.without(
        endpoint.endpoint(), State.NOT_PROBED, clock.instant(), Duration.ZERO);
  }

  void cancel(Run run) {
    long neverBegun;
    synchronized (lock) {
      neverBegun = turns.remove(run);
    }
    run.end(neverBegun);
    pump();
  }

  /** Endpoints of a run are done with. */
  void settled(Run run, long count) {
    synchronized (lock) {
      admitted -= count;
      lock.notifyAll();
    }
    if (run.hasEnded()) {
      runs.remove(run);
    }
  }

  /** Endpoints that are admitted and unfinished. */
  public long admitted() {
    synchronized (lock) {
      return admitted;
    }
  }

  /** Endpoints under examination now. */
  public int busy() {
    synchronized (lock) {
      return turns.busy();
    }
  }

  /** Assignments that wait because the hosts of their next endpoints are busy. */
  public int parked() {
    synchronized (lock) {
      return turns.parked();
    }
  }

  /** Takes work again, after it was drained. */
  public void resume() {
    synchronized (lock) {
      stopping = false;
    }
  }

  /**
   * Takes no more work, and waits for what is admitted for as long as the grace period lasts.
   *
   * @return endpoints that are still unfinished
   */
  public long drain() {
    synchronized (lock) {
      stopping = true;
      long end = System.nanoTime() + properties.shutdownGrace().toNanos();
      try {
        for (long left = millis(end); admitted > 0 && left > 0; left = millis(end)) {
          lock.wait(left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return admitted;
    }
  }

  private static long millis(long end) {
    return (end - System.nanoTime()) / 1_000_000;
  }

  /** Ends all runs. */
  public void cancelAll() {
    List.copyOf(runs).forEach(Run::cancel);
  }
}
