package io.portprint.api;

import io.portprint.job.Job;
import io.portprint.job.JobCounts;
import io.portprint.webhook.DeliveryStatus;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A job as a client reads it. */
@Schema(name = "Job", description = "A job as it stood when it was asked for.")
record JobView(
    @Schema(description = "Time-ordered UUID (RFC 9562, version 7).") UUID id,
    @Schema(
            description =
                "`queued`: no endpoint had its turn yet. `completed`: every endpoint is done."
                    + " `cancelled`: ended early by the client, by its deadline or by a shutdown."
                    + " `failed`: ended early by a defect of the service.",
            allowableValues = {"queued", "running", "completed", "cancelled", "failed"})
        String state,
    @Schema(description = "When it was accepted.") Instant createdAt,
    @Schema(description = "When the first endpoint had its turn.") @Nullable Instant startedAt,
    @Schema(description = "When it ended.") @Nullable Instant finishedAt,
    @Schema(description = "When it and its results will be forgotten; null until it has ended.")
        @Nullable Instant expiresAt,
    @Schema(description = "Why it ended early; null where it did not.") @Nullable String ending,
    @Schema(
            description =
                "Endpoints done a second: a mean over the last seconds; null before there is one,"
                    + " and when the job has ended.",
            minimum = "0")
        @Nullable Double rate,
    @Schema(
            description =
                "How long the rest takes at that rate, as an ISO 8601 duration in whole seconds;"
                    + " null where there is no telling, and when the job has ended. An estimate,"
                    + " not a promise.",
            type = "string",
            format = "duration",
            example = "PT42S")
        @Nullable String timeLeft,
    @Schema(description = "How the notice of its end stands; null where none was asked for.")
        @Nullable WebhookView webhook,
    Counts counts) {

  @Schema(name = "JobCounts", description = "How far the job is, in endpoints.")
  record Counts(
      @Schema(description = "All endpoints of the job.", minimum = "0") long endpoints,
      @Schema(
              description =
                  "Those with a verdict: the sum of open, closed, filtered, openOrFiltered,"
                      + " unreachable and notProbed.",
              minimum = "0")
          long done,
      @Schema(description = "Accepted a connection or answered a datagram.", minimum = "0")
          long open,
      @Schema(description = "Refused: TCP reset or ICMP port unreachable.", minimum = "0")
          long closed,
      @Schema(description = "No answer to a connection request.", minimum = "0") long filtered,
      @Schema(description = "Silent over UDP: open or filtered.", minimum = "0")
          long openOrFiltered,
      @Schema(description = "No way there.", minimum = "0") long unreachable,
      @Schema(description = "Cut off by a cancellation or a deadline.", minimum = "0")
          long notProbed,
      @Schema(description = "Open, and the protocol is known.", minimum = "0") long identified,
      @Schema(description = "Open, and caught pretending.", minimum = "0") long impostors,
      @Schema(
              description =
                  "Verdicts that were counted but not kept, for the service's memory for results"
                      + " was full.",
              minimum = "0")
          long dropped) {}

  @Schema(name = "Webhook", description = "How the delivery to a webhook stands.")
  record WebhookView(
      @Schema(description = "Where it leads, without the query.") String url,
      @Schema(
              description =
                  "`pending`: the job has not ended yet, or there will be a further attempt."
                      + " `delivered`: the receiver answered with a status of 2xx. `failed`: there"
                      + " will be no further attempt.",
              allowableValues = {"pending", "delivered", "failed"})
          String state,
      @Schema(description = "Attempts that have ended.", minimum = "0") int attempts,
      @Schema(description = "The status of the last attempt's answer; null where none came.")
          @Nullable Integer lastStatus,
      @Schema(description = "Why the last attempt, or the delivery, failed; null where it did not.")
          @Nullable String lastFailure) {

    static @Nullable WebhookView of(@Nullable DeliveryStatus status) {
      return status == null
          ? null
          : new WebhookView(
              status.url(),
              status.state().name().toLowerCase(Locale.ROOT),
              status.attempts(),
              status.lastStatus(),
              status.lastFailure());
    }
  }

  @Schema(name = "JobPage", description = "A stretch of the list of jobs, newest first.")
  record Page(
      List<JobView> items,
      @Schema(description = "What to pass as `cursor` for the next page; null at the end.")
          @Nullable String nextCursor) {}

  static JobView of(Job job) {
    JobCounts counts = job.counts();
    return new JobView(
        job.id(),
        Words.of(job.state()),
        Words.millis(job.createdAt()),
        Words.orNull(job.startedAt()),
        Words.orNull(job.finishedAt()),
        Words.orNull(job.expiresAt()),
        job.ending(),
        job.rate() == null ? null : Words.threeDecimals(job.rate()),
        job.timeLeft() == null ? null : job.timeLeft().toString(),
        WebhookView.of(job.webhook()),
        new Counts(
            counts.endpoints(),
            counts.done(),
            counts.open(),
            counts.closed(),
            counts.filtered(),
            counts.openOrFiltered(),
            counts.unreachable(),
            counts.notProbed(),
            counts.identified(),
            counts.impostors(),
            counts.dropped()));
  }
}
