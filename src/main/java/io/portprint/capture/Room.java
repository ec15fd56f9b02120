package io.portprint.capture;

import io.portprint.capture.CaptureException.NoRoom;
import io.portprint.capture.CaptureException.TooLarge;
import java.util.HashMap;
import java.util.Map;

/**
 * The memory that all captures may take together, those that are being read too. One client has
 * half of it at most, so that its captures can't keep out those of others.
 */
final class Room {

  private static final int ARRAY_HEADER = 16;

  /** Of a heap of less than 2 GiB, with the collector that the JVM takes by itself (G1). */
  private static final int REGION = 1 << 20;

  private final long limit;
  private final long limitOfOne;
  private final Map<String, Long> byClient = new HashMap<>();
  private long used;

  Room(long limit) {
    this.limit = limit;
    this.limitOfOne = Math.max(1, limit / 2);
  }

  /** What one capture takes of it. Used by one thread, until it is closed by any. */
  final class Share implements AutoCloseable {

    private final String client;
    private long held;

    private Share(String client) {
      this.client = client;
    }

    /**
     * @throws TooLarge where the capture by itself would exceed the bound
     * @throws NoRoom where it would beside the others
     */
    void take(long weight) {
      synchronized (Room.this) {
        if (held + weight > limitOfOne) {
          throw new TooLarge(
              "what is to be kept of it is more than %,d bytes".formatted(limitOfOne), limitOfOne);
        }
        long ofClient = byClient.getOrDefault(client, 0L) + weight;
        if (ofClient > limitOfOne) {
          throw new NoRoom(
              "your captures together would be more than %,d bytes".formatted(limitOfOne));
        }
        if (used + weight > limit) {
          throw new NoRoom("all captures together would be more than %,d bytes".formatted(limit));
        }
        add(weight);
      }
    }

    void giveBack(long weight) {
      synchronized (Room.this) {
        add(-weight);
      }
    }

    @Override
    public void close() {
      synchronized (Room.this) {
        add(-held);
      }
    }

    private void add(long weight) {
      held += weight;
      used += weight;
      if (byClient.merge(client, weight, Long::sum) == 0) {
        byClient.remove(client);
      }
    }
  }

  /** Memory that an array takes: one of half a region or more has whole regions for itself. */
  static long weight(int length) {
    long bytes = ARRAY_HEADER + (long) length;
    return bytes < REGION / 2 ? bytes : (bytes + REGION - 1) / REGION * REGION;
  }

  Share share(String client) {
    return new Share(client);
  }

  synchronized long used() {
    return used;
  }
}
