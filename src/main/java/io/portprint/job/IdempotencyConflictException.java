package io.portprint.job;

/** The idempotency key was used before, with another request. */
public final class IdempotencyConflictException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public IdempotencyConflictException() {
    super("the idempotency key was used before, with another request");
  }
}
