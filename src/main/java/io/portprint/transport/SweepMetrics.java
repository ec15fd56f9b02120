package io.portprint.transport;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.portprint.fingerprint.Transport;

/** Meters of the sweep: how often an endpoint was knocked at, and how often again. */
public final class SweepMetrics {

  private final Counter tcp;
  private final Counter udp;
  private final Counter again;

  public SweepMetrics(MeterRegistry registry) {
    tcp = attempts(registry, Transport.TCP);
    udp = attempts(registry, Transport.UDP);
    again =
        Counter.builder("portprint.sweep.repeated")
            .description("Attempts of the sweep that repeat one that was not answered")
            .register(registry);
  }

  private static Counter attempts(MeterRegistry registry, Transport transport) {
    return Counter.builder("portprint.sweep.attempts")
        .description("Attempts of the sweep to connect, or to be answered over UDP")
        .tag("transport", transport.label())
        .register(registry);
  }

  void attempted(boolean datagram, boolean repeated) {
    (datagram ? udp : tcp).increment();
    if (repeated) {
      again.increment();
    }
  }
}
