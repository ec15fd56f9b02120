package io.portprint.job;

/** Where a job stands. */
public enum JobState {
  /** Accepted; no endpoint had its turn yet. */
  QUEUED,
  RUNNING,
  /** Every endpoint is done. */
  COMPLETED,
  /**
   * The client, the job's deadline, or a shutdown ended it early; what was found stays readable.
   */
  CANCELLED,
  /** A defect of the service ended it; what was found stays readable. */
  FAILED;

  public boolean ended() {
    return this == COMPLETED || this == CANCELLED || this == FAILED;
  }
}
