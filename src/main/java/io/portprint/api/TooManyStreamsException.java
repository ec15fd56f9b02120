package io.portprint.api;

/** No further stream of events may be opened for now. */
final class TooManyStreamsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TooManyStreamsException(String whose, int limit) {
    super("%s has %d streams of events open, which is the limit".formatted(whose, limit));
  }
}
