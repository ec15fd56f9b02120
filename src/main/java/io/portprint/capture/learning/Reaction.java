package io.portprint.capture.learning;

/**
 * What the trials with one change drew.
 *
 * @param same answers of the kind that the unmutated request draws
 * @param other answers of another kind
 * @param silent trials without an answer
 */
public record Reaction(Mutation mutation, int same, int other, int silent) {

  /** Whether the change did no harm, as often as it was tried, and it was tried twice or more. */
  public boolean harmless() {
    return same >= 2 && other == 0 && silent == 0;
  }
}
