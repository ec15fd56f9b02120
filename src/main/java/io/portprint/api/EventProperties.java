package io.portprint.api;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Bounds of the streams of events.
 *
 * @param heartbeat after how long a stream that has nothing to say sends a comment, so that either
 *     side notices when the other has gone
 * @param retry what clients are told to wait before they connect anew
 * @param maxStreams streams that are open at a time; a further one is refused (429)
 * @param maxStreamsPerClient those of one client; a further one is refused (429)
 */
@Validated
@ConfigurationProperties("portprint.events")
record EventProperties(
    @DefaultValue("15s") @DurationMin(millis = 1) @DurationMax(hours = 1) Duration heartbeat,
    @DefaultValue("3s") @DurationMin(millis = 1) @DurationMax(hours = 1) Duration retry,
    @DefaultValue("1024") @Min(1) @Max(1_000_000) int maxStreams,
    @DefaultValue("128") @Min(1) @Max(1_000_000) int maxStreamsPerClient) {}
