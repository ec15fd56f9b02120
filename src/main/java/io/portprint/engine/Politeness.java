package io.portprint.engine;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.portprint.probe.ConversationException;
import io.portprint.probe.ConversationException.Failure;
import io.portprint.scope.ApprovedEndpoint;
import io.portprint.transport.Gate;
import io.portprint.transport.Lifeline;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How often hosts are spoken to: token buckets for each address and for all together. Loopback is
 * exempt.
 */
final class Politeness implements Gate {

  /** A bucket that was not used for this long is full again, and can be forgotten. */
  private static final Duration IDLE = Duration.ofMinutes(1);

  private final Bucket inAll;
  private final LoadingCache<InetAddress, Bucket> perHost;
  private final Timer waited;

  Politeness(EngineProperties properties, MeterRegistry registry) {
    inAll = bucket(properties.rateInAll());
    perHost =
        Caffeine.newBuilder()
            .expireAfterAccess(IDLE)
            .build(host -> bucket(properties.ratePerHost()));
    waited =
        Timer.builder("portprint.politeness.wait")
            .description("How long conversations waited for the limits on rates")
            .register(registry);
  }

  /** Tokens come evenly, and a tenth of a second's worth can be saved up. */
  private static Bucket bucket(int perSecond) {
    return Bucket.builder()
        .addLimit(
            limit ->
                limit
                    .capacity(Math.max(1, perSecond / 10))
                    .refillGreedy(perSecond, Duration.ofSeconds(1)))
        .build();
  }

  @Override
  public void pass(ApprovedEndpoint endpoint, Lifeline lifeline) throws ConversationException {
    InetAddress host = endpoint.endpoint().address();
    if (host.isLoopbackAddress()) {
      return;
    }
    long started = System.nanoTime();
    try {
      if (!take(perHost.get(host), lifeline) || !take(inAll, lifeline)) {
        throw new ConversationException(
            Failure.ENDED, "no turn within the limits on rates in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConversationException(Failure.ENDED, "interrupted", e);
    } finally {
      waited.record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public long reserve(ApprovedEndpoint endpoint) {
    InetAddress host = endpoint.endpoint().address();
    if (host.isLoopbackAddress()) {
      return 0;
    }
    long wait =
        Math.max(
            perHost.get(host).consumeIgnoringRateLimits(1), inAll.consumeIgnoringRateLimits(1));
    waited.record(wait, TimeUnit.NANOSECONDS);
    return wait;
  }

  private static boolean take(Bucket bucket, Lifeline lifeline) throws InterruptedException {
    return bucket.asBlocking().tryConsume(1, lifeline.remaining());
  }
}
