package io.portprint.api;

import io.portprint.capture.Capture;
import io.portprint.capture.CaptureException;
import io.portprint.capture.Captures;
import io.portprint.capture.Flow;
import io.portprint.capture.learning.MutationPlan;
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
        "What to say to an endpoint many times: `turns`, or what the client of a captured flow"
            + " said, `capture` and `flow`. The last turn is the one that is changed, one thing at"
            + " a time, and whose answers are learnt from; those before it are said unchanged in"
            + " the same conversation.")
record ReplayBody(
    @Schema(
            description =
                "The endpoint, as `host:port/transport`. For a flow of a capture, too: its server"
                    + " is history, and the scope decides who may be spoken to now; the transport"
                    + " has to be the flow's.",
            example = "127.0.0.1:33033/udp")
        @Nullable String endpoint,
    @Schema(
            description =
                "Up to 3 further servers of the same kind, to be asked the same: what differs"
                    + " between them is their own and no part of the fingerprint. What one server"
                    + " alone never changes, such as an id that it chose when it started, can't be"
                    + " told from what is the protocol's.",
            example = "[]")
        @Nullable List<@Nullable String> alsoAt,
    @Schema(
            description =
                "1 to 16 turns; absent where `capture` is given. A single one that says nothing"
                    + " learns from what the peer says by itself.")
        @Nullable List<ExchangeBody.@Nullable Turn> turns,
    @Schema(
            description =
                "The id of one of your captures; absent where `turns` are given. What the client of"
                    + " its `flow` said is said again, byte by byte: over TCP what it said at a"
                    + " stretch, over UDP each datagram, 16 turns of 16384 bytes at most. The peer"
                    + " is listened to after each turn; before the first where the flow's server"
                    + " spoke first; and over UDP once more for each further datagram that the"
                    + " server sent before the client's next. A flow in which the client says"
                    + " nothing is listened to. What the capture lacks, or keeps only in part,"
                    + " can't be said (422).",
            format = "uuid")
        @Nullable String capture,
    @Schema(description = "The number of a flow of the capture.", minimum = "1")
        @Nullable Integer flow,
    @Schema(
            description =
                "Which turn of the flow's client is changed and learnt from, from 1; later ones are"
                    + " not said. By default the first that the server answered in the capture, or"
                    + " the first where none was: it depends on the least before it, so a"
                    + " fingerprint learnt from it can open a conversation, and as little as"
                    + " possible is said to the peer again and again.",
            minimum = "1")
        @Nullable Integer learnFrom,
    @Schema(
            description =
                "How often the unchanged request is said, besides three times for each change. With"
                    + " 12 answers a single bit that never changed kept its value by chance once in"
                    + " 2048; more repeats show rarer values, and take longer: `planned` of the"
                    + " replay tells how many conversations there are in all.",
            minimum = "12",
            maximum = "100",
            defaultValue = "12")
        @Nullable Integer repeats,
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

  private static final int MOST_OTHERS = 3;
  private static final Duration PACE = Duration.ofMillis(50);
  private static final Duration SLOWEST = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  ReplayRequest toRequest(RandomGenerator random, Captures captures, String client) {
    List<Bytes> sayings = sayings(random, captures, client);
    Duration between = Words.duration("pace", pace);
    if (between != null && between.compareTo(SLOWEST) > 0) {
      throw Refusal.invalid("pace", between + " is more than " + SLOWEST);
    }
    return new ReplayRequest(
        ExchangeBody.endpoint(endpoint),
        others(),
        sayings.subList(0, sayings.size() - 1),
        sayings.getLast(),
        repeatsOrDefault(),
        between == null ? PACE : between,
        ExchangeBody.patience(patience, PATIENCE));
  }

  private List<String> others() {
    List<String> others = Words.strings("alsoAt", alsoAt);
    if (others.size() > MOST_OTHERS) {
      throw Refusal.invalid(
          "alsoAt", "%d servers are more than %d".formatted(others.size(), MOST_OTHERS));
    }
    return others;
  }

  private int repeatsOrDefault() {
    if (repeats == null) {
      return MutationPlan.REPEATS;
    }
    if (repeats < MutationPlan.REPEATS || repeats > MutationPlan.MOST_REPEATS) {
      throw Refusal.invalid(
          "repeats",
          "%d is out of %d..%d"
              .formatted(repeats, MutationPlan.REPEATS, MutationPlan.MOST_REPEATS));
    }
    return repeats;
  }

  private List<Bytes> sayings(RandomGenerator random, Captures captures, String client) {
    boolean mayLogIn = credentials != null && credentials;
    if (capture == null) {
      if (turns == null) {
        throw eitherOr("turns", "neither turns nor capture and flow are given");
      }
      if (flow != null || learnFrom != null) {
        throw eitherOr(flow != null ? "flow" : "learnFrom", "it belongs to a capture");
      }
      return ExchangeBody.sayings(turns, mayLogIn, random);
    }
    if (turns != null) {
      throw eitherOr("turns", "a capture is given, too");
    }
    if (flow == null) {
      throw eitherOr("flow", "it is missing: a capture holds many");
    }
    if (flow < 1) {
      throw Refusal.invalid("flow", "flows are counted from 1");
    }
    Capture read;
    try {
      read = captures.get(Words.uuid("capture", capture), client);
    } catch (CaptureException.NotFound e) {
      throw new Refusal(
          Problem.of(ProblemType.NO_SUCH_CAPTURE, "capture", String.valueOf(e.getMessage())));
    }
    List<Flow> flows = read.content().flows();
    if (flow > flows.size()) {
      throw new Refusal(
          Problem.of(
              ProblemType.NO_SUCH_FLOW,
              "flow",
              "there is no flow %d, the capture has %d".formatted(flow, flows.size())));
    }
    Flow conversation = flows.get(flow - 1);
    CapturedTurns.checkEndpoint(endpoint, conversation);
    return CapturedTurns.of(conversation, learnFrom, mayLogIn);
  }

  private static Refusal eitherOr(String field, String reason) {
    return new Refusal(
        Problem.of(ProblemType.NOT_REPLAYABLE, field, reason)
            .withRemedy("Give either turns, or capture and flow."));
  }
}
