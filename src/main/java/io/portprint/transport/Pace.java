package io.portprint.transport;

import java.time.Duration;

/**
 * How long to wait for what.
 *
 * @param connect for a connection to be accepted
 * @param answer for the first byte of an answer
 * @param lull after the last byte, before an answer counts as all there is
 */
public record Pace(Duration connect, Duration answer, Duration lull) {

  /** The whole of one answer takes at most this, however slowly it dribbles. */
  Duration turn() {
    return answer.multipliedBy(2);
  }

  /** This pace for a peer of a known round trip: a lull outlasts a few of them, within reason. */
  public Pace forRoundTrip(Duration roundTrip) {
    Duration few = roundTrip.multipliedBy(4);
    Duration patient = few.compareTo(answer.dividedBy(2)) > 0 ? answer.dividedBy(2) : few;
    return new Pace(connect, answer, lull.compareTo(patient) > 0 ? lull : patient);
  }

  public Pace withAnswer(Duration patience) {
    return new Pace(connect, patience, lull);
  }
}
