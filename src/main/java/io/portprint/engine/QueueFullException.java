package io.portprint.engine;

import java.time.Duration;

/** No room for so many endpoints now. Nothing of the request was admitted. */
public final class QueueFullException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Duration retryAfter;

  public QueueFullException(String message, Duration retryAfter) {
    super(message);
    this.retryAfter = retryAfter;
  }

  public Duration retryAfter() {
    return retryAfter;
  }
}
