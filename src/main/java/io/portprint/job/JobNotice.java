package io.portprint.job;

import java.util.UUID;

/** Writes what a webhook is told of the end of a job. */
@FunctionalInterface
public interface JobNotice {

  /**
   * The notice as JSON.
   *
   * @param id of the notice itself
   * @param job as it ended
   */
  byte[] write(UUID id, Job job);
}
