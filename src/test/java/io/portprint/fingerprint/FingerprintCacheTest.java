package io.portprint.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.portprint.fingerprint.FingerprintCache.Key;
import io.portprint.testing.Scopes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class FingerprintCacheTest {

  private static final Duration HOUR = Duration.ofHours(1);

  private Instant now = Instant.parse("2026-01-02T03:04:05Z");
  private final FingerprintCache cache =
      new FingerprintCache(
          new CacheProperties(
              DataSize.ofKilobytes(64), Duration.ofMinutes(5), Duration.ofMinutes(1)),
          () -> now,
          () -> now.toEpochMilli() * 1_000_000,
          new SimpleMeterRegistry());

  private static Key key(int port) {
    return new Key(
        Scopes.loopback().approve("127.0.0.1", port, Transport.TCP).endpoint(),
        "normal",
        Set.of(),
        0);
  }

  private Fingerprint verdict(int port, @Nullable String protocol) {
    return new Fingerprint(
        key(port).endpoint(),
        State.OPEN,
        Service.of(protocol),
        0.9,
        List.of(),
        null,
        null,
        Map.of(),
        List.of(),
        now,
        Duration.ZERO,
        false);
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  @Test
  void keepsWhatIsIdentifiedLongerThanWhatIsNot() {
    cache.put(key(1), verdict(1, "ftp"));
    cache.put(key(2), verdict(2, null));
    pass(Duration.ofMinutes(2));

    assertThat(cache.find(key(1), HOUR)).get().matches(Fingerprint::cached);
    assertThat(cache.find(key(2), HOUR)).isEmpty();
    pass(Duration.ofMinutes(4));
    assertThat(cache.find(key(1), HOUR)).isEmpty();
  }

  @Test
  void givesNothingOlderThanWished() {
    cache.put(key(1), verdict(1, "ftp"));
    pass(Duration.ofSeconds(10));

    assertThat(cache.find(key(1), Duration.ofSeconds(10))).isPresent();
    assertThat(cache.find(key(1), Duration.ofSeconds(9))).isEmpty();
    assertThat(cache.find(key(1), Duration.ZERO)).isEmpty();
  }

  @Test
  void tellsEffortsAndFiltersApart() {
    cache.put(key(1), verdict(1, "ftp"));

    assertThat(cache.find(new Key(key(1).endpoint(), "quick", Set.of(), 0), HOUR)).isEmpty();
    assertThat(cache.find(new Key(key(1).endpoint(), "normal", Set.of("ftp"), 0), HOUR)).isEmpty();
  }
}
