package io.portprint.api;

import io.portprint.fingerprint.Bytes;
import io.portprint.job.Exchanges;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.security.Principal;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Conversations of a client's own making. */
@RestController
@Tag(name = "Exchanges")
class ExchangeController {

  /** All of it takes at most this. */
  private static final Duration LONGEST = Duration.ofSeconds(60);

  /** For the connection, and for answers that go on. */
  private static final Duration BESIDES = Duration.ofSeconds(5);

  private final Exchanges exchanges;
  private final ExchangePermission permission;
  private final RandomGenerator random = new SecureRandom();

  ExchangeController(Exchanges exchanges, ExchangePermission permission) {
    this.exchanges = exchanges;
    this.permission = permission;
  }

  @PostMapping(
      path = "/api/v1/exchanges",
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  @Operation(
      operationId = "exchange",
      summary = "Say something to an endpoint",
      description =
          """
          One conversation, turn by turn: each says something, or nothing, and hears what comes until a lull. Within the scope and \
          the limits of everything else; only for clients whom the operator has named in `portprint.exchanges.clients`. \
          All of it takes 60 s at most.\
          """)
  @ApiResponse(responseCode = "200", description = "What was said and what came back.")
  @Refuses({
    ProblemType.MALFORMED_JSON,
    ProblemType.UNKNOWN_FIELD,
    ProblemType.UNKNOWN_PARAMETER,
    ProblemType.INVALID_VALUE,
    ProblemType.INVALID_TARGET,
    ProblemType.EXCHANGES_OFF,
    ProblemType.OUT_OF_SCOPE,
    ProblemType.BODY_TOO_LARGE,
    ProblemType.UNSUPPORTED_MEDIA_TYPE,
    ProblemType.UNRESOLVABLE_HOST,
    ProblemType.QUEUE_FULL,
    ProblemType.SHUTTING_DOWN,
    ProblemType.BUSY
  })
  ExchangeView exchange(@RequestBody ExchangeBody body, Principal client) {
    permission.check(client);
    Duration patience = body.patienceOrDefault();
    List<Bytes> sayings = body.sayings(random);
    Duration time = patience.multipliedBy(2L * sayings.size()).plus(BESIDES);
    return ExchangeView.of(
        exchanges.converse(
            body.endpointOrRefuse(),
            sayings,
            patience,
            time.compareTo(LONGEST) < 0 ? time : LONGEST));
  }
}
