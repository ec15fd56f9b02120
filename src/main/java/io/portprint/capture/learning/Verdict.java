package io.portprint.capture.learning;

import java.util.Optional;

/** What a matcher says of an answer. */
public sealed interface Verdict {

  /**
   * It fits.
   *
   * @param bits that it had to get right, see {@link Field#bits}; what could not be checked, such
   *     as an address that is not known, is not in it
   */
  record Matches(double bits, Optional<String> product, Optional<String> version)
      implements Verdict {}

  /**
   * It does not.
   *
   * @param offset of the first byte that is not as it should be
   */
  record Differs(int offset, String reason) implements Verdict {}
}
