package io.portprint.api;

import io.portprint.probe.Description;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A probe as a client reads it. */
@Schema(name = "Probe", description = "One protocol over one transport that can be recognised.")
record ProbeView(
    @Schema(description = "Unique.", example = "skype-udp") String name,
    @Schema(
            description = "What it can name, and what `protocols` of a request takes.",
            example = "skype")
        String protocol,
    @Schema(allowableValues = {"tcp", "udp"}) String transport,
    @Schema(description = "The protocol's name for people.") String title,
    @Schema(description = "What is asked and what proves it.") String summary,
    @Schema(description = "What the probe was written from.") List<String> references) {

  @Schema(name = "ProbePage", description = "All probes, by protocol and name.")
  record Page(
      List<ProbeView> items,
      @Schema(description = "Always null: the list is short.") @Nullable String nextCursor) {}

  static ProbeView of(Description description) {
    return new ProbeView(
        description.name(),
        description.protocol(),
        description.transport().label(),
        description.title(),
        description.summary(),
        description.references());
  }
}
