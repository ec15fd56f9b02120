package io.portprint.fingerprint;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The verdict on one endpoint.
 *
 * @param service null unless the endpoint is open; its protocol is null where unknown
 * @param confidence that {@code service.protocol} is right: 0 where it is unknown, at most {@link
 *     Confidence#MOST}
 * @param alternatives what was suspected but not proven
 * @param impostor the claim that failed a challenge, if any
 * @param details what the protocol's own probe found out, in terms of JSON: strings, numbers,
 *     booleans, lists, maps
 * @param observedAt when the probing ended
 * @param cached whether this was answered from the cache
 */
public record Fingerprint(
    Endpoint endpoint,
    State state,
    @Nullable Service service,
    double confidence,
    List<Alternative> alternatives,
    @Nullable Impostor impostor,
    @Nullable Tls tls,
    Map<String, Object> details,
    List<Evidence> evidence,
    Instant observedAt,
    Duration duration,
    boolean cached) {

  public Fingerprint {
    alternatives = List.copyOf(alternatives);
    details = Map.copyOf(details);
    evidence = List.copyOf(evidence);
  }

  /** A verdict without a service: closed, filtered, unreachable, not probed. */
  public static Fingerprint without(Endpoint endpoint, State state, Instant at, Duration duration) {
    return new Fingerprint(
        endpoint, state, null, 0, List.of(), null, null, Map.of(), List.of(), at, duration, false);
  }

  /** Whether the protocol is known. */
  public boolean identified() {
    return service != null && service.protocol() != null;
  }

  public Fingerprint asCached() {
    return new Fingerprint(
        endpoint,
        state,
        service,
        confidence,
        alternatives,
        impostor,
        tls,
        details,
        evidence,
        observedAt,
        duration,
        true);
  }

  public Fingerprint withEvidence(List<Evidence> kept) {
    return new Fingerprint(
        endpoint,
        state,
        service,
        confidence,
        alternatives,
        impostor,
        tls,
        details,
        kept,
        observedAt,
        duration,
        cached);
  }

  /** A rough count of the heap bytes that this takes, for caches and bounds by weight. */
  public int weight() {
    long bytes = 640;
    for (Evidence one : evidence) {
      bytes += 200 + one.sent().length() + one.received().length() + 2L * one.reason().length();
    }
    bytes += weigh(details);
    return (int) Math.min(Integer.MAX_VALUE, bytes);
  }

  private static long weigh(Object value) {
    return switch (value) {
      case String text -> 56 + text.length();
      case Map<?, ?> map ->
          map.entrySet().stream()
              .mapToLong(e -> 48 + weigh(e.getKey()) + weigh(e.getValue()))
              .sum();
      case List<?> list -> 32 + list.stream().mapToLong(Fingerprint::weigh).sum();
      default -> 24;
    };
  }
}
