package io.portprint.api;

import io.portprint.capture.Capture;
import io.portprint.capture.Damage;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A capture as a client reads it. */
@Schema(name = "Capture", description = "What an uploaded capture holds, without its flows.")
record CaptureView(
    UUID id,
    @Schema(description = "When it was read.") Instant createdAt,
    @Schema(description = "When it will be forgotten.") Instant expiresAt,
    @Schema(
            description = "`pcap-ns`: pcap with times in nanoseconds.",
            allowableValues = {"pcap", "pcap-ns", "pcapng"})
        String format,
    @ArraySchema(
            arraySchema =
                @Schema(
                    description =
                        "What its packets begin with: names of tcpdump's registry of link-layer"
                            + " header types, or numbers where they are not among those that are"
                            + " read."),
            schema = @Schema(example = "ETHERNET"))
        List<String> linkTypes,
    @Schema(description = "Of the file, in bytes.", minimum = "0") long size,
    @Schema(description = "Packets that were read.", minimum = "0") long packets,
    @Schema(description = "Bytes that were captured of them.", minimum = "0") long bytes,
    @Schema(description = "Bytes that they had on the wire.", minimum = "0") long wireBytes,
    @Schema(description = "When the first packet was seen; null where the file does not tell.")
        @Nullable Instant firstPacketAt,
    @Schema(description = "When the last packet was seen; null where the file does not tell.")
        @Nullable Instant lastPacketAt,
    @Schema(description = "Conversations over TCP and UDP.", minimum = "0") int flows,
    UnreadView unread,
    @ArraySchema(
            arraySchema =
                @Schema(
                    description =
                        "What was wrong with the file, or was left out. What could be read is there"
                            + " all the same."),
            schema = @Schema(implementation = DamageView.class))
        List<DamageView> damage) {

  @Schema(name = "CaptureUnread", description = "Packets that are in no flow, and why.")
  record UnreadView(
      @Schema(
              description = "Of another network layer, or of a link type that is not read.",
              minimum = "0")
          long notIp,
      @Schema(description = "IP, but neither TCP nor UDP.", minimum = "0") long otherTransport,
      @Schema(description = "Not what their headers say.", minimum = "0") long malformed,
      @Schema(
              description = "Fragmented payloads, not packets, of which a part is missing.",
              minimum = "0")
          long incomplete,
      @Schema(description = "Of flows beyond those that are kept.", minimum = "0")
          long beyondFlows) {}

  @Schema(name = "CaptureDamage", description = "Something that was wrong, or was left out.")
  record DamageView(
      @Schema(example = "the file ends within a packet") String what,
      @Schema(
              description =
                  "Where it was found first: bytes from the beginning of the file to the record or"
                      + " block.",
              minimum = "0")
          long offset,
      @Schema(description = "How often it was found.", minimum = "1") long count) {

    static DamageView of(Damage damage) {
      return new DamageView(damage.what(), damage.offset(), damage.count());
    }
  }

  static CaptureView of(Capture capture) {
    Capture.Content content = capture.content();
    Capture.Unread unread = content.unread();
    return new CaptureView(
        capture.id(),
        Words.millis(capture.createdAt()),
        Words.millis(capture.expiresAt()),
        content.format().label(),
        content.linkTypes(),
        content.size(),
        content.packets(),
        content.bytes(),
        content.length(),
        content.from(),
        content.to(),
        content.flows().size(),
        new UnreadView(
            unread.notIp(),
            unread.otherTransport(),
            unread.malformed(),
            unread.incomplete(),
            unread.beyondFlows()),
        content.damage().stream().map(DamageView::of).toList());
  }
}
