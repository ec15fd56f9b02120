package io.portprint.api;

import io.portprint.job.Replays;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Replays for Wireshark. */
@RestController
@RequestMapping(ReplayController.PATH + "/{id}")
@Tag(name = "Exchanges")
class ReplayFileController {

  private final Replays replays;
  private final EvidenceFile file;

  ReplayFileController(Replays replays, EvidenceFile file) {
    this.replays = replays;
    this.file = file;
  }

  @GetMapping(path = "/evidence.pcapng", produces = EvidenceFile.MEDIA_TYPE)
  @Operation(
      operationId = "getReplayEvidence",
      summary = "Open the conversations of a replay in Wireshark",
      description =
          """
          All conversations that have been held so far, as a capture file (pcapng). Each is a stream of its own, from its \
          first turn on, with what was changed in it as a comment on the answer, or on the request where nothing was \
          heard. Addresses, ports and payload bytes are what they were (of what was heard 2,048 bytes a turn and 4,096 a \
          conversation are kept); all else in the headers is made up, and a comment on the file says so.\
          """)
  @ApiResponse(
      responseCode = "200",
      description = "The capture.",
      headers =
          @Header(
              name = "Content-Disposition",
              description = "`attachment`, and a file name.",
              schema = @Schema(type = "string")),
      content =
          @Content(
              mediaType = EvidenceFile.MEDIA_TYPE,
              schema = @Schema(type = "string", format = "binary")))
  @Refuses({
    ProblemType.INVALID_VALUE,
    ProblemType.UNKNOWN_PARAMETER,
    ProblemType.NO_SUCH_REPLAY,
    ProblemType.NO_EVIDENCE
  })
  void evidence(
      @Parameter(
              description = "The replay's id.",
              schema = @Schema(type = "string", format = "uuid"))
          @PathVariable("id")
          String id,
      Principal client,
      HttpServletResponse response)
      throws IOException {
    file.send(replays.get(Words.uuid("id", id), client.getName()), response);
  }
}
