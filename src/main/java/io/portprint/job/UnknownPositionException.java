package io.portprint.job;

/** The job has not given this position to any result. */
public final class UnknownPositionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public UnknownPositionException(long position) {
    super("the job has not given the position %d to any result".formatted(position));
  }
}
