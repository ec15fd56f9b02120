package io.portprint.publication;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.portprint.probe.ProbeReader;
import io.portprint.probe.Repertoire;
import io.portprint.signature.SignatureBook;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Published signatures. A file at fault ends the start-up. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PublicationProperties.class)
class PublicationConfiguration {

  @Bean
  Publications publications(
      Repertoire repertoire,
      ProbeReader reader,
      SignatureBook signatures,
      PublicationProperties properties,
      MeterRegistry registry) {
    Publications publications = new Publications(repertoire, reader, signatures, properties);
    Gauge.builder("portprint.publications", publications, all -> all.all().size())
        .description("Published signatures")
        .register(registry);
    return publications;
  }
}
