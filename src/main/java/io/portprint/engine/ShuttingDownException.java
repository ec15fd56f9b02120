package io.portprint.engine;

/** The service is about to stop and takes no more work. */
public final class ShuttingDownException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public ShuttingDownException() {
    super("the service is shutting down");
  }
}
