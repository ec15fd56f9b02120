package io.portprint.job;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * How fast a job gets on, and how long it will take at that: a mean of its rate in which the past
 * fades exponentially, so that a sweep that turns into examinations, or the other way, shows soon.
 * Not safe for use by many threads.
 */
final class Pace {

  /** After so long the past counts for 1/e, after three times as long for a twentieth. */
  private static final Duration MEMORY = Duration.ofSeconds(10);

  /** Beyond this an estimate tells nothing. */
  private static final Duration LONGEST = Duration.ofDays(365);

  private @Nullable Instant latest;
  private long done;
  private double mean;

  /** What the rates so far weigh together: it grows towards 1, and makes up for the short past. */
  private double weight;

  /**
   * Takes note of how much is done. The first time begins the account; a clock that does not move
   * on tells nothing.
   */
  void sample(Instant now, long doneByNow) {
    if (latest != null) {
      double seconds = Duration.between(latest, now).toNanos() / 1e9;
      if (seconds <= 0) {
        return;
      }
      double share = -Math.expm1(-seconds / (MEMORY.toNanos() / 1e9));
      mean += share * ((doneByNow - done) / seconds - mean);
      weight += share * (1 - weight);
    }
    latest = now;
    done = doneByNow;
  }

  /** Endpoints a second; empty before two samples. */
  OptionalDouble rate() {
    return weight > 0 ? OptionalDouble.of(mean / weight) : OptionalDouble.empty();
  }

  /**
   * How long so many more endpoints take at this pace, in whole seconds, rounded up; empty where
   * nothing gets done, or a year would not do.
   */
  Optional<Duration> timeFor(long more) {
    double seconds = Math.ceil(more / rate().orElse(0));
    return seconds <= LONGEST.toSeconds()
        ? Optional.of(Duration.ofSeconds((long) seconds))
        : Optional.empty();
  }
}
