package io.portprint.job;

import io.portprint.fingerprint.Fingerprint;
import io.portprint.scope.ApprovedEndpoints;
import java.util.List;
import java.util.UUID;
import java.util.function.ObjIntConsumer;

/**
 * The verdicts of a job by their place: all that surveys and comparisons ask of the results. Those
 * that are listed have a position, in the order in which they came; of closed endpoints there is
 * only that they are.
 */
final class Verdicts {

  private static final int BATCH = 256;

  private final UUID job;
  private final ApprovedEndpoints endpoints;
  private final Results results;
  private final boolean identified;

  /** How many were listed when this was made; what comes later is left out. */
  private final int size;

  Verdicts(UUID job, ApprovedEndpoints endpoints, Results results, boolean identified) {
    this.job = job;
    this.endpoints = endpoints;
    this.results = results;
    this.identified = identified;
    this.size = results.size();
  }

  ApprovedEndpoints endpoints() {
    return endpoints;
  }

  /** Whether the job looked for what is behind open endpoints. */
  boolean identified() {
    return identified;
  }

  /** How many are listed. */
  int size() {
    return size;
  }

  /**
   * @throws JobNotFoundException where the job was forgotten meanwhile
   */
  Fingerprint get(int position) {
    return some(position, 1).getFirst();
  }

  void forEach(ObjIntConsumer<Fingerprint> consumer) {
    int at = 0;
    while (at < size) {
      for (Fingerprint one : some(at, Math.min(BATCH, size - at))) {
        consumer.accept(one, at++);
      }
    }
  }

  private List<Fingerprint> some(int from, int most) {
    List<Fingerprint> some = results.some(from, most);
    if (some.isEmpty()) {
      throw new JobNotFoundException(job);
    }
    return some;
  }

  /** Whether the endpoint at a place of the job is closed. */
  boolean closed(long index) {
    return results.isClosed(index);
  }
}
