package io.portprint.engine;

import io.portprint.detect.Detector;
import io.portprint.transport.SweepProperties;
import java.time.Duration;

/**
 * How a sweep goes where nothing answers, for who reckons how long one takes.
 *
 * @param inFlight endpoints at a time
 * @param inFlightPerHost of them on one address
 * @param tries how often an endpoint of TCP is connected to
 * @param payloads what is said to an endpoint of UDP, at most
 * @param timeout how long each of these waits, on the average
 */
public record SweepPace(
    int inFlight, int inFlightPerHost, int tries, int payloads, Duration timeout) {

  /** What is said to a host that was never heard: once, and once again, waiting twice as long. */
  private static final int TRIES = 2;

  private static final double TIMES_FIRST_TIMEOUT = 1.5;

  static SweepPace of(SweepProperties properties, Slots slots) {
    return new SweepPace(
        slots.swept(),
        properties.maxInFlightPerHost(),
        TRIES,
        Detector.SWEPT,
        Duration.ofMillis(Math.round(properties.firstTimeout().toMillis() * TIMES_FIRST_TIMEOUT)));
  }
}
