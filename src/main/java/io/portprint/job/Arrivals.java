package io.portprint.job;

import io.portprint.fingerprint.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The order in which verdicts came, eight bytes each: for an open endpoint, where its fingerprint
 * lies; for one that said nothing, all there is to say of it. Not safe for use by many threads.
 */
final class Arrivals {

  /** Bytes that one takes. */
  static final int WEIGHT = Long.BYTES;

  private static final int CHUNK = 4_096;
  private static final int FIRST = 8;
  private static final int STATE_BITS = 3;
  private static final int TIME_BITS = 21;
  private static final int INDEX_BITS = Long.SIZE - 1 - TIME_BITS - STATE_BITS;

  /** Times are kept to a tenth of a second, and up to two days; later ones count as that. */
  private static final long TICK_MILLIS = 100;

  private static final State[] STATES = State.values();

  private final List<long[]> chunks = new ArrayList<>();
  private int size;

  int size() {
    return size;
  }

  /**
   * @param where its fingerprint lies
   */
  void addOpen(int where) {
    add(~(long) where);
  }

  /**
   * @param index of the endpoint
   * @param after how long after the job's beginning
   */
  void addQuiet(long index, State state, Duration after) {
    if (index >>> INDEX_BITS != 0) {
      throw new IllegalArgumentException("the index " + index + " is out of bounds");
    }
    long ticks = Math.clamp(after.toMillis() / TICK_MILLIS, 0, (1L << TIME_BITS) - 1);
    add((index << TIME_BITS | ticks) << STATE_BITS | state.ordinal());
  }

  private void add(long word) {
    int at = size % CHUNK;
    if (at == 0) {
      chunks.add(new long[FIRST]);
    } else if (at == chunks.getLast().length) {
      chunks.add(Arrays.copyOf(chunks.removeLast(), Math.min(2 * at, CHUNK)));
    }
    chunks.getLast()[at] = word;
    size++;
  }

  private long word(int position) {
    return chunks.get(position / CHUNK)[position % CHUNK];
  }

  boolean isOpen(int position) {
    return word(position) < 0;
  }

  int open(int position) {
    return (int) ~word(position);
  }

  long index(int position) {
    return word(position) >> (TIME_BITS + STATE_BITS);
  }

  State state(int position) {
    return STATES[(int) word(position) & (1 << STATE_BITS) - 1];
  }

  Duration after(int position) {
    long ticks = word(position) >> STATE_BITS & (1L << TIME_BITS) - 1;
    return Duration.ofMillis(ticks * TICK_MILLIS);
  }

  void clear() {
    chunks.clear();
    size = 0;
  }
}
