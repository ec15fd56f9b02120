package io.portprint.api;

import java.io.IOException;

/** The request body goes on beyond the bound. */
final class BodyTooLargeException extends IOException {

  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  BodyTooLargeException(BodyLimitFilter.Bound bound) {
    super("the body is longer than " + bound.limit() + " bytes");
    this.problem = bound.exceeded();
  }

  Problem problem() {
    return problem;
  }
}
