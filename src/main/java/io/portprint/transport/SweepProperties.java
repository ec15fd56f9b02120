package io.portprint.transport;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Bounds of the sweep, which finds the open ports of large jobs.
 *
 * @param maxInFlight endpoints that are being connected to at a time, never above what the limit on
 *     file descriptors leaves beside conversations; further ones wait
 * @param maxInFlightPerHost of them on one address; fewer while the way to it loses packets
 * @param firstTimeout how long a host that was never heard is waited for
 * @param minTimeout the shortest wait, however near a host is
 * @param maxTimeout the longest wait, however far a host is
 */
@Validated
@ConfigurationProperties("portprint.sweep")
public record SweepProperties(
    @DefaultValue("2048") @Min(1) @Max(100_000) int maxInFlight,
    @DefaultValue("512") @Min(1) @Max(100_000) int maxInFlightPerHost,
    @DefaultValue("1s") @DurationMin(millis = 10) @DurationMax(minutes = 1) Duration firstTimeout,
    @DefaultValue("200ms") @DurationMin(millis = 10) @DurationMax(minutes = 1) Duration minTimeout,
    @DefaultValue("3s") @DurationMin(millis = 10) @DurationMax(minutes = 1) Duration maxTimeout) {

  /** The defaults, for use outside of an application context. */
  public static SweepProperties defaults() {
    return new SweepProperties(
        2_048, 512, Duration.ofSeconds(1), Duration.ofMillis(200), Duration.ofSeconds(3));
  }

  /** These, with no more than so many endpoints at a time. */
  public SweepProperties within(int room) {
    return new SweepProperties(
        Math.max(1, Math.min(maxInFlight, room)),
        maxInFlightPerHost,
        firstTimeout,
        minTimeout,
        maxTimeout);
  }
}
