package io.portprint.capture.learning;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Transport;

/**
 * A fingerprint that was learnt: what to ask, and what answers look like.
 *
 * @param bits that one answer has to guess to be right by accident, see {@link Field#bits}
 * @param bitsOfThree that the answers to three fresh requests have to guess
 * @param confidence in a single answer that fits, 0 to 0.95
 * @param confidenceOfThree in three answers to fresh requests, 0 to 0.99
 * @param samples answers that it was learnt from
 * @param request the one that was mutated
 * @param example an answer to it
 */
public record Candidate(
    ProbeTemplate template,
    AnswerMatcher matcher,
    double bits,
    double bitsOfThree,
    double confidence,
    double confidenceOfThree,
    int samples,
    Bytes request,
    Bytes example) {

  /**
   * In the format of the exchanges ({@code exchanges/*.yaml}), and of the signatures where it names
   * a product or a version.
   *
   * @param name of the exchange and its protocol: lower-case letters and digits, with single
   *     hyphens or full stops between them
   * @param port on which it was learnt, 1 to 65535
   * @throws IllegalArgumentException where the name or the port is none
   */
  public Written write(String name, Transport transport, int port) {
    return CandidateYaml.write(this, name, transport, port);
  }
}
