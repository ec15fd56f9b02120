package io.portprint.publication;

import io.portprint.probe.LearnedProbe;
import io.portprint.signature.Signature;
import org.jspecify.annotations.Nullable;

/**
 * A published signature.
 *
 * @param exchange its text, as in {@code exchanges/*.yaml}
 * @param signatures that name its product, as in {@code signatures/*.yaml}; null for none
 * @param passed the trial that it has passed
 */
public record Publication(
    LearnedProbe learned, String exchange, @Nullable String signatures, Passed passed) {

  private static final String ORIGIN = "published";

  public String name() {
    return learned.name();
  }

  /** Its rule, as it is shown to people. */
  public Signature shown() {
    return new Signature(
        name(),
        learned.probe().description().protocol(),
        learned.opening(),
        learned.pattern(),
        null,
        ORIGIN);
  }
}
