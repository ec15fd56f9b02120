package io.portprint.capture.learning;

import io.portprint.fingerprint.Bytes;
import java.time.Instant;

/**
 * An answer, and how it came.
 *
 * @param request that drew it
 * @param at when it was received
 */
public record Heard(Bytes request, Bytes answer, Party client, Party server, Instant at) {

  static Heard of(Sample sample) {
    return new Heard(
        sample.request(), sample.answer(), sample.client(), sample.server(), sample.at());
  }
}
