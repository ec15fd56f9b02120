package io.portprint.webhook;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses between attempts: each twice as long as the one before, up to a longest, less a random
 * part of up to a half, so that what failed together is not tried again together.
 */
record Backoff(Duration first, Duration longest) {

  /**
   * @param attempts how many have failed, from 1
   * @param asked what the receiver asked to wait; zero where it did not
   */
  Duration pause(int attempts, Duration asked, RandomGenerator random) {
    double doubled = first.toNanos() * Math.pow(2, attempts - 1);
    long bound = (long) Math.min(doubled, (double) longest.toNanos());
    Duration pause = Duration.ofNanos(bound - (long) (random.nextDouble() * bound / 2));
    Duration wanted = asked.compareTo(pause) > 0 ? asked : pause;
    return wanted.compareTo(longest) > 0 ? longest : wanted;
  }
}
