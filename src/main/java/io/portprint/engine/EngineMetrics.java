package io.portprint.engine;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.State;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Meters of the engine: how full it is, how much it refused, how long endpoints took. */
public final class EngineMetrics {

  private final MeterRegistry registry;
  private final Map<State, Timer> fingerprints = new EnumMap<>(State.class);
  private final Counter refused;
  private final Counter shared;

  public EngineMetrics(MeterRegistry registry) {
    this.registry = registry;
    for (State state : State.values()) {
      fingerprints.put(
          state,
          Timer.builder("portprint.fingerprints")
              .description("Endpoints that were examined, and how long it took")
              .tag("state", state.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    refused =
        Counter.builder("portprint.engine.refused")
            .description("Assignments that were refused because the queue was full")
            .register(registry);
    shared =
        Counter.builder("portprint.engine.shared")
            .description("Endpoints that waited for an examination which was under way for others")
            .register(registry);
  }

  void watch(Engine engine, Slots slots) {
    Gauge.builder("portprint.engine.admitted", engine, Engine::admitted)
        .description("Endpoints that are admitted and unfinished")
        .register(registry);
    Gauge.builder("portprint.engine.busy", engine, Engine::busy)
        .description("Endpoints under examination now")
        .register(registry);
    Gauge.builder("portprint.engine.sweeping", engine, Engine::sweeping)
        .description("Endpoints that are being swept now")
        .register(registry);
    Gauge.builder("portprint.engine.parked", engine, Engine::parked)
        .description("Assignments that wait because the hosts of their next endpoints are busy")
        .register(registry);
    Gauge.builder("portprint.engine.slots", slots, Slots::inAll)
        .description("Endpoints that can be under examination at a time")
        .register(registry);
  }

  void fingerprinted(Fingerprint fingerprint) {
    Objects.requireNonNull(fingerprints.get(fingerprint.state())).record(fingerprint.duration());
  }

  void refused() {
    refused.increment();
  }

  void shared() {
    shared.increment();
  }
}
