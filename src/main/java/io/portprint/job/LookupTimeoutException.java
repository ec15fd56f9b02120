package io.portprint.job;

/** The service is so busy that a look-up's turn did not come in time. */
public final class LookupTimeoutException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public LookupTimeoutException() {
    super("the look-up's turn did not come in time");
  }
}
