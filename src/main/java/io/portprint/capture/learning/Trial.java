package io.portprint.capture.learning;

import io.portprint.fingerprint.Bytes;
import java.time.Instant;
import java.util.List;

/**
 * One conversation of a replay.
 *
 * @param mutation that was applied to the request
 * @param request empty where the server speaks first
 * @param answers datagrams in the order of their arrival, or what a stream brought as one; empty
 *     where nothing came. The first is what is learnt from
 * @param at when the request was sent
 */
public record Trial(
    Mutation mutation, Bytes request, List<Bytes> answers, Party client, Party server, Instant at) {

  public Trial {
    answers = List.copyOf(answers);
  }
}
