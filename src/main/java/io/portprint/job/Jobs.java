package io.portprint.job;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.portprint.engine.Engine;
import io.portprint.engine.EngineProperties;
import io.portprint.engine.QueueFullException;
import io.portprint.engine.Slots;
import io.portprint.engine.SweepPace;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.State;
import io.portprint.scope.ApprovedEndpoints;
import io.portprint.scope.Scope;
import io.portprint.webhook.WebhookUrl;
import io.portprint.webhook.Webhooks;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs of all clients: accepted, tracked, cancelled, and forgotten when they expire. A client
 * sees its own only.
 */
public final class Jobs implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Jobs.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(30);
  private static final int BATCH = 256;

  /**
   * An accepted job.
   *
   * @param replayed whether this is the job that an earlier request of the same idempotency key
   *     made
   */
  public record Submitted(Job job, boolean replayed) {}

  private record Idempotency(String client, String key) {}

  private record Remembered(JobRequest request, UUID job) {}

  private final Scope scope;
  private final Engine engine;
  private final Protocols protocols;
  private final Webhooks webhooks;
  private final JobNotice notice;
  private final JobProperties properties;
  private final EngineProperties bounds;
  private final Estimate.Pacing pacing;
  private final InstantSource clock;
  private final TimeOrderedIds ids;
  private final ResultBudget budget;
  private final NavigableMap<UUID, JobRun> jobs = new ConcurrentSkipListMap<>();
  private final Map<Idempotency, Remembered> remembered = new ConcurrentHashMap<>();
  private final ScheduledThreadPoolExecutor alarms;

  Jobs(
      Scope scope,
      Engine engine,
      Protocols protocols,
      Webhooks webhooks,
      JobNotice notice,
      JobProperties properties,
      EngineProperties bounds,
      SweepPace sweep,
      Slots slots,
      InstantSource clock,
      MeterRegistry registry) {
    this.scope = scope;
    this.engine = engine;
    this.protocols = protocols;
    this.webhooks = webhooks;
    this.notice = notice;
    this.properties = properties;
    this.bounds = bounds;
    this.pacing = Estimate.Pacing.of(bounds, sweep, slots);
    this.clock = clock;
    this.ids = new TimeOrderedIds(clock);
    this.budget = new ResultBudget(properties.maxResultBytes().toBytes(), registry);
    this.alarms =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("jobs").daemon().factory());
    alarms.setRemoveOnCancelPolicy(true);
    var _ = alarms.scheduleWithFixedDelay(this::tidy, 1, 1, TimeUnit.SECONDS);
    Gauge.builder("portprint.jobs", jobs, Map::size)
        .description("Jobs that are remembered, running and finished")
        .register(registry);
  }

  /**
   * Accepts a job, whole or not at all. The scope judges every target first.
   *
   * @param idempotencyKey where it was used before with the same request, that request's job is
   *     returned
   */
  public Submitted submit(JobRequest request, String client, @Nullable String idempotencyKey) {
    if (idempotencyKey == null) {
      return new Submitted(start(request, client).snapshot(), false);
    }
    Idempotency key = new Idempotency(client, idempotencyKey);
    // computed at most once at a time per key: of two like requests at once, one starts the job and
    // both get it
    boolean[] started = new boolean[1];
    Remembered known =
        remembered.compute(
            key,
            (_, before) -> {
              if (before != null && jobs.containsKey(before.job())) {
                return before;
              }
              started[0] = true;
              return new Remembered(request, start(request, client).id());
            });
    if (!known.request().equals(request)) {
      throw new IdempotencyConflictException();
    }
    return new Submitted(get(known.job(), client), !started[0]);
  }

  /**
   * What a job would be, judged as if it were submitted; nothing is admitted and nothing probed.
   */
  public Estimate estimate(JobRequest request) {
    ApprovedEndpoints endpoints = approve(request);
    boolean room =
        jobs.size() < properties.maxJobs() || jobs.values().stream().anyMatch(JobRun::ended);
    return Estimate.of(
        endpoints.census(),
        room && endpoints.size() <= bounds.maxEndpoints() - engine.admitted(),
        pacing,
        request.effort().deadline());
  }

  private ApprovedEndpoints approve(JobRequest request) {
    protocols.check(request.protocols());
    if (request.webhook() != null) {
      webhooks.accept(request.webhook());
    }
    ApprovedEndpoints endpoints = scope.approve(request.selection());
    if (endpoints.size() > properties.maxEndpoints()) {
      throw new TooManyEndpointsException(endpoints.size(), properties.maxEndpoints());
    }
    return endpoints;
  }

  private JobRun start(JobRequest request, String client) {
    ApprovedEndpoints endpoints = approve(request);
    makeRoom();
    JobRun job =
        new JobRun(
            ids.next(), client, endpoints, request, properties.keepFinished(), clock, budget);
    if (request.webhook() != null) {
      WebhookUrl webhook = webhooks.accept(request.webhook());
      job.announceBy(webhooks.delivery(webhook, client, job.id()), notice);
    }
    job.runs(engine.admit(job));
    jobs.put(job.id(), job);
    Duration deadline = request.deadline();
    if (deadline != null) {
      job.endBy(
          alarms.schedule(
              () -> job.cancel("the job's deadline of " + deadline + " has passed"),
              deadline.toNanos(),
              TimeUnit.NANOSECONDS));
    }
    log.atInfo()
        .addKeyValue("job", job.id())
        .addKeyValue("client", client)
        .addKeyValue("endpoints", endpoints.size())
        .log("job accepted");
    return job;
  }

  /** Forgets the oldest finished job where there is no room for another. */
  private void makeRoom() {
    if (jobs.size() < properties.maxJobs()) {
      return;
    }
    for (JobRun job : jobs.values()) {
      if (job.ended()) {
        forget(job);
        return;
      }
    }
    throw new QueueFullException(
        "%d jobs are unfinished, which is the limit".formatted(jobs.size()), RETRY_AFTER);
  }

  /**
   * Every second. A failure is told and must not end the tidying for good, as the executor would.
   */
  private void tidy() {
    try {
      forgetExpired();
      jobs.values().forEach(JobRun::takeNote);
    } catch (RuntimeException e) {
      log.atError().setCause(e).log("jobs could not be tidied");
    }
  }

  private void forgetExpired() {
    Instant now = clock.instant();
    for (JobRun job : jobs.values()) {
      if (job.expired(now)) {
        forget(job);
      }
    }
    remembered.values().removeIf(one -> !jobs.containsKey(one.job()));
  }

  private void forget(JobRun job) {
    if (jobs.remove(job.id()) != null) {
      job.results().forget();
    }
  }

  private JobRun find(UUID id, String client) {
    JobRun job = jobs.get(id);
    if (job == null || !job.client().equals(client)) {
      throw new JobNotFoundException(id);
    }
    return job;
  }

  public Job get(UUID id, String client) {
    return find(id, client).snapshot();
  }

  /** The job when it has ended, or as it stands after that time. */
  public Job await(UUID id, String client, Duration time) {
    JobRun job = find(id, client);
    try {
      job.await(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return job.snapshot();
  }

  /** Newest first. */
  public Page<Job> list(
      String client, @Nullable JobState state, int limit, @Nullable String cursor) {
    NavigableMap<UUID, JobRun> newestFirst = jobs.descendingMap();
    if (cursor != null) {
      newestFirst = newestFirst.tailMap(id(cursor), false);
    }
    List<Job> items = new ArrayList<>();
    for (JobRun job : newestFirst.values()) {
      if (!job.client().equals(client)) {
        continue;
      }
      Job snapshot = job.snapshot();
      if (state == null || snapshot.state() == state) {
        if (items.size() == limit) {
          return new Page<>(items, Cursors.encode(items.getLast().id().toString()));
        }
        items.add(snapshot);
      }
    }
    return new Page<>(items, null);
  }

  private static UUID id(String cursor) {
    try {
      return UUID.fromString(Cursors.decode(cursor));
    } catch (IllegalArgumentException e) {
      throw new InvalidCursorException();
    }
  }

  /**
   * Ends the job; what was found stays readable until it expires. A job that has ended stays as it
   * is.
   */
  public Job cancel(UUID id, String client) {
    JobRun job = find(id, client);
    job.cancel("cancelled by the client");
    return job.snapshot();
  }

  public Page<Fingerprint> fingerprints(
      UUID id, String client, ResultFilter filter, int limit, @Nullable String cursor) {
    return find(id, client).results().page(filter, limit, cursor);
  }

  /**
   * The result at a position in the order of finding.
   *
   * @param position from 1, as {@link JobEvent.Found} tells it
   * @throws UnknownPositionException where the job has not given that position to a result
   */
  public Fingerprint fingerprint(UUID id, String client, int position) {
    List<Fingerprint> one = find(id, client).results().some(position - 1, 1);
    if (one.isEmpty()) {
      throw new UnknownPositionException(position);
    }
    return one.getFirst();
  }

  /** The results by host, as they stand now. */
  public Survey survey(UUID id, String client) {
    JobRun job = find(id, client);
    return new Survey(job.snapshot(), job.verdicts());
  }

  /**
   * What one job found and another did not, or otherwise.
   *
   * @param change the only kind of difference that is listed; null for all
   * @throws JobNotEndedException where one of them has not ended
   */
  public Differences compare(
      UUID before,
      UUID after,
      String client,
      Difference.@Nullable Change change,
      int limit,
      @Nullable String cursor) {
    JobRun first = find(before, client);
    JobRun second = find(after, client);
    for (JobRun job : List.of(first, second)) {
      if (!job.ended()) {
        throw new JobNotEndedException(job.id());
      }
    }
    return new Comparison(first.verdicts(), second.verdicts()).page(change, limit, cursor);
  }

  /**
   * What happens to the job from now on, and what was found after a position.
   *
   * @param after the position, counted from 1, of the last result that is known already; 0 for none
   * @param silence after how long without an event {@link JobEvent.Silence} is one
   * @throws UnknownPositionException where the job has not given that position to a result
   */
  public JobEvents events(
      UUID id, String client, ResultFilter filter, long after, Duration silence) {
    JobRun job = find(id, client);
    return new JobEvents(job, () -> jobs.get(id) == job, filter, after, silence);
  }

  /** All results, also those to come: blocks until the job has ended or the consumer throws. */
  public void stream(UUID id, String client, ResultFilter filter, Consumer<Fingerprint> consumer) {
    Results results = find(id, client).results();
    int from = 0;
    boolean last = false;
    try {
      while (!last) {
        Results.Batch batch = results.await(from, BATCH);
        batch.items().stream().filter(filter::accepts).forEach(consumer);
        from += batch.items().size();
        last = batch.last();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    if (filter.state() == State.CLOSED) {
      streamClosed(results, filter, consumer);
    }
  }

  /** Closed endpoints are not among the results that come one by one: they are told at the end. */
  private static void streamClosed(
      Results results, ResultFilter filter, Consumer<Fingerprint> consumer) {
    String cursor = null;
    do {
      Page<Fingerprint> page = results.page(filter, BATCH, cursor);
      page.items().forEach(consumer);
      cursor = page.nextCursor();
    } while (cursor != null);
  }

  /**
   * Cancels the jobs that have not ended, and names each in the log.
   *
   * @return how many
   */
  int cutShort(String reason) {
    int cut = 0;
    for (JobRun job : jobs.values()) {
      if (!job.ended()) {
        cut++;
        job.cancel(reason);
        log.atWarn()
            .addKeyValue("job", job.id())
            .addKeyValue("client", job.client())
            .addKeyValue("reason", reason)
            .log("job cut short");
      }
    }
    return cut;
  }

  @Override
  public void close() {
    alarms.shutdownNow();
  }
}
