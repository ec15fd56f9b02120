package io.portprint.job;

/** The job names more endpoints than one job may have. */
public final class TooManyEndpointsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final long count;
  private final long limit;

  public TooManyEndpointsException(long count, long limit) {
    super("the job has %d endpoints, the limit is %d".formatted(count, limit));
    this.count = count;
    this.limit = limit;
  }

  public long count() {
    return count;
  }

  public long limit() {
    return limit;
  }
}
