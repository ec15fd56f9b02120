package io.portprint.capture.learning;

import io.portprint.fingerprint.Bytes;

/**
 * A fingerprint that was learnt: what to ask, and what answers look like.
 *
 * @param bits that one answer has to guess to be right by accident, see {@link Field#bits}
 * @param bitsOfThree that the answers to three fresh requests have to guess
 * @param freshBits of them, those that depend on the requests: what nobody can say who has not
 *     understood them
 * @param confidence in a single answer that fits, 0 to 0.95
 * @param confidenceOfThree in three answers to fresh requests, 0 to 0.99
 * @param samples answers that it was learnt from
 * @param request the one that was mutated
 * @param example an answer to it
 */
public record Candidate(
    ProbeTemplate template,
    AnswerShape shape,
    double bits,
    double bitsOfThree,
    double freshBits,
    double confidence,
    double confidenceOfThree,
    int samples,
    Bytes request,
    Bytes example) {

  /**
   * In the format of the exchanges ({@code exchanges/*.yaml}), and of the signatures where it names
   * a product or a version.
   */
  public Written write(Naming naming) {
    return CandidateYaml.write(this, naming);
  }
}
