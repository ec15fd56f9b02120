package io.portprint.api;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/** The streams of events that are open: so many in all, so many of one client. */
@Component
final class EventStreams {

  private final EventProperties properties;
  private final Map<String, Integer> byClient = new HashMap<>();
  private int open;

  EventStreams(EventProperties properties, MeterRegistry registry) {
    this.properties = properties;
    Gauge.builder("portprint.events.streams", this, EventStreams::open)
        .description("Streams of events that are open")
        .register(registry);
  }

  /** A stream, from its opening to its closing. */
  interface Stream extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * @throws TooManyStreamsException where as many as may be are open
   */
  synchronized Stream open(String client) {
    int own = byClient.getOrDefault(client, 0);
    if (own >= properties.maxStreamsPerClient()) {
      throw new TooManyStreamsException("the client", properties.maxStreamsPerClient());
    }
    if (open >= properties.maxStreams()) {
      throw new TooManyStreamsException("the service", properties.maxStreams());
    }
    byClient.put(client, own + 1);
    open++;
    return () -> closed(client);
  }

  private synchronized void closed(String client) {
    byClient.computeIfPresent(client, (_, own) -> own > 1 ? own - 1 : null);
    open--;
  }

  private synchronized int open() {
    return open;
  }
}
