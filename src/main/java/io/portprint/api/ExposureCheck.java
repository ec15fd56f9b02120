package io.portprint.api;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Refuses to start where others than this machine could reach a service that asks for no keys. */
@Component
final class ExposureCheck {

  private static final int DEFAULT_PORT = 8080;

  private static final String REMEDY =
      "Set at least one key, portprint.api.keys.<client>=sha256:<64 hexadecimal digits>"
          + " (printf %%s \"$KEY\" | sha256sum), or listen on loopback: %s=127.0.0.1";

  ExposureCheck(ApiKeys keys, Environment environment) {
    if (!keys.isEmpty()) {
      return;
    }
    Binder properties = Binder.get(environment);
    demandLoopback(properties, "server.address");
    int port = properties.bind("server.port", Integer.class).orElse(DEFAULT_PORT);
    // unset: the same server; 0: a free port, which is another one even where the service's own is
    // free too
    Integer management = properties.bind("management.server.port", Integer.class).orElse(null);
    if (management != null && management >= 0 && (management == 0 || management != port)) {
      demandLoopback(properties, "management.server.address");
    }
  }

  private static void demandLoopback(Binder properties, String property) {
    @Nullable InetAddress address = properties.bind(property, InetAddress.class).orElse(null);
    if (address == null || !address.isLoopbackAddress()) {
      throw new RefusedStartException(
          "%s is %s, which other machines can reach, but no API keys are set: anyone there could have this service probe"
                  .formatted(
                      property,
                      address == null ? "not set (all addresses)" : address.getHostAddress())
              + " from inside your network.",
          REMEDY.formatted(property));
    }
  }
}
