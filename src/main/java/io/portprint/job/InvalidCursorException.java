package io.portprint.job;

/** The cursor is not one that this list gave out. */
public final class InvalidCursorException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public InvalidCursorException() {
    super("the cursor is not one that this list gave out");
  }
}
