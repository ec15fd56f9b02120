package io.portprint.capture.learning;

/** What is different in one trial from the request that is learnt from. One thing at a time. */
public sealed interface Mutation {

  /** Nothing: a repeat, from a fresh socket. */
  Mutation NONE = new None();

  /** Nothing is. */
  record None() implements Mutation {}

  /**
   * The bytes of a part of the request.
   *
   * @param from the first offset
   * @param to the offset after the last
   */
  record Region(int from, int to) implements Mutation {
    public Region {
      if (from < 0 || to <= from) {
        throw new IllegalArgumentException("no region: %d to %d".formatted(from, to));
      }
    }
  }

  /**
   * The length of the request.
   *
   * @param change bytes that are appended, or, below 0, cut off at the end
   */
  record Length(int change) implements Mutation {}

  /** The source port, which differs from those of all other trials. */
  record SourcePort() implements Mutation {}

  /**
   * The source address.
   *
   * @param index of the address among those that are usable; 0 is the one of all other trials
   */
  record SourceAddress(int index) implements Mutation {}
}
