package io.portprint.fingerprint;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/**
 * The fingerprints of late, bounded by their weight; the unknown and the closed are forgotten
 * sooner.
 */
public final class FingerprintCache {

  /**
   * What makes two requests the same.
   *
   * @param effort how much was asked for: less effort may find less
   * @param protocols the only ones that were looked for; empty for every one
   * @param edition of the probes: others may find something else
   */
  public record Key(Endpoint endpoint, String effort, Set<String> protocols, int edition) {

    public Key {
      protocols = Set.copyOf(protocols);
    }
  }

  private final Cache<Key, Fingerprint> cache;
  private final InstantSource clock;

  public FingerprintCache(
      CacheProperties properties, InstantSource clock, Ticker ticker, MeterRegistry registry) {
    this.clock = clock;
    this.cache =
        Caffeine.newBuilder()
            .maximumWeight(properties.maxBytes().toBytes())
            .weigher((Key key, Fingerprint fingerprint) -> fingerprint.weight())
            .expireAfter(
                Expiry.creating(
                    (Key key, Fingerprint fingerprint) -> lifetime(fingerprint, properties)))
            .ticker(ticker)
            .recordStats()
            .build();
    CaffeineCacheMetrics.monitor(registry, cache, "fingerprints");
  }

  private static Duration lifetime(Fingerprint fingerprint, CacheProperties properties) {
    return fingerprint.identified() ? properties.keepIdentified() : properties.keepOther();
  }

  /** What is known and not older than wished. */
  public Optional<Fingerprint> find(Key key, Duration maxAge) {
    return maxAge.isZero()
        ? Optional.empty()
        : Optional.ofNullable(cache.getIfPresent(key))
            .filter(known -> !known.observedAt().plus(maxAge).isBefore(clock.instant()))
            .map(Fingerprint::asCached);
  }

  public void put(Key key, Fingerprint fingerprint) {
    cache.put(key, fingerprint);
  }
}
