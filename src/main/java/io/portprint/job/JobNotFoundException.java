package io.portprint.job;

import java.util.UUID;

/** There is no such job: it never was, it has expired, or it is another client's. */
public final class JobNotFoundException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public JobNotFoundException(UUID id) {
    super("there is no job " + id);
  }
}
