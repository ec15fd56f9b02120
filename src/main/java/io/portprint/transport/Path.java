package io.portprint.transport;

import java.time.Duration;

/**
 * What a sweep knows of the way to a host: how long an answer takes, how much may be under way at a
 * time, and whether the way loses packets.
 *
 * <p>Waits follow RFC 6298 (a smoothed round trip and four times its variation), the window grows
 * and shrinks as TCP's does (RFC 5681). Silence alone says nothing, for a filtered port is silent
 * on the best of ways; what tells of loss is an answer that came only when something was said
 * again. And a little loss is the line's own, which less traffic would not cure.
 */
final class Path {

  /** What is said to a host that was never heard: once, and once again. */
  private static final int TRIES_UNHEARD = 2;

  /** To one that answers, a port that is silent is said more. */
  private static final int TRIES_HEARD = 3;

  /** And more where an answer was lost before: so many more than the worst loss seen. */
  private static final int TRIES_BEYOND_LOSS = 3;

  private static final int MOST_TRIES = 8;
  private static final int LEAST_WINDOW = 4;

  /**
   * Lost answers of a hundred that are taken for a poor line; more are taken for too much at once.
   */
  private static final double CONGESTED = 0.10;

  /** What one answer counts in the average of the last. */
  private static final double LOSS_WEIGHT = 0.02;

  private static final int FIRST_WINDOW = 64;
  private static final long GRANULARITY = Duration.ofMillis(10).toNanos();

  private final int widest;
  private final long shortest;
  private final long longest;
  private final long first;
  private double smoothed;
  private double variation;
  private boolean heard;
  private double loss;
  private int worst = 1;
  private int repeating;
  private double window;
  private double threshold;
  private long shrunkAt;
  private boolean shrunk;

  Path(SweepProperties limits) {
    widest = limits.maxInFlightPerHost();
    shortest = limits.minTimeout().toNanos();
    longest = limits.maxTimeout().toNanos();
    first = limits.firstTimeout().toNanos();
    window = Math.min(FIRST_WINDOW, widest);
    threshold = widest;
  }

  /**
   * How many endpoints of the host may be under way at a time. Those that were silent once hardly
   * burden it: a host with many filtered ports would else have no room for the others.
   */
  synchronized int window() {
    return Math.min(widest, (int) window + repeating);
  }

  /** An endpoint was silent, and is said something again. */
  synchronized void repeats() {
    repeating++;
  }

  /** It is done with. */
  synchronized void repeatsNoMore() {
    repeating--;
  }

  /** How often to say something to a port that stays silent. */
  synchronized int tries() {
    return worst > 1
        ? Math.min(MOST_TRIES, worst + TRIES_BEYOND_LOSS)
        : heard ? TRIES_HEARD : TRIES_UNHEARD;
  }

  /**
   * How long to wait for an answer, in nanoseconds.
   *
   * @param attempt from 1; the second waits twice as long as the first, all others four times
   */
  synchronized long timeout(int attempt) {
    double one = heard ? smoothed + Math.max(GRANULARITY, 4 * variation) : first;
    return Math.min(longest, (long) (Math.max(shortest, one) * (1L << Math.min(attempt - 1, 2))));
  }

  /**
   * An answer came.
   *
   * @param attempt which of the attempts was answered, from 1
   * @param now in nanoseconds of the system's timer
   */
  synchronized void answered(long roundTrip, int attempt, long now) {
    if (heard) {
      variation = 0.75 * variation + 0.25 * Math.abs(smoothed - roundTrip);
      smoothed = 0.875 * smoothed + 0.125 * roundTrip;
    } else {
      smoothed = roundTrip;
      variation = roundTrip / 2.0;
      heard = true;
    }
    loss = (1 - LOSS_WEIGHT) * loss + (attempt > 1 ? LOSS_WEIGHT : 0);
    worst = Math.max(worst, attempt);
    if (attempt > 1 && loss > CONGESTED) {
      shrink(now);
    } else {
      window = Math.min(widest, window + (window < threshold ? 1 : 1 / window));
    }
  }

  /** An endpoint was given up. That may be a filter's doing: it says nothing of the way. */
  synchronized void silent() {
    window = Math.min(widest, window + 0.25);
  }

  /** Halves the window, but once for all that was lost together. */
  private void shrink(long now) {
    if (shrunk && now - shrunkAt < smoothed + first) {
      return;
    }
    shrunk = true;
    shrunkAt = now;
    threshold = Math.max(LEAST_WINDOW, window / 2);
    window = threshold;
  }
}
