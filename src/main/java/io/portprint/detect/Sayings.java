package io.portprint.detect;

import io.portprint.probe.Opening;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was said last under each name. Most openings are the same bytes every time: thousands of
 * endpoints under examination share one of each, and only those with random bytes are their own.
 */
final class Sayings {

  private final Map<String, Opening> last = new ConcurrentHashMap<>();

  /** The same opening, as one that is there already if possible. */
  Opening shared(Opening opening) {
    Opening known = last.get(opening.name());
    if (known != null && known.equals(opening)) {
      return known;
    }
    last.put(opening.name(), opening);
    return opening;
  }
}
