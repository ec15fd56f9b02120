package io.portprint.transport;

import io.portprint.probe.Answer;

/**
 * Whoever wants to know what is said in a conversation, and when it is over. Called by the
 * conversing thread.
 */
public interface Witness {

  /** A turn has ended. */
  void heard(Answer answer);

  /** The conversation is over; told once. */
  void closed();
}
