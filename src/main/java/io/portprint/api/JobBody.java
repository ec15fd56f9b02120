package io.portprint.api;

import io.portprint.job.JobRequest;
import io.portprint.scope.Selection;
import io.portprint.webhook.WebhookUrl;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A job as a client asks for it. */
@Schema(
    name = "JobRequest",
    description =
        "What to fingerprint: `targets` x `ports`, `endpoints`, or both. At least one endpoint must"
            + " come out.")
record JobBody(
    @ArraySchema(
            arraySchema =
                @Schema(
                    description =
                        "Host names, addresses, CIDR blocks and address ranges. Each is combined"
                            + " with every one of `ports`.",
                    example = "[\"127.0.0.1\"]"),
            schema = @Schema(example = "127.0.0.1"))
        @Nullable List<@Nullable String> targets,
    @Schema(
            description =
                "Ports of the targets, 1 to 65535: numbers and ranges, separated by commas; `T:`"
                    + " and `U:` say whether those that follow are TCP (so it is without) or UDP."
                    + " `top-100` and, of TCP, `top-1000` stand for the most common ones, `all` for"
                    + " every one. Ranges, `all` and `top-` leave out 9100-9107/tcp, where printers"
                    + " print what they are sent: write those one by one.",
            example = "top-100,8000-8100,U:53")
        @Nullable String ports,
    @ArraySchema(
            arraySchema =
                @Schema(
                    description = "Single endpoints, as `host:port/transport`.",
                    example = "[\"127.0.0.1:8080/tcp\"]"),
            schema = @Schema(example = "127.0.0.1:8080/tcp"))
        @Nullable List<@Nullable String> endpoints,
    @ArraySchema(
            arraySchema =
                @Schema(
                    description =
                        "What is not to be probed, whatever the others say: host names, addresses,"
                            + " blocks and ranges, at most 65,536. An address is left out wherever"
                            + " it comes from, a name with all of its addresses; a name that can't"
                            + " be resolved is refused. What is left must be in scope, and at least"
                            + " one endpoint.",
                    example = "[\"127.0.0.2\"]"),
            schema = @Schema(example = "127.0.0.2"))
        @Nullable List<@Nullable String> exclude,
    @Schema(
            description =
                "Whether each address of a host name is probed, under that name, 64 at most. By"
                    + " default the first one is. In either case all have to be in scope.",
            defaultValue = "false")
        @Nullable Boolean allAddresses,
    @ArraySchema(
            arraySchema =
                @Schema(
                    description =
                        "The only protocols to look for, by the names that `GET /api/v1/probes`"
                            + " lists. Absent or empty: all.",
                    example = "[\"ftp\", \"http\", \"skype\"]"),
            schema = @Schema(example = "http"))
        @Nullable List<@Nullable String> protocols,
    @Schema(
            description =
                "How much time and how many questions an endpoint is worth: `quick` at most 4 s,"
                    + " `normal` 10 s, `thorough` 30 s.",
            allowableValues = {"quick", "normal", "thorough"},
            defaultValue = "normal")
        @Nullable String effort,
    @Schema(
            description =
                "Whether to find out what is behind open endpoints. `false`: the job tells only"
                    + " which endpoints are open, closed and silent, much faster; `protocols`,"
                    + " `effort` and `maxAge` are of no account then.",
            defaultValue = "true")
        @Nullable Boolean identify,
    @Schema(
            description =
                "In which order a job of more than 64 endpoints is swept: `shuffled`, or"
                    + " `commonFirst`, the ports of `top-100` before those of `top-1000` before the"
                    + " rest, each shuffled.",
            allowableValues = {"shuffled", "commonFirst"},
            defaultValue = "shuffled")
        @Nullable String order,
    @Schema(
            description =
                "How urgent the job is beside others: of two that wait, a `high` one has 16 turns"
                    + " and a `normal` one 4 for each of a `low` one.",
            allowableValues = {"low", "normal", "high"},
            defaultValue = "normal")
        @Nullable String priority,
    @Schema(
            description =
                "How old a known fingerprint may be to be used again, as an ISO 8601 duration."
                    + " `PT0S` probes afresh.",
            format = "duration",
            defaultValue = "PT5M",
            example = "PT5M")
        @Nullable String maxAge,
    @Schema(
            description =
                "When the whole job ends at the latest, from its acceptance, as an ISO 8601"
                    + " duration; what was not probed by then is counted as `notProbed`. Absent: no"
                    + " deadline.",
            format = "duration",
            example = "PT2M")
        @Nullable String deadline,
    @Schema(
            description =
                "Who is told when the job has ended, whatever came of it. Only where the operator"
                    + " has set up webhooks.")
        @Nullable WebhookBody webhook) {

  @Schema(name = "WebhookRequest", description = "Where a webhook leads.")
  record WebhookBody(
      @Schema(
              description =
                  "An http or https URL of ASCII characters, without user, password and fragment."
                      + " It gets a POST with a `JobNotice`; the operator decides which addresses"
                      + " that may go to.",
              format = "uri",
              maxLength = WebhookUrl.LONGEST,
              example = "https://receiver.example/portprint")
          @Nullable String url) {}

  private static final String COMMON_FIRST = "commonFirst";

  static final Duration MAX_AGE = Duration.ofMinutes(5);

  JobRequest toRequest(Duration maxDeadline) {
    Selection selection =
        new Selection(
            Words.strings("targets", targets),
            ports,
            Words.strings("endpoints", endpoints),
            Words.strings("exclude", exclude),
            allAddresses != null && allAddresses);
    Duration end = Words.duration("deadline", deadline);
    if (end != null && (end.isZero() || end.compareTo(maxDeadline) > 0)) {
      throw Refusal.invalid(
          "deadline", end + " is not longer than zero and at most " + maxDeadline);
    }
    Duration age = Words.duration("maxAge", maxAge);
    return new JobRequest(
        selection,
        Words.names("protocols", protocols),
        Words.effort("effort", effort),
        identify == null || identify,
        COMMON_FIRST.equals(Words.oneOf("order", order, List.of("shuffled", COMMON_FIRST))),
        Words.priority("priority", priority),
        age == null ? MAX_AGE : age,
        end,
        webhookUrl());
  }

  private @Nullable String webhookUrl() {
    if (webhook != null && webhook.url() == null) {
      throw Refusal.invalid("webhook.url", "it is missing");
    }
    return webhook == null ? null : webhook.url();
  }
}
