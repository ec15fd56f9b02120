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
 * @param identify whether to find out what is behind open endpoints; where not, it is enough that
 *     they are open
 * @param commonFirst whether a sweep comes to the most common ports first; else to all in an order
 *     of its own
 * @param maxAge how old a known fingerprint may be to do
 * @param deadline of the whole job, from its acceptance; null for none
 * @param webhook the URL that is told of the job's end; null for none
 */
public record JobRequest(
    Selection selection,
    Set<String> protocols,
    Effort effort,
    boolean identify,
    boolean commonFirst,
    JobPriority priority,
    Duration maxAge,
    @Nullable Duration deadline,
    @Nullable String webhook) {

  public JobRequest {
    protocols = Set.copyOf(protocols);
  }
}
