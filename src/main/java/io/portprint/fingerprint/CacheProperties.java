package io.portprint.fingerprint;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The cache of fingerprints.
 *
 * @param maxBytes weight of all that is kept; what was used least goes first
 * @param keepIdentified how long an identified service is remembered
 * @param keepOther how long an unknown, closed or silent endpoint is remembered
 */
@Validated
@ConfigurationProperties("portprint.cache")
public record CacheProperties(
    @DefaultValue("64MB") @NotNull DataSize maxBytes,
    @DefaultValue("5m") @NotNull Duration keepIdentified,
    @DefaultValue("1m") @NotNull Duration keepOther) {}
