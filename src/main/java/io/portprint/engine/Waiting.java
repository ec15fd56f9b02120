package io.portprint.engine;

import io.portprint.scope.ApprovedEndpoint;
import io.portprint.transport.Caller;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint that waits for its turn, maybe with the connection by which a sweep found it open.
 */
final class Waiting {

  private final long index;
  private final ApprovedEndpoint endpoint;
  private @Nullable Caller caller;
  private boolean taken;

  Waiting(long index, ApprovedEndpoint endpoint) {
    this(index, endpoint, null);
  }

  Waiting(long index, ApprovedEndpoint endpoint, @Nullable Caller caller) {
    this.index = index;
    this.endpoint = endpoint;
    this.caller = caller;
  }

  /** Its index within its assignment. */
  long index() {
    return index;
  }

  ApprovedEndpoint endpoint() {
    return endpoint;
  }

  /** Its turn has come. */
  synchronized void take() {
    taken = true;
  }

  synchronized @Nullable Caller caller() {
    return caller;
  }

  /** Nobody goes on with the connection. */
  synchronized void hangUp() {
    if (caller != null) {
      caller.close();
      caller = null;
    }
  }

  /** A peer should not be kept waiting until the turn comes. */
  synchronized void hangUpUnlessTaken() {
    if (!taken) {
      hangUp();
    }
  }
}
