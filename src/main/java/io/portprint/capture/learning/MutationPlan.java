package io.portprint.capture.learning;

import io.portprint.fingerprint.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The trials that explain the answers to a request: repeats, and one thing changed at a time. The
 * same arguments make the same plan.
 *
 * <p>Every change is tried three times, because a lost datagram looks like a server that declines,
 * and because one mutated byte that comes back is one chance in 256. The repeats are spread over
 * the plan, so that a server that changes its mind on the way is noticed.
 *
 * @param steps in the order in which they are to be made, each from a fresh socket
 */
public record MutationPlan(List<Step> steps) {

  /**
   * The fewest repeats of the unmutated request: with 12 answers a bit that kept its value did so
   * by chance once in 2048.
   */
  public static final int REPEATS = 12;

  /** The most: then once in 2^99, and what is rare, such as a counter's carry, has shown. */
  public static final int MOST_REPEATS = 100;

  /** How often each change is tried. */
  public static final int TRIES = 3;

  private static final int HEAD = 2;
  private static final int BLOCK = 4;

  /** Regions of one request; the blocks of a long one are longer. */
  private static final int MOST_REGIONS = 34;

  private static final int MOST_ADDRESSES = 4;

  /**
   * One trial to make.
   *
   * @param request what to send; empty where the server speaks first
   */
  public record Step(Mutation mutation, Bytes request) {}

  public MutationPlan {
    steps = List.copyOf(steps);
  }

  /** {@link #of(Bytes, int, int, long)} with the fewest repeats. */
  public static MutationPlan of(Bytes request, int addresses, long seed) {
    return of(request, addresses, REPEATS, seed);
  }

  /**
   * @param request empty for a server that speaks first: then only port and address are changed
   * @param addresses how many source addresses are usable, 1 or more; the first four are used
   * @param repeats of the unmutated request, {@value #REPEATS} to {@value #MOST_REPEATS}
   * @param seed of the random bytes
   */
  public static MutationPlan of(Bytes request, int addresses, int repeats, long seed) {
    if (repeats < REPEATS || repeats > MOST_REPEATS) {
      throw new IllegalArgumentException("repeats out of bounds: " + repeats);
    }
    RandomGenerator random = new SplittableRandom(seed);
    List<Mutation> changes = new ArrayList<>();
    for (int i = 0; i < TRIES; i++) {
      changes.addAll(regions(request.length()));
      if (!request.isEmpty()) {
        int step = i == 0 ? 1 : BLOCK * i;
        changes.add(new Mutation.Length(step));
        if (request.length() > step) {
          changes.add(new Mutation.Length(-step));
        }
      }
      changes.add(new Mutation.SourcePort());
      for (int index = 1; index < Math.min(addresses, MOST_ADDRESSES); index++) {
        changes.add(new Mutation.SourceAddress(index));
      }
    }
    List<Step> steps = new ArrayList<>();
    int repeated = 0;
    for (int i = 0; i < changes.size(); i++) {
      while (repeated * changes.size() <= i * repeats && repeated < repeats) {
        steps.add(new Step(Mutation.NONE, request));
        repeated++;
      }
      Mutation change = changes.get(i);
      steps.add(new Step(change, mutated(request, change, random)));
    }
    for (; repeated < repeats; repeated++) {
      steps.add(new Step(Mutation.NONE, request));
    }
    return new MutationPlan(steps);
  }

  /** The head of two bytes, what is left of the first block, and the other blocks. */
  private static List<Mutation> regions(int length) {
    List<Mutation> regions = new ArrayList<>();
    int block = BLOCK;
    while (length > (long) block * (MOST_REGIONS - 2)) {
      block *= 2;
    }
    if (length > 0) {
      regions.add(new Mutation.Region(0, Math.min(HEAD, length)));
    }
    for (int from = 0; from < length; from += block) {
      int start = Math.max(from, HEAD);
      int end = Math.min(from + block, length);
      if (start < end) {
        regions.add(new Mutation.Region(start, end));
      }
    }
    return regions;
  }

  private static Bytes mutated(Bytes request, Mutation change, RandomGenerator random) {
    return switch (change) {
      case Mutation.Region(int from, int to) -> {
        byte[] content = request.toArray();
        boolean letters = isLetters(request.slice(from, to));
        for (int at = from; at < to; at++) {
          byte before = content[at];
          while (content[at] == before) {
            content[at] = (byte) (letters ? random.nextInt('a', 'z' + 1) : random.nextInt(256));
          }
        }
        yield Bytes.of(content);
      }
      case Mutation.Length(int by) when by < 0 -> request.head(request.length() + by);
      case Mutation.Length(int by) -> {
        byte[] more = new byte[by];
        random.nextBytes(more);
        yield request.plus(Bytes.of(more));
      }
      case Mutation.None _, Mutation.SourcePort _, Mutation.SourceAddress _ -> request;
    };
  }

  /** Lower-case letters are replaced by others, so that the words of a text stay words. */
  static boolean isLetters(Bytes region) {
    for (int at = 0; at < region.length(); at++) {
      if (region.at(at) < 'a' || region.at(at) > 'z') {
        return false;
      }
    }
    return !region.isEmpty();
  }
}
