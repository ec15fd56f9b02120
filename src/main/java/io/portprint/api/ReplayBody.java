package io.portprint.api;

import io.portprint.fingerprint.Bytes;
import io.portprint.job.ReplayRequest;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A replay as a client asks for it. */
@Schema(
    name = "ReplayRequest",
    description =
        "What to say to an endpoint many times. The last turn is the one that is changed, one thing"
            + " at a time, and whose answers are learnt from; those before it are said unchanged in"
            + " the same conversation.")
record ReplayBody(
    @Schema(
            description = "The endpoint, as `host:port/transport`.",
            example = "127.0.0.1:33033/udp")
        @Nullable String endpoint,
    @Schema(
            description =
                "1 to 16 turns. A single one that says nothing learns from what the peer says by"
                    + " itself.")
        @Nullable List<ExchangeBody.@Nullable Turn> turns,
    @Schema(
            description =
                "The least time between the beginnings of two conversations, as an ISO 8601"
                    + " duration, 10 s at most.",
            format = "duration",
            defaultValue = "PT0.05S")
        @Nullable String pace,
    @Schema(
            description = "How long to wait for an answer, as an ISO 8601 duration, 30 s at most.",
            format = "duration",
            defaultValue = "PT1S")
        @Nullable String patience,
    @Schema(
            description =
                "Whether what is said may log in. `false`: messages that are known to carry"
                    + " credentials are refused.",
            defaultValue = "false")
        @Nullable Boolean credentials) {

  private static final Duration PACE = Duration.ofMillis(50);
  private static final Duration SLOWEST = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  ReplayRequest toRequest(RandomGenerator random) {
    List<Bytes> sayings = ExchangeBody.sayings(turns, credentials != null && credentials, random);
    Duration between = Words.duration("pace", pace);
    if (between != null && between.compareTo(SLOWEST) > 0) {
      throw Refusal.invalid("pace", between + " is more than " + SLOWEST);
    }
    return new ReplayRequest(
        ExchangeBody.endpoint(endpoint),
        sayings.subList(0, sayings.size() - 1),
        sayings.getLast(),
        between == null ? PACE : between,
        ExchangeBody.patience(patience, PATIENCE));
  }
}
