package io.portprint.transport;

import io.portprint.probe.ConversationException;
import io.portprint.scope.ApprovedEndpoint;

/** What every new connection and every first datagram has to pass: the limits on rates. */
public interface Gate {

  /**
   * Waits until a new conversation with the endpoint's host may begin.
   *
   * @throws ConversationException where that would be after the lifeline's end
   */
  void pass(ApprovedEndpoint endpoint, Lifeline lifeline) throws ConversationException;

  /**
   * Books the next time at which an attempt to reach the endpoint may begin.
   *
   * @return nanoseconds until then
   */
  long reserve(ApprovedEndpoint endpoint);

  /** No limit. */
  Gate OPEN =
      new Gate() {
        @Override
        public void pass(ApprovedEndpoint endpoint, Lifeline lifeline) {}

        @Override
        public long reserve(ApprovedEndpoint endpoint) {
          return 0;
        }
      };
}
