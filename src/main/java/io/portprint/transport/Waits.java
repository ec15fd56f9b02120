package io.portprint.transport;

import java.time.Duration;

/** Turns waits into the milliseconds that sockets take, never beyond the lifeline. */
final class Waits {

  private Waits() {}

  /** At least 1, for 0 means for ever to a socket. */
  static int millis(Duration wish, Lifeline lifeline) {
    Duration left = lifeline.remaining();
    Duration least = wish.compareTo(left) < 0 ? wish : left;
    return (int) Math.clamp(least.toMillis(), 1, Integer.MAX_VALUE);
  }
}
