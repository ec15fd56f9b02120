package io.portprint.api;

import io.portprint.job.Job;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** How far a job is, as a client reads it. */
@Schema(name = "Progress", description = "How far a job is.")
record ProgressView(
    JobView.Counts counts,
    @Schema(
            description =
                "Endpoints done a second: a mean over the last seconds; null before there is one.",
            minimum = "0")
        @Nullable Double rate,
    @Schema(
            description =
                "How long the rest takes at that rate, as an ISO 8601 duration in whole seconds;"
                    + " null where there is no telling. An estimate, not a promise.",
            type = "string",
            format = "duration",
            example = "PT42S")
        @Nullable String timeLeft) {

  static ProgressView of(Job job) {
    JobView view = JobView.of(job);
    return new ProgressView(view.counts(), view.rate(), view.timeLeft());
  }
}
