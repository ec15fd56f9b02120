package io.portprint.webhook;

import io.micrometer.core.instrument.MeterRegistry;
import io.portprint.scope.HostResolver;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Makes the webhooks from their properties. A property that is not as it has to be fails the start.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WebhookProperties.class)
class WebhookConfiguration {

  @Bean
  Webhooks webhooks(WebhookProperties properties, InstantSource clock, MeterRegistry registry) {
    return new Webhooks(properties, HostResolver.system(), clock, registry);
  }
}
