package io.portprint.probe;

/** What a probe makes of an answer. */
public sealed interface Recognition {

  /** The answer proves the protocol: the race can end here. */
  record Recognised(Finding finding) implements Recognition {}

  /** The answer fits, but would fit others as well: only an examination tells. */
  record Suspected(Finding finding) implements Recognition {}

  /** The answer so far is the beginning of one that would fit: wait for more. */
  record Incomplete() implements Recognition {}

  /** The answer is not of this protocol. */
  record Mismatch() implements Recognition {}

  Recognition INCOMPLETE = new Incomplete();
  Recognition MISMATCH = new Mismatch();
}
