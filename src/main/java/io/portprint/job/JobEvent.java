package io.portprint.job;

import io.portprint.fingerprint.Fingerprint;

/** What happens to a job. */
public sealed interface JobEvent {

  /** The counts have moved on. */
  record Progress(Job job) implements JobEvent {}

  /**
   * A result.
   *
   * @param position in the order of finding, from 1, whatever filter is applied
   */
  record Found(long position, Fingerprint fingerprint) implements JobEvent {}

  /** Nothing, for a while. */
  record Silence() implements JobEvent {}

  /** The job has ended, and every result was told. Nothing follows. */
  record Ended(Job job) implements JobEvent {}

  /** The job was forgotten before every result was told. Nothing follows. */
  record Forgotten() implements JobEvent {}
}
