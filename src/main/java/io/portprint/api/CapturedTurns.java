package io.portprint.api;

import io.portprint.capture.Flow;
import io.portprint.capture.FlowScript;
import io.portprint.capture.FlowScript.Cause;
import io.portprint.capture.FlowScript.Sayable;
import io.portprint.capture.FlowScript.Unsayable;
import io.portprint.detect.Credentials;
import io.portprint.detect.MessageTemplate;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Transport;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The turns of a replay out of a flow of a capture. */
final class CapturedTurns {

  private static final FlowScript.Bounds BOUNDS =
      new FlowScript.Bounds(ExchangeBody.MOST_TURNS, MessageTemplate.MOST_BYTES);

  private CapturedTurns() {}

  /**
   * @param last which of the client's turns is learnt from; null for the default
   * @param credentials whether they may log in
   */
  static List<Bytes> of(Flow flow, @Nullable Integer last, boolean credentials) {
    List<Bytes> sayings =
        switch (FlowScript.of(flow, last, BOUNDS)) {
          case Sayable(List<Bytes> all) -> all;
          case Unsayable(Cause cause, String reason) -> throw refusal(cause, reason);
        };
    if (!credentials) {
      int ofClient = 0;
      for (Bytes saying : sayings) {
        ofClient += saying.isEmpty() ? 0 : 1;
        if (Credentials.in(saying)) {
          throw ExchangeBody.loggingIn("flow", "turn %d of its client".formatted(ofClient));
        }
      }
    }
    return sayings;
  }

  private static Refusal refusal(Cause cause, String reason) {
    return switch (cause) {
      case NO_SUCH_TURN -> Refusal.invalid("learnFrom", reason);
      case TURN ->
          new Refusal(
              Problem.of(ProblemType.NOT_REPLAYABLE, "flow", reason)
                  .withRemedy("Learn from an earlier turn, or take another flow, or give turns."));
      case FLOW ->
          new Refusal(
              Problem.of(ProblemType.NOT_REPLAYABLE, "flow", reason)
                  .withRemedy("Take another flow, or give turns."));
    };
  }

  /** The peer of a capture is history: another is named, but over the same transport. */
  static void checkEndpoint(@Nullable String endpoint, Flow flow) {
    if (endpoint == null || endpoint.isBlank()) {
      throw Refusal.invalid(
          "endpoint",
          "it is missing: the flow's server is history, so name who is to be spoken to, which the"
              + " scope has to allow");
    }
    Transport named =
        endpoint.toLowerCase(Locale.ROOT).endsWith("/udp") ? Transport.UDP : Transport.TCP;
    if (named != flow.transport()) {
      throw new Refusal(
          Problem.of(
                  ProblemType.NOT_REPLAYABLE,
                  "endpoint",
                  "it is over %s, and the flow over %s"
                      .formatted(named.label(), flow.transport().label()))
              .withRemedy("End it with /%s.".formatted(flow.transport().label())));
    }
  }
}
