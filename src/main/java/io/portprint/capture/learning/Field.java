package io.portprint.capture.learning;

/**
 * A stretch of the answers and what it is.
 *
 * @param offset from the beginning of an answer
 * @param length in bytes
 * @param bits how many bits an answer that is right by accident would have to guess, see {@link
 *     Credit}
 */
public record Field(int offset, int length, Explanation explanation, double bits) {

  int end() {
    return offset + length;
  }
}
