package io.portprint.job;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of a list.
 *
 * @param nextCursor where the next page begins; null where nothing follows yet
 */
public record Page<T>(List<T> items, @Nullable String nextCursor) {

  public Page {
    items = List.copyOf(items);
  }

  /**
   * A page of a list that doesn't change.
   *
   * @param cursor of the page before; null for the first
   * @throws InvalidCursorException where no such list gave it out
   */
  public static <T> Page<T> of(List<T> all, int limit, @Nullable String cursor) {
    int from = Math.min(Cursors.position(cursor), all.size());
    int to = Math.min(from + limit, all.size());
    return new Page<>(all.subList(from, to), to < all.size() ? Cursors.at(to) : null);
  }
}
