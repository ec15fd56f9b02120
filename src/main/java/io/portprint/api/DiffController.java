package io.portprint.api;

import io.portprint.job.Jobs;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What two jobs found different. */
@RestController
@Tag(name = "Jobs")
class DiffController {

  private final Jobs jobs;

  DiffController(Jobs jobs) {
    this.jobs = jobs;
  }

  @GetMapping(
      path = JobController.PATH + "/{id}/diff/{other}",
      produces = MediaType.APPLICATION_JSON_VALUE)
  @Operation(
      operationId = "compareJobs",
      summary = "Compare what two jobs found",
      description =
          """
          What appeared, vanished and changed from the first job to the second; both must have ended. An endpoint is the \
          same where host, address, port and transport are: a name that leads to another address by now is another \
          endpoint. Where one of the jobs has no verdict on an endpoint, it is unknown and not closed: if the other \
          found it open, it is counted and not listed. Nothing is called changed where one of the jobs had \
          `identify: false`. First come those that are open after, then those that were open \
          before, both in the order of finding.\
          """)
  @ApiResponse(responseCode = "200", description = "A page of differences, and all their counts.")
  @Refuses({
    ProblemType.INVALID_VALUE,
    ProblemType.UNKNOWN_PARAMETER,
    ProblemType.INVALID_CURSOR,
    ProblemType.NO_SUCH_JOB,
    ProblemType.JOB_NOT_ENDED
  })
  DiffView.Page compare(
      @Parameter(
              description = "The id of the job before.",
              schema = @Schema(type = "string", format = "uuid"))
          @PathVariable("id")
          String id,
      @Parameter(
              description = "The id of the job after.",
              schema = @Schema(type = "string", format = "uuid"))
          @PathVariable("other")
          String other,
      @Parameter(
              description = "Only differences of this kind.",
              schema =
                  @Schema(
                      type = "string",
                      allowableValues = {"appeared", "vanished", "changed"}))
          @RequestParam(name = "change", required = false)
          @Nullable String change,
      @Parameter(
              description = "How many at most.",
              schema =
                  @Schema(type = "integer", minimum = "1", maximum = "1000", defaultValue = "100"))
          @RequestParam(name = "limit", required = false)
          @Nullable String limit,
      @Parameter(description = "The `nextCursor` of the page before, with the same `change`.")
          @RequestParam(name = "cursor", required = false)
          @Nullable String cursor,
      Principal client) {
    return DiffView.page(
        jobs.compare(
            Words.uuid("id", id),
            Words.uuid("other", other),
            client.getName(),
            Words.change("change", change),
            Words.number("limit", limit, 1, 1000, 100),
            cursor));
  }
}
