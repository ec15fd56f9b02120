package io.portprint.job;

import io.micrometer.core.instrument.MeterRegistry;
import io.portprint.detect.DetectProperties;
import io.portprint.detect.Detector;
import io.portprint.detect.Dialogues;
import io.portprint.engine.Engine;
import io.portprint.engine.EngineProperties;
import io.portprint.engine.Slots;
import io.portprint.engine.SweepPace;
import io.portprint.scope.Scope;
import io.portprint.webhook.Webhooks;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts jobs and look-ups on the engine. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({JobProperties.class, ReplayProperties.class})
class JobConfiguration {

  @Bean
  Jobs jobs(
      Scope scope,
      Engine engine,
      Detector detector,
      Webhooks webhooks,
      JobNotice notice,
      JobProperties properties,
      EngineProperties bounds,
      SweepPace sweep,
      Slots slots,
      InstantSource clock,
      MeterRegistry registry) {
    return new Jobs(
        scope,
        engine,
        new Protocols(detector::protocols),
        webhooks,
        notice,
        properties,
        bounds,
        sweep,
        slots,
        clock,
        registry);
  }

  @Bean
  Lookups lookups(Scope scope, Engine engine, Detector detector) {
    return new Lookups(scope, engine, new Protocols(detector::protocols));
  }

  @Bean
  Exchanges exchanges(Scope scope, Engine engine, Dialogues dialogues) {
    return new Exchanges(scope, engine, dialogues);
  }

  @Bean
  Confirmations confirmations(Scope scope, Engine engine, Detector detector) {
    return new Confirmations(scope, engine, detector);
  }

  @Bean
  Replays replays(
      Scope scope,
      Engine engine,
      Dialogues dialogues,
      DetectProperties detect,
      ReplayProperties properties,
      InstantSource clock) {
    return new Replays(scope, engine, dialogues, detect.publicAddresses(), properties, clock);
  }

  @Bean
  Shutdown shutdown(Engine engine, Jobs jobs) {
    return new Shutdown(engine, jobs);
  }
}
