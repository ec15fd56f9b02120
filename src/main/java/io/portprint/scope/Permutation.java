package io.portprint.scope;

import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.LongUnaryOperator;

/**
 * A keyed shuffle of 0 to {@code size} - 1 that is computed and not stored: a Feistel network over
 * the bits of the number, walked on while the result is too large (Black and Rogaway, Ciphers with
 * Arbitrary Finite Domains, 2002). It spreads, and is no cipher.
 */
final class Permutation implements LongUnaryOperator {

  /** Each mixes one half into the other; from the fourth on the halves depend on all bits. */
  private static final int ROUNDS = 6;

  private final long size;
  private final int lowBits;
  private final long lowMask;
  private final long highMask;
  private final long[] keys;

  Permutation(long size, long seed) {
    this.size = size;
    // fewer than twice as many numbers as there are to shuffle: at most one more walk on average
    int bits = Long.SIZE - Long.numberOfLeadingZeros(Math.max(0, size - 1));
    lowBits = (bits + 1) / 2;
    lowMask = (1L << lowBits) - 1;
    highMask = (1L << (bits - lowBits)) - 1;
    keys = new SplittableRandom(seed).longs(ROUNDS).toArray();
  }

  @Override
  public long applyAsLong(long place) {
    long index = Objects.checkIndex(place, size);
    do {
      index = network(index);
    } while (index >= size);
    return index;
  }

  private long network(long index) {
    long low = index & lowMask;
    long high = index >>> lowBits;
    for (int round = 0; round < ROUNDS; round += 2) {
      low ^= mix(high ^ keys[round]) & lowMask;
      high ^= mix(low ^ keys[round + 1]) & highMask;
    }
    return high << lowBits | low;
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood, 2014). */
  private static long mix(long value) {
    long mixed = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
    return mixed ^ mixed >>> 31;
  }
}
