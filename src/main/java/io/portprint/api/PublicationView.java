package io.portprint.api;

import io.portprint.probe.Description;
import io.portprint.publication.Publication;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A published signature as a client reads it. */
@Schema(
    name = "PublishedSignature",
    description = "A signature that was learned from a replay and that detection uses.")
record PublicationView(
    String name,
    @Schema(description = "What detection calls it.") String protocol,
    @Schema(allowableValues = {"tcp", "udp"}) String transport,
    @Schema(description = "The protocol's name for people.") String title,
    @Schema(description = "When it was learned.") Instant learnedAt,
    @Schema(description = "Answers that it was learned from.") int answers,
    @Schema(description = "Bits that one answer has to get right.") double bits,
    @Schema(description = "Bits that the answers to three fresh requests have to get right.")
        double bitsOfThree,
    @Schema(description = "Of them, those that follow the fresh requests.") double freshBits,
    @Schema(description = "The exchange in the book's own YAML, as it is kept.") String exchange,
    @Schema(description = "Signatures that name the product; null where none is named.")
        @Nullable String signatures,
    @Schema(description = "The trial that it has passed.") TrialView trial) {

  /** A trial. */
  @Schema(
      name = "SignatureTrial",
      description = "What the signature was tried on. It named nothing of it.")
  record TrialView(
      @Schema(
              description =
                  "Peers in memory that resemble others. One that speaks the signature's own"
                      + " protocol may be named.")
          List<String> lookAlikes,
      @Schema(description = "Answers of other protocols that the book knows.") int knownAnswers) {}

  static PublicationView of(Publication publication) {
    Description description = publication.learned().probe().description();
    return new PublicationView(
        publication.name(),
        description.protocol(),
        description.transport().label(),
        description.title(),
        publication.learned().at(),
        publication.learned().answers(),
        publication.learned().bits(),
        publication.learned().bitsOfThree(),
        publication.learned().freshBits(),
        publication.exchange(),
        publication.signatures(),
        new TrialView(publication.passed().lookAlikes(), publication.passed().knownAnswers()));
  }
}
