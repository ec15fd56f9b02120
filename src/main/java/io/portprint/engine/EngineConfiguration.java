package io.portprint.engine;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import io.portprint.detect.DetectProperties;
import io.portprint.detect.Detector;
import io.portprint.fingerprint.CacheProperties;
import io.portprint.fingerprint.FingerprintCache;
import io.portprint.transport.Dialer;
import io.portprint.transport.Gate;
import io.portprint.transport.Lifelines;
import io.portprint.transport.SweepMetrics;
import io.portprint.transport.SweepProperties;
import io.portprint.transport.Sweepers;
import io.portprint.transport.TransportMetrics;
import io.portprint.transport.TransportProperties;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the engine together with what it drives. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
  EngineProperties.class,
  DetectProperties.class,
  TransportProperties.class,
  SweepProperties.class,
  CacheProperties.class
})
class EngineConfiguration {

  @Bean
  InstantSource clock() {
    return InstantSource.system();
  }

  @Bean
  Lifelines lifelines() {
    return new Lifelines();
  }

  @Bean
  Gate politeness(EngineProperties engine, MeterRegistry registry) {
    return new Politeness(engine, registry);
  }

  @Bean
  Dialer dialer(Gate politeness, TransportProperties transport, MeterRegistry registry) {
    return new Dialer(politeness, transport, new TransportMetrics(registry));
  }

  @Bean
  Sweepers sweepers(Gate politeness, SweepProperties sweep, MeterRegistry registry) {
    return new Sweepers(politeness, sweep, new SweepMetrics(registry));
  }

  @Bean
  FingerprintCache fingerprintCache(
      CacheProperties properties, InstantSource clock, MeterRegistry registry) {
    return new FingerprintCache(properties, clock, Ticker.systemTicker(), registry);
  }

  @Bean
  Slots slots(EngineProperties engine, DetectProperties detect, SweepProperties sweep) {
    return Slots.of(engine, detect.connectionsPerEndpoint(), sweep.maxInFlight());
  }

  @Bean
  SweepPace sweepPace(SweepProperties sweep, Slots slots) {
    return SweepPace.of(sweep, slots);
  }

  @Bean
  Engine engine(
      Detector detector,
      FingerprintCache cache,
      Lifelines lifelines,
      EngineProperties properties,
      Slots slots,
      Sweepers sweepers,
      MeterRegistry registry,
      InstantSource clock) {
    return new Engine(
        detector,
        cache,
        lifelines,
        properties,
        slots,
        sweepers,
        new EngineMetrics(registry),
        clock);
  }
}
