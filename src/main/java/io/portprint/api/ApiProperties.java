package io.portprint.api;

import jakarta.validation.constraints.NotNull;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Who may ask, and how much at a time.
 *
 * @param keys API keys: the id of the client, which stands in logs and owns its jobs, to {@code
 *     sha256:} and the SHA-256 of the key in 64 hexadecimal digits. To make one: {@code printf %s
 *     "$KEY" | sha256sum}. Without keys the service answers this machine only
 * @param maxBody the longest request body; a longer one is refused (413)
 */
@Validated
@ConfigurationProperties("portprint.api")
record ApiProperties(
    @Nullable Map<String, String> keys, @DefaultValue("8MB") @NotNull DataSize maxBody) {

  ApiProperties {
    keys = keys == null ? Map.of() : Map.copyOf(keys);
    if (maxBody.toBytes() < 1) {
      throw new IllegalArgumentException("portprint.api.max-body is not positive: " + maxBody);
    }
  }

  @Override
  public Map<String, String> keys() {
    return keys == null ? Map.of() : keys;
  }
}
