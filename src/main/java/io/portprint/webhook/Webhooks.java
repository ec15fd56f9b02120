package io.portprint.webhook;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.portprint.scope.AllowedAddresses;
import io.portprint.scope.HostResolver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Takes webhooks and delivers to them. Each delivery is a virtual thread that attempts and pauses
 * in turn; so many wait, and so many attempts are made at a time, of one client half as many. It
 * stops after the work and before the web server, so that jobs that a shutdown cuts are still told.
 */
public final class Webhooks implements SmartLifecycle, AutoCloseable {

  static final String ALLOW = "portprint.webhooks.allow";
  static final String SECRET = "portprint.webhooks.secret";

  private static final Logger log = LoggerFactory.getLogger(Webhooks.class);
  private static final int SHORTEST_SECRET = 32;
  private static final String SHUT_DOWN = "the service was shut down";

  private final WebhookProperties properties;
  private final AllowedAddresses allowed;
  private final @Nullable Signature signature;
  private final Sender sender;
  private final Backoff backoff;
  private final InstantSource clock;
  private final Semaphore places;
  private final Map<String, Client> clients = new HashMap<>();
  private final Map<Delivery, Thread> pending = new HashMap<>();
  private final Object pauses = new Object();
  private final Counter attempts;
  private final Counter delivered;
  private final Counter failed;
  private boolean stopping; // guarded by pauses
  private boolean running;

  /** What one client takes up. Clients are whom the operator has given keys: a few. */
  private static final class Client {

    private final Semaphore places;
    private int pending;

    Client(int places) {
      this.places = new Semaphore(places, true);
    }
  }

  /**
   * @throws IllegalArgumentException where a property is not as it has to be; the message names it,
   *     and never shows the secret
   */
  Webhooks(
      WebhookProperties properties,
      HostResolver resolver,
      InstantSource clock,
      MeterRegistry registry) {
    this.properties = properties;
    this.allowed = new AllowedAddresses(ALLOW, properties.allow());
    this.signature = signature(properties.secret());
    this.sender =
        new Sender(allowed, resolver, properties.timeout(), properties.maxConcurrent(), clock);
    this.backoff = new Backoff(properties.firstPause(), properties.maxPause());
    this.clock = clock;
    this.places = new Semaphore(properties.maxConcurrent(), true);
    this.attempts =
        Counter.builder("portprint.webhooks.attempts")
            .description("Attempts to deliver to a webhook")
            .register(registry);
    this.delivered = deliveries("delivered", registry);
    this.failed = deliveries("failed", registry);
    Gauge.builder("portprint.webhooks.pending", this, Webhooks::pending)
        .description("Deliveries that wait or are tried")
        .register(registry);
  }

  private static @Nullable Signature signature(@Nullable String secret) {
    if (secret == null || secret.isEmpty()) {
      return null;
    }
    if (secret.length() < SHORTEST_SECRET) {
      throw new IllegalArgumentException(
          "%s is shorter than %d characters; make one with: openssl rand -hex 32"
              .formatted(SECRET, SHORTEST_SECRET));
    }
    return new Signature(secret);
  }

  private static Counter deliveries(String outcome, MeterRegistry registry) {
    return Counter.builder("portprint.webhooks.deliveries")
        .description("Deliveries to webhooks that have come to their end")
        .tag("outcome", outcome)
        .register(registry);
  }

  /**
   * Judges a URL as far as can be done without its name's addresses, which are judged when they are
   * connected to.
   *
   * @throws WebhookException where it is not taken
   */
  public WebhookUrl accept(String url) {
    if (signature == null) {
      throw new WebhookException.Off(SECRET);
    }
    if (properties.allow().isEmpty()) {
      throw new WebhookException.Off(ALLOW);
    }
    WebhookUrl parsed = WebhookUrl.parse(url);
    Optional<String> objection = parsed.address().flatMap(allowed::objectionTo);
    if (objection.isPresent()) {
      throw new WebhookException.NotAllowed(objection.get());
    }
    return parsed;
  }

  /**
   * What will have to be told.
   *
   * @param client whose key it is signed with
   * @param subject what it is about, for the log
   */
  public Delivery delivery(WebhookUrl url, String client, UUID subject) {
    return new Delivery(url, client, subject, this);
  }

  /** Deliveries that wait or are tried. */
  private synchronized int pending() {
    return pending.size();
  }

  void begin(Delivery delivery, Supplier<byte[]> body) {
    Thread thread = Thread.ofVirtual().name("webhook").unstarted(() -> carryOut(delivery, body));
    synchronized (this) {
      Client client = client(delivery);
      if (pending.size() < properties.maxPending()
          && client.pending < half(properties.maxPending())) {
        client.pending++;
        pending.put(delivery, thread);
        thread.start();
        return;
      }
    }
    fail(delivery, "too many deliveries were pending");
  }

  private synchronized Client client(Delivery delivery) {
    return clients.computeIfAbsent(
        delivery.client(), _ -> new Client(half(properties.maxConcurrent())));
  }

  private static int half(int bound) {
    return Math.max(1, bound / 2);
  }

  private void carryOut(Delivery delivery, Supplier<byte[]> body) {
    try {
      attempt(delivery, body.get());
    } catch (InterruptedException e) {
      fail(delivery, SHUT_DOWN);
    } catch (RuntimeException e) {
      log.atError().addKeyValue("job", delivery.subject()).setCause(e).log("delivery failed");
      fail(delivery, "the service failed; its log says how");
    } finally {
      synchronized (this) {
        pending.remove(delivery);
        client(delivery).pending--;
        notifyAll();
      }
    }
  }

  private void attempt(Delivery delivery, byte[] body) throws InterruptedException {
    Instant lastBegin = clock.instant().plus(properties.maxTime());
    while (true) {
      Attempt attempt = post(delivery, body);
      DeliveryStatus now = delivery.status();
      Duration asked = Duration.ZERO;
      switch (attempt) {
        case Attempt.Answered(int status, Duration wait) -> {
          asked = wait;
          boolean success = status >= 200 && status < 300;
          now = now.afterAttempt(status, success ? null : "the answer was " + status);
          delivery.becomes(success ? now.delivered() : now);
          if (success) {
            delivered.increment();
            log(delivery, "delivered");
            return;
          }
          if (status != 429 && (status < 500 || status > 599)) {
            fail(delivery, "the answer was %d, which is final".formatted(status));
            return;
          }
        }
        case Attempt.Failed(String reason) -> {
          now = now.afterAttempt(null, reason);
          delivery.becomes(now);
        }
        case Attempt.NotAllowed() -> {
          delivery.becomes(now.afterAttempt(null, null));
          fail(delivery, "none of its host's addresses is in " + ALLOW);
          return;
        }
      }
      Duration pause = backoff.pause(now.attempts(), asked, ThreadLocalRandom.current());
      if (now.attempts() >= properties.maxAttempts()
          || clock.instant().plus(pause).isAfter(lastBegin)
          || !pause(pause)) {
        fail(delivery, String.valueOf(now.lastFailure()));
        return;
      }
    }
  }

  /** Waits for a place, and makes one attempt. */
  private Attempt post(Delivery delivery, byte[] body) throws InterruptedException {
    Semaphore own = client(delivery).places;
    own.acquire();
    try {
      places.acquire();
    } catch (InterruptedException e) {
      own.release();
      throw e;
    }
    attempts.increment();
    long timestamp = clock.instant().getEpochSecond();
    String id = delivery.id().toString();
    return sender.post(
        delivery.url().uri(),
        Map.of(
            "webhook-id",
            id,
            "webhook-timestamp",
            Long.toString(timestamp),
            "webhook-signature",
            signature().of(delivery.client(), id, timestamp, body)),
        body,
        () -> {
          places.release();
          own.release();
        });
  }

  private Signature signature() {
    if (signature == null) {
      throw new IllegalStateException("nothing is accepted without " + SECRET);
    }
    return signature;
  }

  /**
   * Waits; a shutdown that comes meanwhile ends the pause, for one last attempt.
   *
   * @return false where no further attempt is to be made, for the service is shutting down
   */
  private boolean pause(Duration time) throws InterruptedException {
    synchronized (pauses) {
      if (stopping) {
        return false;
      }
      long begun = System.nanoTime();
      long left = time.toNanos();
      while (!stopping && left > 0) {
        TimeUnit.NANOSECONDS.timedWait(pauses, left);
        left = time.toNanos() - (System.nanoTime() - begun);
      }
      return true;
    }
  }

  private void stopping(boolean now) {
    synchronized (pauses) {
      stopping = now;
      pauses.notifyAll();
    }
  }

  private void fail(Delivery delivery, String reason) {
    delivery.becomes(delivery.status().failed(reason));
    failed.increment();
    log(delivery, "not delivered");
  }

  private static void log(Delivery delivery, String event) {
    DeliveryStatus status = delivery.status();
    (status.state() == DeliveryStatus.State.FAILED ? log.atWarn() : log.atInfo())
        .addKeyValue("job", delivery.subject())
        .addKeyValue("client", delivery.client())
        .addKeyValue("delivery", delivery.id())
        .addKeyValue("to", delivery.url().place())
        .addKeyValue("attempts", status.attempts())
        .addKeyValue("status", status.lastStatus())
        .addKeyValue("failure", status.lastFailure())
        .log("webhook " + event);
  }

  @Override
  public synchronized void start() {
    stopping(false);
    running = true;
  }

  @Override
  public synchronized void stop() {
    running = false;
    stopping(true);
    long end = System.nanoTime() + properties.shutdownGrace().toNanos();
    try {
      for (long left = end - System.nanoTime();
          !pending.isEmpty() && left > 0;
          left = end - System.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
      pending.values().forEach(Thread::interrupt);
      while (!pending.isEmpty()) {
        wait(); // each says in the log what it has not delivered
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public synchronized boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return DEFAULT_PHASE - 512;
  }

  @Override
  public void close() {
    sender.close();
  }
}
