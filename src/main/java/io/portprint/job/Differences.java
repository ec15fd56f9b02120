package io.portprint.job;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of what differs between two jobs.
 *
 * @param nextCursor where the next stretch begins; null at the end
 */
public record Differences(Counts counts, List<Difference> items, @Nullable String nextCursor) {

  public Differences {
    items = List.copyOf(items);
  }

  /**
   * How many endpoints there are of each kind, whatever part of them is listed.
   *
   * @param unchanged open in both, and no field differs
   * @param onlyInBefore open before; the later job has no verdict on it
   * @param onlyInAfter open after; the earlier job has no verdict on it
   */
  public record Counts(
      long appeared,
      long vanished,
      long changed,
      long unchanged,
      long onlyInBefore,
      long onlyInAfter) {}
}
