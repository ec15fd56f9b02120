package io.portprint.api;

import io.portprint.fingerprint.Fingerprint;
import io.portprint.job.Jobs;
import io.portprint.job.UnknownPositionException;
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
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The evidence of one result, for Wireshark. */
@RestController
@RequestMapping(JobController.PATH + "/{id}/fingerprints/{n}/evidence.pcapng")
@Tag(name = "Jobs")
class EvidenceController {

  private final Jobs jobs;
  private final EvidenceFile file;

  EvidenceController(Jobs jobs, EvidenceFile file) {
    this.jobs = jobs;
    this.file = file;
  }

  @GetMapping(produces = EvidenceFile.MEDIA_TYPE)
  @Operation(
      operationId = "getEvidence",
      summary = "Open the evidence of one result in Wireshark",
      description =
          """
          What was said to an endpoint and what came back, as a capture file (pcapng). Each piece of evidence is a stream of \
          its own: a TCP connection, or datagrams, with its reason as a comment on the answer. Payload bytes are what \
          went over the wire, or through TLS, as far as they were kept. All headers are made up, the client's address \
          among them, which is one for documentation (RFC 5737, RFC 3849); a comment on the file says so.\
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
    ProblemType.NO_SUCH_JOB,
    ProblemType.NO_SUCH_RESULT,
    ProblemType.NO_EVIDENCE
  })
  void evidence(
      @Parameter(description = "The job's id.", schema = @Schema(type = "string", format = "uuid"))
          @PathVariable("id")
          String id,
      @Parameter(
              description =
                  "The result's number in the order of finding, from 1: the id of its"
                      + " `fingerprint` event, and its place in the pages of results without a"
                      + " filter. Closed endpoints have none.",
              example = "1",
              schema = @Schema(type = "integer", minimum = "1", maximum = "2147483647"))
          @PathVariable("n")
          String n,
      Principal client,
      HttpServletResponse response)
      throws IOException {
    UUID job = Words.uuid("id", id);
    int number = Words.number("n", n, 1, Integer.MAX_VALUE, 1);
    file.send(fingerprint(job, client.getName(), number), response);
  }

  private Fingerprint fingerprint(UUID job, String client, int number) {
    try {
      return jobs.fingerprint(job, client, number);
    } catch (UnknownPositionException e) {
      throw new Refusal(
          Problem.of(
              ProblemType.NO_SUCH_RESULT,
              "n",
              "the job has not given the number %d to a result".formatted(number)));
    }
  }
}
