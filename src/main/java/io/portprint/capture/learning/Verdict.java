package io.portprint.capture.learning;

/** What a matcher says of an answer. */
public sealed interface Verdict {

  /** It fits. */
  record Matches() implements Verdict {}

  /** It does not. */
  record Differs() implements Verdict {}
}
