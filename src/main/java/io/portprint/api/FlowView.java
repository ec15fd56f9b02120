package io.portprint.api;

import io.portprint.capture.Entropy;
import io.portprint.capture.Flow;
import io.portprint.capture.Flow.Side;
import io.portprint.capture.Peer;
import io.portprint.capture.Sighting;
import io.portprint.capture.Speaker;
import io.portprint.capture.Turn;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A conversation of a capture as a client reads it. */
@Schema(name = "Flow", description = "One conversation of a capture, without what was said.")
record FlowView(
    @Schema(description = "In the order in which they began.", minimum = "1") int number,
    @Schema(allowableValues = {"tcp", "udp"}) String transport,
    @Schema(description = "Who sent the SYN, or else who spoke first.") PeerView client,
    @Schema(description = "The other.") PeerView server,
    @Schema(
            description = "Whose payload came first; null where there was none.",
            allowableValues = {"client", "server"})
        @Nullable String firstSpeaker,
    @Schema(description = "When its first packet was seen; null where the file does not tell.")
        @Nullable Instant firstPacketAt,
    @Schema(description = "When its last packet was seen; null where the file does not tell.")
        @Nullable Instant lastPacketAt,
    @Schema(
            description =
                "`closed`: a side closed the connection in order (FIN). `reset`: a side reset it"
                    + " (RST). `open`: it goes on beyond the capture, or it is UDP.",
            allowableValues = {"open", "closed", "reset"})
        String ending,
    @Schema(description = "What the client sent.") SideView fromClient,
    @Schema(description = "What the server sent.") SideView fromServer,
    @Schema(
            description =
                "Over TCP runs of bytes of one side, over UDP datagrams. Where the capture lacks a"
                    + " part of a stream, a further turn begins behind it.",
            minimum = "0")
        long turns,
    @Schema(description = "Whether something of its payload was not captured, or is not kept.")
        boolean truncated,
    @Schema(
            description =
                "What a probe recognised in the server's answers, as in `service.protocol` of a"
                    + " fingerprint; null where none did. Nobody was challenged: an impostor looks"
                    + " like what it plays. Answers that would fit others too count where they tell"
                    + " the client's address, or where two servers or more tell a client with a"
                    + " private address (RFC 1918, RFC 6598) the same.",
            example = "ftp")
        @Nullable String protocol,
    @Schema(
            description =
                "That it is this protocol, by what the server said alone; null where none was"
                    + " recognised.",
            minimum = "0",
            maximum = "0.99")
        @Nullable Double confidence,
    @Schema(
            description =
                "What else the answer tells, as in `details` of a fingerprint, such as"
                    + " `observedClientAddress`, the address under which the server saw the client."
                    + " Some 2 KiB at most.",
            example = "{\"observedClientAddress\": \"198.51.100.7\"}")
        Map<String, Object> details) {

  private static final int HEX_PREVIEW = 32;
  private static final int TEXT_PREVIEW = 160;

  @Schema(name = "FlowPeer", description = "One end of a conversation.")
  record PeerView(
      @Schema(description = "In canonical text (RFC 5952).", example = "192.0.2.1") String address,
      @Schema(minimum = "0", maximum = "65535") int port) {

    static PeerView of(Peer peer) {
      return new PeerView(peer.addressText(), peer.port());
    }
  }

  @Schema(name = "FlowSide", description = "What one side of a conversation sent.")
  record SideView(
      @Schema(description = "With payload or without.", minimum = "0") long packets,
      @Schema(description = "Of payload, without what was sent again.", minimum = "0") long bytes,
      @Schema(description = "Bytes of payload that were sent again (TCP).", minimum = "0")
          long repeated,
      @Schema(description = "Bytes of payload that the capture lacks.", minimum = "0")
          long missing) {

    static SideView of(Side side) {
      return new SideView(side.packets(), side.bytes(), side.repeated(), side.missing());
    }
  }

  @Schema(name = "FlowPage", description = "A stretch of the list of flows.")
  record Page(
      List<FlowView> items,
      @Schema(description = "What to pass as `cursor` for the next page; null at the end.")
          @Nullable String nextCursor) {}

  @Schema(name = "FlowTurns", description = "A conversation, and a stretch of its turns.")
  record Turns(
      FlowView flow,
      @ArraySchema(
              arraySchema = @Schema(description = "In their order."),
              schema = @Schema(implementation = TurnView.class))
          List<TurnView> items,
      @Schema(description = "What to pass as `cursor` for the next page; null at the end.")
          @Nullable String nextCursor) {}

  @Schema(name = "FlowTurn", description = "What one side said before the other did.")
  record TurnView(
      @Schema(allowableValues = {"client", "server"}) String speaker,
      @Schema(description = "When it began; null where the file does not tell.")
          @Nullable Instant at,
      @Schema(description = "In bytes, all of it.", minimum = "0") long length,
      @Schema(description = "Bytes that the capture lacks before it.", minimum = "0") long missing,
      @Schema(
              description =
                  "Of what was kept, by Shannon's measure, in bits per byte. Of few bytes it can't"
                      + " be high.",
              minimum = "0",
              maximum = "8")
          double entropy,
      @Schema(description = "Its first bytes, in base64; `bytes` of the query says how many.")
          byte[] payload,
      @Schema(description = "Whether `payload` is less than all of it.") boolean truncated,
      @Schema(description = "Its first 32 bytes in hexadecimal digits.") String hex,
      @Schema(
              description =
                  "Its first 160 bytes as text; what is not printable ASCII as `\\r`, `\\n`, `\\t`,"
                      + " `\\\\` or `\\xHH`.")
          String text) {

    static TurnView of(Turn turn, int bytes) {
      byte[] payload = turn.payload().head(bytes).toArray();
      return new TurnView(
          word(turn.speaker()),
          turn.at(),
          turn.length(),
          turn.missing(),
          Math.min(8, Words.threeDecimals(Entropy.of(turn.payload()))),
          payload,
          payload.length < turn.length(),
          turn.payload().head(HEX_PREVIEW).hex(),
          turn.payload().head(TEXT_PREVIEW).escaped());
    }
  }

  static FlowView of(Flow flow) {
    Sighting seen = flow.sighting();
    return new FlowView(
        flow.number(),
        flow.transport().label(),
        PeerView.of(flow.client()),
        PeerView.of(flow.server()),
        flow.firstSpeaker() == null ? null : word(flow.firstSpeaker()),
        flow.from(),
        flow.to(),
        flow.ending().name().toLowerCase(Locale.ROOT),
        SideView.of(flow.fromClient()),
        SideView.of(flow.fromServer()),
        flow.turnCount(),
        flow.truncated(),
        flow.protocol(),
        seen == null ? null : Words.threeDecimals(seen.confidence()),
        seen == null ? Map.of() : seen.details());
  }

  private static String word(Speaker speaker) {
    return speaker.name().toLowerCase(Locale.ROOT);
  }
}
