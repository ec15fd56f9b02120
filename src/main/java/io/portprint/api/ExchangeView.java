package io.portprint.api;

import io.portprint.api.FingerprintView.EndpointView;
import io.portprint.job.Exchanges;
import io.portprint.probe.Answer;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A conversation as it went. */
@Schema(name = "Exchange", description = "What was said and what came back.")
record ExchangeView(
    EndpointView endpoint,
    @Schema(
            description =
                "Whether somebody is there: `open` where a connection came about or a datagram was"
                    + " answered. `notProbed`: the time was over before.",
            allowableValues = {
              "open",
              "closed",
              "filtered",
              "openOrFiltered",
              "unreachable",
              "notProbed"
            })
        String state,
    @Schema(description = "The turns that were come to; fewer where the peer ended it before.")
        List<TurnView> turns,
    @Schema(description = "How long all of it took, in milliseconds.", minimum = "0")
        double durationMillis) {

  /** One turn. */
  @Schema(name = "ExchangeTurnResult", description = "One turn.")
  record TurnView(
      @Schema(
              description = "What was said, in base64; empty where nothing was.",
              format = "byte",
              type = "string")
          byte[] sent,
      @Schema(description = "What came back, in base64.", format = "byte", type = "string")
          byte[] received,
      @Schema(
              description =
                  "What came back as text: printable ASCII as it is, everything else escaped as"
                      + " `\\r`, `\\n`, `\\t`, `\\\\` or `\\xHH`.")
          String text,
      @Schema(
              description =
                  "How the answer ended: `silence` after a lull, or no answer; `closed` and `reset`"
                      + " by the peer; `limit` of what is read.",
              allowableValues = {"open", "complete", "silence", "closed", "reset", "limit"})
          String ending,
      @Schema(
              description = "Until the first byte came, in milliseconds; null where none did.",
              minimum = "0")
          @Nullable Double roundTripMillis) {

    static TurnView of(Answer answer) {
      return new TurnView(
          answer.sent().toArray(),
          answer.received().toArray(),
          answer.received().escaped(),
          Words.of(answer.ending()),
          answer.roundTrip() == null ? null : Words.millis(answer.roundTrip()));
    }
  }

  static ExchangeView of(Exchanges.Exchange exchange) {
    return new ExchangeView(
        EndpointView.of(exchange.endpoint().endpoint()),
        Words.of(exchange.transcript().state()),
        exchange.transcript().turns().stream().map(TurnView::of).toList(),
        Words.millis(exchange.transcript().duration()));
  }
}
