package io.portprint.api;

import io.portprint.capture.learning.Candidate;
import io.portprint.capture.learning.Naming;
import io.portprint.fingerprint.Endpoint;
import io.portprint.job.Confirmations;
import io.portprint.job.Replay;
import io.portprint.job.Replays;
import io.portprint.probe.Probe;
import io.portprint.publication.Publication;
import io.portprint.publication.Publications;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.security.Principal;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Signatures that were learned: published, read, withdrawn. */
@RestController
@RequestMapping(path = SignatureController.PATH, produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Knowledge")
class PublicationController {

  private final Replays replays;
  private final Publications publications;
  private final Confirmations confirmations;
  private final ExchangePermission permission;

  PublicationController(
      Replays replays,
      Publications publications,
      Confirmations confirmations,
      ExchangePermission permission) {
    this.replays = replays;
    this.publications = publications;
    this.confirmations = confirmations;
    this.permission = permission;
  }

  @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
  @Operation(
      operationId = "publishSignature",
      summary = "Publish what a replay has learned",
      description =
          """
          From the moment of the answer on, detection asks every endpoint for it, for all clients, and after a restart too: \
          it is kept as YAML in `portprint.publications.folder`. Before, it is tried: it has to prove 40 bits by one answer, or \
          24 bits by what follows fresh requests over three, and must name neither a look-alike (echo, random responder, DNS, \
          STUN and others, in memory) nor an answer of another protocol that the book knows, and has to recognise the servers that \
          it was learned from by fresh requests. Only for clients whom the \
          operator has named in `portprint.exchanges.clients`.\
          """)
  @ApiResponse(
      responseCode = "201",
      description = "The signature is published.",
      headers =
          @Header(
              name = "Location",
              description = "Where it is.",
              schema = @Schema(type = "string", format = "uri-reference")),
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON_VALUE,
              schema = @Schema(implementation = PublicationView.class)))
  @Refuses({
    ProblemType.MALFORMED_JSON,
    ProblemType.UNKNOWN_FIELD,
    ProblemType.UNKNOWN_PARAMETER,
    ProblemType.INVALID_VALUE,
    ProblemType.EXCHANGES_OFF,
    ProblemType.PUBLICATIONS_OFF,
    ProblemType.NO_SUCH_REPLAY,
    ProblemType.REPLAY_NOT_ENDED,
    ProblemType.NAME_TAKEN,
    ProblemType.SIGNATURES_FULL,
    ProblemType.BODY_TOO_LARGE,
    ProblemType.UNSUPPORTED_MEDIA_TYPE,
    ProblemType.NOT_FIT_TO_PUBLISH,
    ProblemType.OUT_OF_SCOPE,
    ProblemType.QUEUE_FULL,
    ProblemType.BUSY,
    ProblemType.SIGNATURE_NOT_KEPT
  })
  ResponseEntity<PublicationView> publish(@RequestBody PublicationBody body, Principal client) {
    permission.check(client);
    String name = body.wantedName();
    String protocol = body.wantedProtocol();
    String title = body.wantedTitle();
    Replay replay = replays.get(body.replayId(), client.getName());
    if (replay.lesson() == null || replay.finishedAt() == null) {
      throw new Refusal(
          Problem.of(
              ProblemType.REPLAY_NOT_ENDED,
              "replay",
              "has held %d of %d conversations"
                  .formatted(replay.trials().size(), replay.planned())));
    }
    if (!replay.opens()) {
      throw new Refusal(
          Problem.of(ProblemType.NOT_FIT_TO_PUBLISH, "replay", LessonView.NOT_FIRST)
              .withRemedy("Replay the request alone, as the only turn."));
    }
    Candidate candidate =
        replay
            .lesson()
            .candidate()
            .orElseThrow(
                () ->
                    new Refusal(
                        Problem.of(
                            ProblemType.NOT_FIT_TO_PUBLISH,
                            "replay",
                            "nothing in its answers could tell them from others")));
    Publication publication =
        publications.publish(
            candidate,
            new Naming(
                name,
                protocol,
                title,
                replay.endpoint().transport(),
                replay.ports(),
                replay.finishedAt()),
            body.namesProduct(),
            probe -> missed(probe, replay));
    return ResponseEntity.created(URI.create(SignatureController.PATH + "/" + name))
        .body(PublicationView.of(publication));
  }

  /** The replay's servers that a probe does not name. */
  private List<String> missed(Probe probe, Replay replay) {
    return Stream.concat(Stream.of(replay.endpoint()), replay.alsoAt().stream())
        .filter(server -> !confirmations.names(probe, server))
        .map(Endpoint::toString)
        .toList();
  }

  @GetMapping("/{name}")
  @Operation(operationId = "getSignature", summary = "Read a published signature")
  @ApiResponse(responseCode = "200", description = "The signature.")
  @Refuses({ProblemType.UNKNOWN_PARAMETER, ProblemType.NO_SUCH_SIGNATURE})
  PublicationView get(
      @Parameter(description = "The signature's name.", example = "acme-telemetry")
          @PathVariable("name")
          String name) {
    return publications.find(name).map(PublicationView::of).orElseThrow(() -> missing(name));
  }

  private static Refusal missing(String name) {
    return new Refusal(
        Problem.of(
            ProblemType.NO_SUCH_SIGNATURE,
            "name",
            "no signature named %s is published".formatted(Words.quoted(name))));
  }

  @DeleteMapping("/{name}")
  @Operation(
      operationId = "withdrawSignature",
      summary = "Withdraw a published signature",
      description =
          "Detection asks for it no more, and its file is gone. Only for clients whom the operator"
              + " has named in `portprint.exchanges.clients`.")
  @ApiResponse(responseCode = "200", description = "The signature, as it was.")
  @Refuses({
    ProblemType.UNKNOWN_PARAMETER,
    ProblemType.EXCHANGES_OFF,
    ProblemType.NO_SUCH_SIGNATURE,
    ProblemType.SIGNATURE_NOT_KEPT
  })
  PublicationView withdraw(
      @Parameter(description = "The signature's name.", example = "acme-telemetry")
          @PathVariable("name")
          String name,
      Principal client) {
    permission.check(client);
    return PublicationView.of(publications.withdraw(name));
  }
}
