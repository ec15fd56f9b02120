package io.portprint.job;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Bounds of replays.
 *
 * @param maxRunning replays under way at a time; a further one is refused (429)
 * @param maxKept replays that are remembered, running and finished; the oldest finished one is
 *     forgotten first
 * @param keepFinished how long a finished replay stays readable
 */
@Validated
@ConfigurationProperties("portprint.replays")
public record ReplayProperties(
    @DefaultValue("8") @Min(1) @Max(1_000) int maxRunning,
    @DefaultValue("100") @Min(1) @Max(10_000) int maxKept,
    @DefaultValue("1h") @NotNull Duration keepFinished) {}
