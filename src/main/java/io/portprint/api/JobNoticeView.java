package io.portprint.api;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.UUID;

/** What a webhook is told, as its receiver reads it. */
@Schema(name = "JobNotice", description = "What a webhook is told of the end of a job.")
record JobNoticeView(
    @Schema(
            description =
                "Of this notice: the same in every attempt, and in the header `webhook-id`.")
        UUID id,
    @Schema(description = "What has happened.", allowableValues = JobNoticeView.ENDED) String type,
    @Schema(description = "When it happened.") Instant timestamp,
    @Schema(description = "The job as it ended.") JobView data) {

  static final String ENDED = "job.ended";
}
