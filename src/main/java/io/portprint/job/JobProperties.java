package io.portprint.job;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Bounds of jobs.
 *
 * @param maxEndpoints endpoints of one job; a larger one is refused (422)
 * @param maxJobs jobs that are remembered, running and finished; the oldest finished one is
 *     forgotten first, and where none has finished a new job is refused (429)
 * @param keepFinished how long a finished job and its results stay readable
 * @param maxResultBytes weight of the results of all jobs; when three quarters are reached, further
 *     results are kept without evidence, and when all is, they are only counted
 * @param maxDeadline the latest deadline that a job may ask for
 */
@Validated
@ConfigurationProperties("portprint.jobs")
public record JobProperties(
    @DefaultValue("1048576") @Min(1) @Max(Integer.MAX_VALUE) long maxEndpoints,
    @DefaultValue("20000") @Min(1) @Max(10_000_000) int maxJobs,
    @DefaultValue("1h") @NotNull Duration keepFinished,
    @DefaultValue("128MB") @NotNull DataSize maxResultBytes,
    @DefaultValue("24h") @NotNull Duration maxDeadline) {}
