package io.portprint.probe;

import java.time.Instant;

/**
 * A probe that was learned from answers, as its text describes it.
 *
 * @param at when it was learned
 * @param answers from which
 * @param bits that one answer has to guess to be right by accident
 * @param bitsOfThree that three answers to fresh requests have to guess
 * @param freshBits of them, those that depend on the requests
 * @param opening whose answer it knows, or {@code greeting}
 * @param pattern of the answer
 */
public record LearnedProbe(
    Probe probe,
    Instant at,
    int answers,
    double bits,
    double bitsOfThree,
    double freshBits,
    String opening,
    String pattern) {

  public String name() {
    return probe.description().name();
  }
}
