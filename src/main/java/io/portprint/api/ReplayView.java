package io.portprint.api;

import io.portprint.api.FingerprintView.EndpointView;
import io.portprint.capture.learning.Trial;
import io.portprint.fingerprint.Bytes;
import io.portprint.job.Replay;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A replay as a client reads it. */
@Schema(name = "Replay", description = "A replay as it stood when it was asked for.")
record ReplayView(
    @Schema(description = "Time-ordered UUID (RFC 9562, version 7).") UUID id,
    EndpointView endpoint,
    @Schema(description = "Further servers that were asked the same.") List<EndpointView> alsoAt,
    @Schema(
            description =
                "`running`; `completed`: all conversations were held; `cancelled`: ended early;"
                    + " `failed`: ended early by a defect of the service.",
            allowableValues = {"running", "completed", "cancelled", "failed"})
        String state,
    @Schema(description = "When it began.") Instant createdAt,
    @Schema(description = "When it ended; null until then.") @Nullable Instant finishedAt,
    @Schema(
            description =
                "Conversations that belong to it. One after the other, they take `pace` each at"
                    + " least, and `patience` more for each turn that is not answered.",
            minimum = "0")
        int planned,
    @Schema(description = "Why it ended early; null where it did not.") @Nullable String ending,
    @Schema(description = "What the answers teach; null until it has ended.")
        @Nullable LessonView lesson,
    @Schema(
            description =
                "The conversations that were held, in their order; without those that this machine"
                    + " itself could not begin.")
        List<TrialView> trials) {

  /** One conversation. */
  @Schema(name = "ReplayTrial", description = "One conversation of a replay.")
  record TrialView(
      @Schema(description = "What was changed; `none` for a repeat.") String change,
      @Schema(description = "When it began.") Instant at,
      @Schema(description = "What was said, in base64.", format = "byte", type = "string")
          byte[] sent,
      @Schema(
              description = "What came back, in base64; empty where nothing did.",
              format = "byte",
              type = "string")
          byte[] received) {

    static TrialView of(Trial trial) {
      return new TrialView(
          LessonView.change(trial.mutation()),
          Words.millis(trial.at()),
          trial.request().toArray(),
          trial.answers().stream().findFirst().orElse(Bytes.EMPTY).toArray());
    }
  }

  static ReplayView of(Replay replay) {
    return new ReplayView(
        replay.id(),
        EndpointView.of(replay.endpoint()),
        replay.alsoAt().stream().map(EndpointView::of).toList(),
        Words.of(replay.state()),
        Words.millis(replay.createdAt()),
        Words.orNull(replay.finishedAt()),
        replay.planned(),
        replay.ending(),
        replay.lesson() == null ? null : LessonView.of(replay.lesson(), replay),
        replay.trials().stream().map(TrialView::of).toList());
  }
}
