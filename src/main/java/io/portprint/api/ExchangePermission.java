package io.portprint.api;

import java.security.Principal;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/** Who may say what they like to endpoints, and have it replayed. */
@Component
@EnableConfigurationProperties(ExchangeProperties.class)
class ExchangePermission {

  private final ExchangeProperties properties;

  ExchangePermission(ExchangeProperties properties) {
    this.properties = properties;
  }

  void check(Principal client) {
    if (!properties.clients().contains(client.getName())) {
      throw new Refusal(
          Problem.of(
              ProblemType.EXCHANGES_OFF,
              Words.quoted(client.getName()) + " is not among portprint.exchanges.clients"));
    }
  }
}
