package io.portprint.api;

import io.portprint.capture.learning.Naming;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A signature as a client wants it published. */
@Schema(
    name = "SignaturePublication",
    description = "What a replay has learned, and how it is to be called.")
record PublicationBody(
    @Schema(description = "The id of a replay that has ended.", format = "uuid")
        @Nullable String replay,
    @Schema(
            description =
                "Unique among probes: lower-case letters and digits, with single hyphens or full"
                    + " stops between them, 64 at most.",
            example = "acme-telemetry")
        @Nullable String name,
    @Schema(
            description =
                "What detection calls it, in the same characters: the IANA service name where there"
                    + " is one. The same as `name` where it is left out.",
            example = "acme-telemetry")
        @Nullable String protocol,
    @Schema(
            description =
                "The protocol's name for people, 1 to 100 characters of printable ASCII. The same"
                    + " as `protocol` where it is left out.",
            example = "Acme telemetry")
        @Nullable String title,
    @Schema(
            description =
                "Whether what stands in the answers as products and versions do is to be named."
                    + " See the candidate's `signatures` first: it is a guess by where words"
                    + " stand.",
            defaultValue = "false")
        @Nullable Boolean nameProduct) {

  boolean namesProduct() {
    return nameProduct != null && nameProduct;
  }

  UUID replayId() {
    if (replay == null) {
      throw Refusal.invalid("replay", "is missing: the id of a replay that has ended");
    }
    return Words.uuid("replay", replay);
  }

  String wantedName() {
    if (name == null) {
      throw Refusal.invalid("name", "is missing");
    }
    return checked("name", name);
  }

  String wantedProtocol() {
    return protocol == null ? wantedName() : checked("protocol", protocol);
  }

  String wantedTitle() {
    if (title == null) {
      return wantedProtocol();
    }
    if (!Naming.isTitle(title)) {
      throw Refusal.invalid("title", "is not 1 to 100 characters of printable ASCII");
    }
    return title;
  }

  private static String checked(String field, String value) {
    if (!Naming.isName(value)) {
      throw Refusal.invalid(
          field,
          Words.quoted(value)
              + " is not 1 to 64 lower-case letters and digits with single hyphens or full stops"
              + " between them");
    }
    return value;
  }
}
