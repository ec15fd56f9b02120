package io.portprint.job;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.UUID;

/** UUIDs of version 7 (RFC 9562, section 5.7): time-ordered, also within a millisecond. */
final class TimeOrderedIds {

  private final SecureRandom random = new SecureRandom();
  private final InstantSource clock;
  private long lastMillis;
  private int counter;

  TimeOrderedIds(InstantSource clock) {
    this.clock = clock;
  }

  /** The 12 bits after the time count up within a millisecond (method 1 of section 6.2). */
  synchronized UUID next() {
    long now = clock.millis();
    if (now > lastMillis) {
      lastMillis = now;
      counter = random.nextInt(1 << 8);
    } else if (++counter == 1 << 12) {
      lastMillis++;
      counter = 0;
    }
    long high = (lastMillis << 16) | 0x7000L | counter;
    long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }
}
