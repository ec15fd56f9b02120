package io.portprint.capture.evidence;

import io.portprint.fingerprint.Bytes;

/**
 * What is shown of a piece of evidence.
 *
 * @param roundTrip in nanoseconds, from what was said, or the connection, to what was heard; 0
 *     where it isn't known
 */
record Turn(Bytes sent, Bytes received, long roundTrip, String comment) {

  /** Whether there are no bytes to show. */
  boolean isBare() {
    return sent.isEmpty() && received.isEmpty();
  }
}
