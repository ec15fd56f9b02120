package io.portprint.api;

import java.io.IOException;

/** The request body goes on beyond the bound. */
final class BodyTooLargeException extends IOException {

  private static final long serialVersionUID = 1L;

  private final long limit;

  BodyTooLargeException(long limit) {
    super("the body is longer than " + limit + " bytes");
    this.limit = limit;
  }

  long limit() {
    return limit;
  }
}
