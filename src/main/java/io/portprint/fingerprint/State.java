package io.portprint.fingerprint;

/** What an endpoint does with a connection or a datagram. */
public enum State {
  /** It accepted a connection, or answered a datagram. */
  OPEN,
  /** It refused: TCP reset, or ICMP port unreachable. */
  CLOSED,
  /** No answer to a connection request. */
  FILTERED,
  /**
   * No answer to any datagram: UDP does not tell an open port that is silent from a filtered one.
   */
  OPEN_OR_FILTERED,
  /** No way there: the network or the host is unreachable. */
  UNREACHABLE,
  /** Not asked: the job was cancelled or its deadline ended first. */
  NOT_PROBED
}
