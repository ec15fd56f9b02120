package io.portprint.scope;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Makes the scope from its properties. An entry of the lists that is not understood fails the
 * start.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ScopeProperties.class)
class ScopeConfiguration {

  @Bean
  Scope scope(ScopeProperties properties) {
    return new Scope(properties, HostResolver.system());
  }
}
