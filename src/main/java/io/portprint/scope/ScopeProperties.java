package io.portprint.scope;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Which addresses may be probed.
 *
 * @param allow addresses, blocks and ranges that may be probed; loopback alone unless set.
 *     Unspecified, multicast, broadcast, link-local and cloud metadata addresses stay denied unless
 *     an entry names them exactly, that is: an entry no wider than their special block
 * @param deny addresses, blocks and ranges that may not be probed, whatever is allowed
 * @param resolveTimeout how long the lookup of one host name may take
 * @param resolveAllTimeout how long the lookups of all host names of one request may take together
 */
@Validated
@ConfigurationProperties("portprint.scope")
public record ScopeProperties(
    @DefaultValue({"127.0.0.0/8", "::1"}) @Size(max = 65_536) List<@NotNull String> allow,
    @DefaultValue @Size(max = 65_536) List<@NotNull String> deny,
    @DefaultValue("2s") @DurationMin(millis = 1) @DurationMax(minutes = 1) Duration resolveTimeout,
    @DefaultValue("20s") @DurationMin(millis = 1) @DurationMax(minutes = 5)
        Duration resolveAllTimeout) {

  public ScopeProperties {
    allow = List.copyOf(allow);
    deny = List.copyOf(deny);
  }

  /** The defaults, for use outside of an application context. */
  public static ScopeProperties defaults() {
    return allowing("127.0.0.0/8", "::1");
  }

  /** The defaults, with another list of what may be probed. */
  public static ScopeProperties allowing(String... allow) {
    return new ScopeProperties(
        List.of(allow), List.of(), Duration.ofSeconds(2), Duration.ofSeconds(20));
  }

  /** These, with another list of what may not be probed. */
  public ScopeProperties denying(String... entries) {
    return new ScopeProperties(allow, List.of(entries), resolveTimeout, resolveAllTimeout);
  }
}
