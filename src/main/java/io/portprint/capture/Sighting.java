package io.portprint.capture;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A protocol in what a server said.
 *
 * @param proven whether the answer alone proves it; otherwise it fits, and would fit others too
 * @param confidence 0 to 0.99, in the protocol
 * @param details what else the answer tells, in terms of JSON
 */
public record Sighting(
    String protocol, boolean proven, double confidence, Map<String, Object> details) {

  /** The detail in which an answer tells under which address its server saw the client. */
  static final String OBSERVED = "observedClientAddress";

  private static final int TEXT_WEIGHT = 56;
  private static final int VALUE_WEIGHT = 24;
  private static final int ENTRY_WEIGHT = 80;

  public Sighting {
    details = Map.copyOf(details);
  }

  Optional<String> observed() {
    return details.get(OBSERVED) instanceof String address
        ? Optional.of(address)
        : Optional.empty();
  }

  /** With as many of the details as are no heavier together than this, in bytes of memory. */
  Sighting within(long most) {
    Map<String, Object> kept = new LinkedHashMap<>();
    long weight = 0;
    for (Map.Entry<String, Object> detail : details.entrySet()) {
      long one = weight(detail.getKey()) + weight(detail.getValue()) + ENTRY_WEIGHT;
      if (weight + one <= most) {
        kept.put(detail.getKey(), detail.getValue());
        weight += one;
      }
    }
    return new Sighting(protocol, proven, confidence, kept);
  }

  /** Of the details, in bytes of memory, rounded up. */
  long weight() {
    return weight(details);
  }

  private static long weight(Object value) {
    return switch (value) {
      case String text -> TEXT_WEIGHT + 2L * text.length();
      case Map<?, ?> map ->
          map.entrySet().stream()
              .mapToLong(one -> weight(one.getKey()) + weight(one.getValue()) + ENTRY_WEIGHT)
              .sum();
      case Collection<?> all -> all.stream().mapToLong(one -> weight(one) + ENTRY_WEIGHT).sum();
      default -> VALUE_WEIGHT;
    };
  }
}
