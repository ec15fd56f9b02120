package io.portprint.job;

import java.util.UUID;

/** What was asked for needs the job to have ended, and it has not. */
public final class JobNotEndedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public JobNotEndedException(UUID id) {
    super("the job " + id + " has not ended");
  }
}
