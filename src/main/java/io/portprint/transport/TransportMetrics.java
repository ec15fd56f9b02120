package io.portprint.transport;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.portprint.fingerprint.Transport;
import java.util.concurrent.atomic.AtomicInteger;

/** Meters of the conversations: how many there were, how many are open now, how much was read. */
public final class TransportMetrics {

  private final AtomicInteger open = new AtomicInteger();
  private final Counter tcp;
  private final Counter udp;
  private final Counter bytesRead;
  private final Counter limited;

  public TransportMetrics(MeterRegistry registry) {
    Gauge.builder("portprint.conversations.open", open, AtomicInteger::get)
        .description("Connections and UDP sockets that are open to peers now")
        .register(registry);
    tcp = conversations(registry, Transport.TCP);
    udp = conversations(registry, Transport.UDP);
    bytesRead =
        Counter.builder("portprint.conversations.read")
            .description("Bytes read from peers")
            .baseUnit("bytes")
            .register(registry);
    limited =
        Counter.builder("portprint.conversations.limited")
            .description("Answers that were cut at the bound on bytes read")
            .register(registry);
  }

  /** An answer was cut at the bound on bytes read. */
  void limited() {
    limited.increment();
  }

  private static Counter conversations(MeterRegistry registry, Transport transport) {
    return Counter.builder("portprint.conversations")
        .description("Conversations begun with peers")
        .tag("transport", transport.label())
        .register(registry);
  }

  void opened(Transport transport) {
    open.incrementAndGet();
    switch (transport) {
      case TCP -> tcp.increment();
      case UDP -> udp.increment();
    }
  }

  void closed() {
    open.decrementAndGet();
  }

  void read(int count) {
    bytesRead.increment(count);
  }

  /** Conversations that are open now. */
  public int open() {
    return open.get();
  }
}
