package io.portprint.engine;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What bounds the work: each bound, and what happens when it is reached.
 *
 * @param maxConversations conversations with peers at a time, never above the limit on file
 *     descriptors less the reserve; an endpoint reserves {@code
 *     portprint.detect.connections-per-endpoint} of them while it is examined; further endpoints
 *     wait in the queue
 * @param descriptorReserve file descriptors that are left to clients, logs and libraries
 * @param connectionsPerHost conversations with one address at a time; its further endpoints wait
 *     while others go on
 * @param maxEndpoints endpoints that are admitted and unfinished, of all jobs together; a request
 *     that would exceed it is refused (429)
 * @param ratePerHost new conversations a second with one address beyond loopback; further ones wait
 * @param rateInAll new conversations a second beyond loopback; further ones wait
 * @param retryAfter what a refused client is told to wait
 * @param shutdownGrace how long a shutdown waits for running endpoints before it cuts them short
 */
@Validated
@ConfigurationProperties("portprint.engine")
public record EngineProperties(
    @DefaultValue("512") @Min(1) @Max(100_000) int maxConversations,
    @DefaultValue("256") @Min(16) @Max(100_000) int descriptorReserve,
    @DefaultValue("32") @Min(1) @Max(10_000) int connectionsPerHost,
    @DefaultValue("1000000") @Min(1) long maxEndpoints,
    @DefaultValue("1000") @Min(1) @Max(1_000_000) int ratePerHost,
    @DefaultValue("10000") @Min(1) @Max(1_000_000) int rateInAll,
    @DefaultValue("5s") @NotNull Duration retryAfter,
    @DefaultValue("10s") @NotNull Duration shutdownGrace) {

  /** The defaults, for use outside of an application context. */
  public static EngineProperties defaults() {
    return new EngineProperties(
        512, 256, 32, 1_000_000, 1_000, 10_000, Duration.ofSeconds(5), Duration.ofSeconds(10));
  }
}
