package io.portprint.job;

import io.portprint.detect.Effort;
import io.portprint.scope.Selection;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a client wants to know.
 *
 * @param protocols the only ones to look for; empty for every one
 * @param maxAge how old a known fingerprint may be to do
 * @param deadline of the whole job, from its acceptance; null for none
 */
public record JobRequest(
    Selection selection,
    Set<String> protocols,
    Effort effort,
    Duration maxAge,
    @Nullable Duration deadline) {

  public JobRequest {
    protocols = Set.copyOf(protocols);
  }
}
