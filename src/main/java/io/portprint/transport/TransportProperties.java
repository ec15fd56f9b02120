package io.portprint.transport;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Bounds of one conversation with a peer.
 *
 * @param maxBytesRead bytes read in one conversation; what comes after is left unread and the
 *     answer is marked truncated
 * @param maxDatagram bytes of a received datagram that are looked at
 */
@Validated
@ConfigurationProperties("portprint.transport")
public record TransportProperties(
    @DefaultValue("65536") @Min(1024) @Max(16_777_216) int maxBytesRead,
    @DefaultValue("8192") @Min(512) @Max(65_535) int maxDatagram) {

  /** The defaults, for use outside of an application context. */
  public static TransportProperties defaults() {
    return new TransportProperties(65_536, 8_192);
  }
}
