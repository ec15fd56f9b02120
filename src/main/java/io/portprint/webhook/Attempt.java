package io.portprint.webhook;

import java.time.Duration;

/** What came of one attempt to deliver. */
sealed interface Attempt {

  /**
   * The receiver answered.
   *
   * @param retryAfter what it asked to wait; zero where it did not
   */
  record Answered(int status, Duration retryAfter) implements Attempt {}

  /** No answer came; another time one may. */
  record Failed(String reason) implements Attempt {}

  /** None of the addresses is allowed. */
  record NotAllowed() implements Attempt {}
}
