package io.portprint.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {

  private static final RandomGenerator LEAST = new Fixed(0);
  private static final RandomGenerator MOST = new Fixed(1 - 0x1p-53);

  private final Backoff backoff = new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(10));

  private record Fixed(double value) implements RandomGenerator {

    @Override
    public double nextDouble() {
      return value;
    }

    @Override
    public long nextLong() {
      throw new UnsupportedOperationException();
    }
  }

  @ParameterizedTest
  @CsvSource({"1, PT2S", "2, PT4S", "3, PT8S", "9, PT8M32S", "10, PT10M", "100, PT10M"})
  void doublesUpToTheLongest(int attempts, Duration pause) {
    assertThat(backoff.pause(attempts, Duration.ZERO, LEAST)).isEqualTo(pause);
    assertThat(backoff.pause(attempts, Duration.ZERO, MOST))
        .isBetween(pause.dividedBy(2), pause.dividedBy(2).plusNanos(1_000));
    assertThat(backoff.pause(attempts, Duration.ZERO, new Random(attempts)))
        .isBetween(pause.dividedBy(2), pause);
  }

  @Test
  void waitsAsLongAsTheReceiverAsksWithinBounds() {
    assertThat(backoff.pause(1, Duration.ofSeconds(30), LEAST)).isEqualTo(Duration.ofSeconds(30));
    assertThat(backoff.pause(1, Duration.ofSeconds(1), LEAST)).isEqualTo(Duration.ofSeconds(2));
    assertThat(backoff.pause(1, Duration.ofDays(30), LEAST)).isEqualTo(Duration.ofMinutes(10));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | PT0S",
        "120 | PT2M",
        " 7 | PT7S",
        "999999999 | PT277777H46M39S",
        "Fri, 02 Jan 2026 03:04:15 GMT | PT10S",
        "Fri, 02 Jan 2026 03:00:00 GMT | PT0S"
      })
  void readsRetryAfter(String value, Duration wait) {
    assertThat(RetryAfter.parse(value, Instant.parse("2026-01-02T03:04:05Z"))).hasValue(wait);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1.5", "soon", "1000000000", "\u0661", "Fri, 02 Jan", "1, 2"})
  void readsNothingElse(String value) {
    assertThat(RetryAfter.parse(value, Instant.EPOCH)).isEqualTo(Optional.empty());
  }
}
