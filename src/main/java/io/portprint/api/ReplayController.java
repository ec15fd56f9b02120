package io.portprint.api;

import io.portprint.capture.Captures;
import io.portprint.job.Replay;
import io.portprint.job.Replays;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.security.Principal;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Replays: submitted, read, cancelled. */
@RestController
@RequestMapping(path = ReplayController.PATH, produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Exchanges")
class ReplayController {

  static final String PATH = "/api/v1/replays";

  private final Replays replays;
  private final Captures captures;
  private final ExchangePermission permission;
  private final RandomGenerator random = new SecureRandom();

  ReplayController(Replays replays, Captures captures, ExchangePermission permission) {
    this.replays = replays;
    this.captures = captures;
    this.permission = permission;
  }

  @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
  @Operation(
      operationId = "submitReplay",
      summary = "Replay a request and learn from the answers",
      description =
          """
          Says the same many times, with one thing changed at a time, and finds the pattern in the answers: what is constant, \
          what echoes the request, whose address and port is in them, what is a length, a time, a counter or a nonce; of texts \
          what is product and version. What is said is given turn by turn, or is what the client of a captured flow \
          said. Within the scope and the limits of everything else; only for clients whom the operator has named in \
          `portprint.exchanges.clients`.\
          """)
  @ApiResponse(
      responseCode = "202",
      description = "The replay has begun.",
      headers =
          @Header(
              name = "Location",
              description = "Where the replay is.",
              schema = @Schema(type = "string", format = "uri-reference")),
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON_VALUE,
              schema = @Schema(implementation = ReplayView.class)))
  @Refuses({
    ProblemType.MALFORMED_JSON,
    ProblemType.UNKNOWN_FIELD,
    ProblemType.UNKNOWN_PARAMETER,
    ProblemType.INVALID_VALUE,
    ProblemType.INVALID_TARGET,
    ProblemType.EXCHANGES_OFF,
    ProblemType.OUT_OF_SCOPE,
    ProblemType.NO_SUCH_CAPTURE,
    ProblemType.NO_SUCH_FLOW,
    ProblemType.BODY_TOO_LARGE,
    ProblemType.UNSUPPORTED_MEDIA_TYPE,
    ProblemType.NOT_REPLAYABLE,
    ProblemType.UNRESOLVABLE_HOST,
    ProblemType.QUEUE_FULL
  })
  ResponseEntity<ReplayView> submit(@RequestBody ReplayBody body, Principal client) {
    permission.check(client);
    Replay replay =
        replays.submit(body.toRequest(random, captures, client.getName()), client.getName());
    return ResponseEntity.accepted()
        .location(URI.create(PATH + "/" + replay.id()))
        .body(ReplayView.of(replay));
  }

  @GetMapping("/{id}")
  @Operation(operationId = "getReplay", summary = "Read a replay: conversations, and the lesson")
  @ApiResponse(responseCode = "200", description = "The replay.")
  @Refuses({ProblemType.INVALID_VALUE, ProblemType.UNKNOWN_PARAMETER, ProblemType.NO_SUCH_REPLAY})
  ReplayView get(
      @Parameter(
              description = "The replay's id.",
              schema = @Schema(type = "string", format = "uuid"))
          @PathVariable("id")
          String id,
      Principal client) {
    return ReplayView.of(replays.get(Words.uuid("id", id), client.getName()));
  }

  @DeleteMapping("/{id}")
  @Operation(
      operationId = "cancelReplay",
      summary = "Cancel a replay",
      description = "What it has learnt so far stays readable. One that has ended stays as it is.")
  @ApiResponse(responseCode = "200", description = "The replay, which has ended or is about to.")
  @Refuses({ProblemType.INVALID_VALUE, ProblemType.UNKNOWN_PARAMETER, ProblemType.NO_SUCH_REPLAY})
  ReplayView cancel(
      @Parameter(
              description = "The replay's id.",
              schema = @Schema(type = "string", format = "uuid"))
          @PathVariable("id")
          String id,
      Principal client) {
    return ReplayView.of(replays.cancel(Words.uuid("id", id), client.getName()));
  }
}
