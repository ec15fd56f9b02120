package io.portprint.job;

import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.State;
import io.portprint.fingerprint.Transport;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What a job knows of one host.
 *
 * @param host what was asked for: a name, or the address in text
 * @param named whether that is a name
 * @param from when the probing of the first of its listed endpoints began; null where all that is
 *     known is that endpoints are closed
 * @param to when the last one ended
 * @param ports by state and transport; a state or a transport without ports is absent
 * @param open the verdicts on open endpoints, TCP before UDP, each by port; read anew each time
 */
public record HostReport(
    String host,
    boolean named,
    InetAddress address,
    @Nullable Instant from,
    @Nullable Instant to,
    Map<State, Map<Transport, BitSet>> ports,
    Iterable<Fingerprint> open) {

  public HostReport {
    Map<State, Map<Transport, BitSet>> ordered = new EnumMap<>(State.class);
    ports.forEach(
        (state, some) -> {
          Map<Transport, BitSet> byTransport = new EnumMap<>(Transport.class);
          byTransport.putAll(some);
          ordered.put(state, Collections.unmodifiableMap(byTransport));
        });
    ports = Collections.unmodifiableMap(ordered);
  }

  /** How many ports are in a state. */
  public int count(State state) {
    return ports.getOrDefault(state, Map.of()).values().stream()
        .mapToInt(BitSet::cardinality)
        .sum();
  }

  /** One host's verdicts as they are gone through. */
  static final class Builder {

    private static final int TRANSPORT_SHIFT = 48;
    private static final int PORT_SHIFT = 32;

    private final Verdicts verdicts;
    private final Map<State, Map<Transport, BitSet>> ports = new EnumMap<>(State.class);
    private final LongStream.Builder open = LongStream.builder();
    private @Nullable Endpoint endpoint;
    private @Nullable Instant from;
    private @Nullable Instant to;

    Builder(Verdicts verdicts) {
      this.verdicts = verdicts;
    }

    void closed(Endpoint one) {
      add(one, State.CLOSED);
    }

    void listed(int position) {
      Fingerprint one = verdicts.get(position);
      Endpoint where = one.endpoint();
      add(where, one.state());
      Instant begun = one.observedAt().minus(one.duration());
      from = from == null || begun.isBefore(from) ? begun : from;
      to = to == null || one.observedAt().isAfter(to) ? one.observedAt() : to;
      if (one.state() == State.OPEN) {
        open.add(
            (long) where.transport().ordinal() << TRANSPORT_SHIFT
                | (long) where.port() << PORT_SHIFT
                | position);
      }
    }

    private void add(Endpoint one, State state) {
      endpoint = one;
      ports
          .computeIfAbsent(state, _ -> new EnumMap<>(Transport.class))
          .computeIfAbsent(one.transport(), _ -> new BitSet())
          .set(one.port());
    }

    /** Empty where there was no verdict. */
    Optional<HostReport> build() {
      if (endpoint == null) {
        return Optional.empty();
      }
      long[] byPort = open.build().toArray();
      Arrays.sort(byPort);
      return Optional.of(
          new HostReport(
              endpoint.host(),
              endpoint.named(),
              endpoint.address(),
              from,
              to,
              ports,
              () -> Arrays.stream(byPort).mapToObj(key -> verdicts.get((int) key)).iterator()));
    }
  }
}
