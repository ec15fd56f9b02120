package io.portprint.capture;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Captures within their bounds; who recognises protocols is for others to say. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CaptureProperties.class)
class CaptureConfiguration {

  @Bean
  Captures captures(
      CaptureProperties properties,
      Recogniser recogniser,
      InstantSource clock,
      MeterRegistry registry) {
    return new Captures(properties, recogniser, clock, registry);
  }
}
