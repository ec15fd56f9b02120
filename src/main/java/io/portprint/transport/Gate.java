package io.portprint.transport;

import io.portprint.probe.ConversationException;
import io.portprint.scope.ApprovedEndpoint;

/** What every new connection and every first datagram has to pass: the limits on rates. */
@FunctionalInterface
public interface Gate {

  /**
   * Waits until a new conversation with the endpoint's host may begin.
   *
   * @throws ConversationException where that would be after the lifeline's end
   */
  void pass(ApprovedEndpoint endpoint, Lifeline lifeline) throws ConversationException;

  /** No limit. */
  Gate OPEN = (endpoint, lifeline) -> {};
}
