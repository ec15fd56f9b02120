package io.portprint.detect;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.net.InetAddress;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How one endpoint is examined.
 *
 * @param connectionsPerEndpoint conversations with one endpoint at a time; further ones wait
 * @param maxEvidenceBytes bytes that are kept as evidence of one answer; what is beyond is dropped
 *     and the evidence marked truncated
 * @param maxTurns turns that are kept of an endpoint that stayed unknown
 * @param publicAddresses addresses under which peers see this machine, where a translator stands
 *     between (NAT)
 */
@Validated
@ConfigurationProperties("portprint.detect")
public record DetectProperties(
    @DefaultValue("3") @Min(1) @Max(16) int connectionsPerEndpoint,
    @DefaultValue("8192") @Min(256) @Max(65_536) int maxEvidenceBytes,
    @DefaultValue("16") @Min(1) @Max(256) int maxTurns,
    @DefaultValue List<InetAddress> publicAddresses) {

  public DetectProperties {
    publicAddresses = List.copyOf(publicAddresses);
  }

  /** The defaults, for use outside of an application context. */
  public static DetectProperties defaults() {
    return new DetectProperties(3, 8_192, 16, List.of());
  }
}
