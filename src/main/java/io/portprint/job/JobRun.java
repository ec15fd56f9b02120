package io.portprint.job;

import io.portprint.detect.Plan;
import io.portprint.engine.Assignment;
import io.portprint.engine.Run;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.State;
import io.portprint.fingerprint.Transport;
import io.portprint.scope.ApprovedEndpoint;
import io.portprint.scope.ApprovedEndpoints;
import io.portprint.webhook.Delivery;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** A job at work: what the engine tells of it, until it is forgotten. */
final class JobRun implements Assignment {

  private final UUID id;
  private final String client;
  private final ApprovedEndpoints endpoints;
  private final LongUnaryOperator order;
  private final long datagrams;
  private final Plan plan;
  private final boolean identify;
  private final JobPriority priority;
  private final Duration maxAge;
  private final Duration keep;
  private final InstantSource clock;
  private final Instant createdAt;
  private final Results results;
  private final CountDownLatch end = new CountDownLatch(1);
  private final Pace pace = new Pace();
  private Future<?> alarm = CompletableFuture.completedFuture(null);
  private @Nullable Instant startedAt;
  private @Nullable Instant finishedAt;
  private @Nullable String cut;
  private @Nullable Run run;
  private @Nullable Delivery delivery;
  private Runnable announcement = () -> {};

  JobRun(
      UUID id,
      String client,
      ApprovedEndpoints endpoints,
      JobRequest request,
      Duration keep,
      InstantSource clock,
      ResultBudget budget) {
    this.id = id;
    this.client = client;
    this.endpoints = endpoints;
    // no two jobs go the same way, and none lets itself be foretold
    this.order = endpoints.order(id.getLeastSignificantBits(), request.commonFirst());
    this.datagrams = endpoints.size(Transport.UDP);
    this.plan = new Plan(request.effort(), request.protocols());
    this.identify = request.identify();
    this.priority = request.priority();
    this.maxAge = request.maxAge();
    this.keep = keep;
    this.clock = clock;
    this.createdAt = clock.instant();
    this.results = new Results(endpoints, budget, createdAt);
  }

  UUID id() {
    return id;
  }

  String client() {
    return client;
  }

  Results results() {
    return results;
  }

  Verdicts verdicts() {
    return new Verdicts(id, endpoints, results, identify);
  }

  @Override
  public long size() {
    return endpoints.size();
  }

  @Override
  public ApprovedEndpoint endpoint(long index) {
    return endpoints.get(index);
  }

  @Override
  public Plan plan() {
    return plan;
  }

  @Override
  public Duration maxAge() {
    return maxAge;
  }

  @Override
  public long sweptAt(long place) {
    return order.applyAsLong(place);
  }

  @Override
  public long datagrams() {
    return datagrams;
  }

  @Override
  public boolean identifies() {
    return identify;
  }

  @Override
  public int weight() {
    return priority.weight();
  }

  @Override
  public void quiet(long index, State state) {
    results.quiet(index, state, clock.instant());
  }

  @Override
  public synchronized void started() {
    startedAt = clock.instant();
  }

  @Override
  public void done(long index, Fingerprint fingerprint) {
    results.add(index, fingerprint);
  }

  @Override
  public void ended(long neverBegun) {
    Runnable announce;
    synchronized (this) {
      announce = announcement;
      finishedAt = clock.instant();
      alarm.cancel(false);
      if (results.counts().notProbed() + neverBegun == 0) {
        cut = null; // the last verdict came before the cancellation
      }
    }
    results.complete(neverBegun);
    end.countDown();
    announce.run();
  }

  /** What tells of the job's end. To be set before it is admitted. */
  synchronized void announceBy(Delivery pending, JobNotice notice) {
    delivery = pending;
    announcement = () -> pending.begin(() -> notice.write(pending.id(), snapshot()));
  }

  /** What would end the job at its deadline: not needed once it has ended by itself. */
  synchronized void endBy(Future<?> pending) {
    alarm = pending;
    if (finishedAt != null) {
      alarm.cancel(false);
    }
  }

  synchronized void runs(Run admitted) {
    run = admitted;
  }

  /** Ends the job early, for a reason; one that has ended stays as it is. */
  void cancel(String reason) {
    Run running;
    synchronized (this) {
      if (finishedAt != null) {
        return;
      }
      cut = reason;
      running = run;
    }
    if (running != null) {
      running.cancel();
    }
  }

  /** Whether the job ended within the time. */
  boolean await(Duration time) throws InterruptedException {
    return end.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  synchronized boolean ended() {
    return finishedAt != null;
  }

  synchronized boolean expired(Instant now) {
    return finishedAt != null && !finishedAt.plus(keep).isAfter(now);
  }

  /** Takes note of how far it is, for its rate; to be called every second or so. */
  synchronized void takeNote() {
    if (startedAt != null && finishedAt == null) {
      pace.sample(clock.instant(), results.counts().done());
    }
  }

  synchronized Job snapshot() {
    JobCounts counts = results.counts();
    boolean running = startedAt != null && finishedAt == null;
    OptionalDouble rate = running ? pace.rate() : OptionalDouble.empty();
    return new Job(
        id,
        client,
        state(),
        createdAt,
        startedAt,
        finishedAt,
        finishedAt == null ? null : finishedAt.plus(keep),
        cut,
        rate.isPresent() ? rate.getAsDouble() : null,
        running ? pace.timeFor(counts.endpoints() - counts.done()).orElse(null) : null,
        delivery == null ? null : delivery.status(),
        counts);
  }

  private JobState state() {
    if (finishedAt != null) {
      return cut == null ? JobState.COMPLETED : JobState.CANCELLED;
    }
    return startedAt == null ? JobState.QUEUED : JobState.RUNNING;
  }
}
