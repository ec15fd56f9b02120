package io.portprint.engine;

import io.portprint.detect.Detector;
import io.portprint.engine.Turns.Turn;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Evidence;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.FingerprintCache;
import io.portprint.fingerprint.FingerprintCache.Key;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.State;
import io.portprint.fingerprint.Transport;
import io.portprint.scope.ApprovedEndpoint;
import io.portprint.transport.Caller;
import io.portprint.transport.Lifeline;
import io.portprint.transport.Lifelines;
import io.portprint.transport.Sweeper;
import io.portprint.transport.Sweepers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admits assignments and works them off: every bound on work is kept here, by {@link Turns} (how
 * many endpoints at a time, in all and per host, and whose turn it is), by the count of admitted
 * endpoints, and by {@link Politeness} (how often).
 *
 * <p>Work comes in two stages. Endpoints of large assignments are swept first: a few threads find
 * out which are open, thousands at a time. What is open, and every endpoint of a small assignment,
 * is examined: it gets a virtual thread when its turn has come, which first looks whether the
 * answer is known or being found out for somebody else. The connection that found an endpoint open
 * goes with it where its turn comes at once; else it is closed, for a peer should not be kept
 * waiting.
 */
public final class Engine implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Engine.class);

  private final Detector detector;
  private final FingerprintCache cache;
  private final Lifelines lifelines;
  private final EngineProperties properties;
  private final EngineMetrics metrics;
  private final InstantSource clock;
  private final Turns<Stage> turns;
  private final Turns<Run.Sweep> sweeps;
  private final Sweeper<Knocking> sweeper;
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
      Sweepers sweepers,
      EngineMetrics metrics,
      InstantSource clock) {
    this.detector = detector;
    this.cache = cache;
    this.lifelines = lifelines;
    this.properties = properties;
    this.metrics = metrics;
    this.clock = clock;
    this.turns = new Turns<>(slots.inAll(), host -> slots.perHost());
    this.sweeper = sweepers.within(slots.swept()).of(new Office());
    this.sweeps = new Turns<>(slots.swept(), sweeper::window);
    metrics.watch(this, slots);
    sweeper.start();
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
      makeRoom(assignment.size());
      runs.add(run);
      if (run.swept()) {
        sweeps.add(run.sweep());
      } else {
        turns.add(run.finds());
      }
    }
    if (run.swept()) {
      sweeper.wake();
    } else {
      pump();
    }
    return run;
  }

  /**
   * Admits an errand.
   *
   * @throws QueueFullException where there is no room for one more endpoint
   * @throws ShuttingDownException where the service is about to stop
   */
  public void admit(Errand<?> errand) {
    synchronized (lock) {
      makeRoom(1);
      turns.add(errand);
    }
    pump();
  }

  /** Takes an errand back whose turn has not come; one that is being done goes on to its end. */
  public void withdraw(Errand<?> errand) {
    synchronized (lock) {
      if (errand.withdraw()) {
        admitted--;
      }
      turns.remove(errand, waiting -> admitted--);
      lock.notifyAll();
    }
  }

  private void makeRoom(long count) {
    if (stopping) {
      throw new ShuttingDownException();
    }
    if (admitted + count > properties.maxEndpoints()) {
      metrics.refused();
      throw new QueueFullException(
          "%d endpoints are admitted and unfinished, with these %d the limit of %d would be exceeded"
              .formatted(admitted, count, properties.maxEndpoints()),
          properties.retryAfter());
    }
    admitted += count;
  }

  /** Starts whatever can be started now. */
  private void pump() {
    while (true) {
      Optional<Turn<Stage>> turn;
      boolean sweepGoesOn = false;
      synchronized (lock) {
        turn = turns.next();
        if (turn.isPresent()) {
          turn.get().waiting().take();
          if (turn.get().line() instanceof Run.Finds finds) {
            Run run = finds.run();
            sweepGoesOn = finds.hasRoom() && run.wanted() && sweeps.add(run.sweep());
          }
        }
      }
      if (sweepGoesOn) {
        sweeper.wake();
      }
      if (turn.isEmpty()) {
        return;
      }
      Turn<Stage> next = turn.get();
      Thread.ofVirtual().name("endpoint").start(() -> work(next));
    }
  }

  private void work(Turn<Stage> turn) {
    try {
      switch (turn.line()) {
        case Run.Finds finds -> examine(finds.run(), turn.waiting());
        case Errand<?> errand -> {
          try (Lifeline lifeline = lifelines.of(errand.time())) {
            errand.carryOut(lifeline);
          }
        }
      }
    } finally {
      synchronized (lock) {
        if (turn.line() instanceof Errand) {
          admitted--;
          lock.notifyAll();
        }
        turns.release(turn);
      }
      pump();
    }
  }

  private void examine(Run run, Waiting waiting) {
    try {
      if (run.begin(waiting.index(), waiting.endpoint())) {
        answer(run, waiting);
      } else {
        waiting.hangUp();
      }
    } catch (RuntimeException e) {
      log.atError().addKeyValue("endpoint", waiting.endpoint()).setCause(e).log("endpoint failed");
      waiting.hangUp();
      run.settle(waiting.index(), notProbed(waiting.endpoint()));
    }
  }

  /** From the cache, from a flight that is under way, or by flying. */
  private void answer(Run run, Waiting waiting) {
    Assignment assignment = run.assignment();
    Key key =
        new Key(
            waiting.endpoint().endpoint(),
            assignment.plan().effort().label(),
            assignment.plan().protocols(),
            detector.edition());
    Optional<Fingerprint> known = cache.find(key, assignment.maxAge());
    if (known.isPresent()) {
      waiting.hangUp();
      run.settle(waiting.index(), known.get());
      return;
    }
    while (true) {
      Flight mine = new Flight(lifelines.of(assignment.plan().effort().deadline()));
      Flight flight = flights.computeIfAbsent(key, _ -> mine);
      if (flight != mine) {
        mine.lifeline().close();
      }
      boolean aboard = flight.board(fingerprint -> run.settle(waiting.index(), fingerprint));
      if (!aboard) {
        // given up by all who waited, and about to be gone
        flights.remove(key, flight);
        continue;
      }
      if (!run.board(waiting.index(), flight)) {
        flight.leave();
      }
      if (flight == mine) {
        fly(run, waiting, key, flight);
      } else {
        waiting.hangUp();
        metrics.shared();
      }
      return;
    }
  }

  private void fly(Run run, Waiting waiting, Key key, Flight flight) {
    Fingerprint fingerprint = notProbed(waiting.endpoint());
    try {
      fingerprint =
          detector.fingerprint(
              waiting.endpoint(), run.assignment().plan(), flight.lifeline(), waiting.caller());
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

  /** An endpoint of a sweep, whose turn has come. */
  private final class Knocking implements Sweeper.Knock {

    private final Turn<Run.Sweep> turn;
    private @Nullable List<Bytes> payloads;

    Knocking(Turn<Run.Sweep> turn) {
      this.turn = turn;
    }

    Run run() {
      return turn.line().run();
    }

    long index() {
      return turn.waiting().index();
    }

    @Override
    public ApprovedEndpoint endpoint() {
      return turn.waiting().endpoint();
    }

    @Override
    public boolean wanted() {
      return run().wanted();
    }

    @Override
    public List<Bytes> payloads() {
      List<Bytes> known = payloads;
      if (known == null) {
        known = detector.payloads(endpoint(), run().assignment().plan());
        payloads = known;
      }
      return known;
    }
  }

  /** What the sweep's threads ask for, and tell. */
  private final class Office implements Sweeper.Office<Knocking> {

    @Override
    public void take(int most, List<? super Knocking> to) {
      List<Knocking> taken = new ArrayList<>(most);
      synchronized (lock) {
        for (Optional<Turn<Run.Sweep>> turn = sweeps.next();
            turn.isPresent();
            turn = taken.size() < most ? sweeps.next() : Optional.empty()) {
          taken.add(new Knocking(turn.get()));
        }
      }
      for (Knocking knock : taken) {
        knock.run().begin();
        if (knock.run().sweeps(knock.endpoint().endpoint().transport())) {
          to.add(knock);
        } else {
          examine(knock, null);
          dropped(knock);
        }
      }
    }

    @Override
    public void open(Knocking knock, @Nullable Caller caller) {
      if (knock.run().assignment().identifies()) {
        examine(knock, caller);
      } else {
        if (caller != null) {
          caller.close();
        }
        Duration took = caller == null ? Duration.ZERO : caller.roundTrip();
        knock.run().found(knock.index(), open(knock.endpoint(), took));
      }
      dropped(knock);
    }

    @Override
    public void quiet(Knocking knock, State state) {
      Run run = knock.run();
      if (state != State.OPEN_OR_FILTERED || !run.assignment().identifies()) {
        run.quiet(knock.index(), state);
      } else if (detector.worthAsking(knock.endpoint(), run.assignment().plan())) {
        examine(knock, null);
      } else {
        List<Waiting> many;
        synchronized (lock) {
          many = run.sweep().silent(knock.turn.waiting());
        }
        many.forEach(one -> run.quiet(one.index(), State.OPEN_OR_FILTERED));
      }
      dropped(knock);
    }

    @Override
    public void dropped(Knocking knock) {
      Run run = knock.run();
      boolean more;
      synchronized (lock) {
        sweeps.release(knock.turn);
        List<Waiting> silent = run.sweep().done();
        silent.forEach(run.finds()::add);
        more = !silent.isEmpty() && turns.add(run.finds());
      }
      if (more) {
        pump();
      }
    }

    private void examine(Knocking knock, @Nullable Caller caller) {
      Waiting find = new Waiting(knock.index(), knock.endpoint(), caller);
      synchronized (lock) {
        if (!knock.run().wanted()) {
          find.hangUp();
          return;
        }
        knock.run().finds().add(find);
        turns.add(knock.run().finds());
      }
      pump();
      find.hangUpUnlessTaken();
    }

    private Fingerprint open(ApprovedEndpoint endpoint, Duration roundTrip) {
      String reason =
          endpoint.endpoint().transport() == Transport.TCP
              ? "it accepted a connection"
              : "it answered a datagram";
      return new Fingerprint(
          endpoint.endpoint(),
          State.OPEN,
          Service.UNKNOWN,
          0,
          List.of(),
          null,
          null,
          Map.of(),
          List.of(
              new Evidence(
                  "sweep", Bytes.EMPTY, Bytes.EMPTY, null, List.of(), reason, roundTrip, false)),
          clock.instant(),
          roundTrip,
          false);
    }
  }

  void cancel(Run run) {
    synchronized (lock) {
      run.stop();
      sweeps.remove(run.sweep(), Waiting::hangUp);
      turns.remove(run.finds(), Waiting::hangUp);
    }
    run.end();
    if (run.swept()) {
      sweeper.forget();
    }
    pump();
  }

  /** Endpoints of a run are done with. */
  void settled(Run run, long count) {
    synchronized (lock) {
      admitted -= count;
      if (admitted == 0) {
        lock.notifyAll();
      }
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

  /** Endpoints that are being swept now. */
  public int sweeping() {
    synchronized (lock) {
      return sweeps.busy();
    }
  }

  @Override
  public void close() {
    sweeper.close();
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
