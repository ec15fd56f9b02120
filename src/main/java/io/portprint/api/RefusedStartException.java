package io.portprint.api;

/** The service will not start like this. */
final class RefusedStartException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String remedy;

  RefusedStartException(String reason, String remedy) {
    super(reason);
    this.remedy = remedy;
  }

  String remedy() {
    return remedy;
  }
}
