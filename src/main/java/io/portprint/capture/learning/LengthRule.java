package io.portprint.capture.learning;

/** How long answers are, in bytes. */
public sealed interface LengthRule {

  /** All of one length. */
  record Fixed(int length) implements LengthRule {}

  /** As long as the request and so much more, or less. */
  record AsRequest(int more) implements LengthRule {}

  /** Seen from so long to so long. */
  record Between(int shortest, int longest) implements LengthRule {}
}
