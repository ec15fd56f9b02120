package io.portprint.api;

import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may say what they like to endpoints.
 *
 * @param clients ids of the clients who may make exchanges of their own; {@code anonymous} stands
 *     for everybody on this machine where there are no API keys. By default nobody: what is said in
 *     an exchange is the client's own, and may change its peer
 */
@ConfigurationProperties("portprint.exchanges")
record ExchangeProperties(@DefaultValue Set<String> clients) {

  ExchangeProperties {
    clients = Set.copyOf(clients);
  }
}
