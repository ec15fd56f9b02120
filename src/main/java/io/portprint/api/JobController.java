package io.portprint.api;

import io.portprint.job.Job;
import io.portprint.job.JobProperties;
import io.portprint.job.JobRequest;
import io.portprint.job.Jobs;
import io.portprint.job.Page;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.callbacks.Callback;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.security.Principal;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Jobs: submitted, listed, read, cancelled. */
@RestController
@RequestMapping(path = JobController.PATH, produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Jobs")
class JobController {

  static final String PATH = "/api/v1/jobs";
  static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  private static final String PREFER = "Prefer";
  private static final String PREFERENCE_APPLIED = "Preference-Applied";
  private static final String REPLAYED = "Idempotent-Replayed";
  private static final int LONGEST_WAIT = 60;

  /** One preference of the list that RFC 7240 defines; its parameters, if any, are passed over. */
  private static final Pattern WAIT =
      Pattern.compile("(?i)(?:^|,)\\s*wait\\s*=\\s*\"?(\\d{1,9})\"?\\s*(?:;[^,]*)?(?=,|$)");

  private static final Pattern KEY_FORM = Pattern.compile("[\\x20-\\x7e]{1,255}");

  private final Jobs jobs;
  private final JobProperties properties;

  JobController(Jobs jobs, JobProperties properties) {
    this.jobs = jobs;
    this.properties = properties;
  }

  @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
  @Operation(
      operationId = "submitJob",
      summary = "Submit a job",
      description =
          """
          Accepts a job, whole or not at all: every target is parsed, resolved and held against the scope first. \
          With `Prefer: wait=N` the answer waits up to N seconds for the job to end, and is then `200` with the finished job.

          With `dryRun=true` the same request is judged in the same way, names are looked up, and the answer is `200` with an \
          estimate: nothing is accepted, and nothing is sent to a target. `Prefer` and `Idempotency-Key` then have no effect. \
          A full queue is no refusal but told in `admissible`.\
          """)
  @Callback(
      name = "jobEnded",
      callbackUrlExpression = "{$request.body#/webhook/url}",
      operation =
          @Operation(
              method = "post",
              summary = "The job has ended",
              description =
                  """
                  Sent once the job has ended, whatever came of it, signed as Standard Webhooks 1.0 has it. A status of 2xx \
                  takes it. On 429, 5xx and where no answer comes it is tried again, with growing pauses and for a bounded \
                  time; every other status is final, redirects too. It may come more than once: `webhook-id` tells.\
                  """,
              parameters = {
                @Parameter(
                    in = ParameterIn.HEADER,
                    name = "webhook-id",
                    description = "Of the notice: the same in every attempt.",
                    schema = @Schema(type = "string", format = "uuid")),
                @Parameter(
                    in = ParameterIn.HEADER,
                    name = "webhook-timestamp",
                    description = "When this attempt was made, in seconds since 1970.",
                    schema = @Schema(type = "integer", format = "int64")),
                @Parameter(
                    in = ParameterIn.HEADER,
                    name = "webhook-signature",
                    description =
                        "`v1,` and the HMAC-SHA256, in base64, of id, timestamp and body, joined"
                            + " by dots, under the client's key.",
                    schema = @Schema(type = "string"))
              },
              requestBody =
                  @io.swagger.v3.oas.annotations.parameters.RequestBody(
                      content =
                          @Content(
                              mediaType = MediaType.APPLICATION_JSON_VALUE,
                              schema = @Schema(implementation = JobNoticeView.class))),
              responses =
                  @ApiResponse(responseCode = "2XX", description = "The receiver takes it.")))
  @ApiResponse(
      responseCode = "200",
      description =
          "The job, which ended within the time of `Prefer: wait`; or the estimate of a dry run,"
              + " without these headers.",
      headers = {
        @Header(
            name = "Location",
            description = "Where the job is.",
            schema = @Schema(type = "string", format = "uri-reference")),
        @Header(
            name = PREFERENCE_APPLIED,
            description = "The wait that was granted, such as `wait=20`.",
            schema = @Schema(type = "string")),
        @Header(
            name = REPLAYED,
            description =
                "`true` where an earlier request of the same `Idempotency-Key` made the job.",
            schema = @Schema(type = "string"))
      },
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON_VALUE,
              schema = @Schema(oneOf = {JobView.class, EstimateView.class})))
  @ApiResponse(
      responseCode = "202",
      description = "The job is accepted, and goes on.",
      headers = {
        @Header(
            name = "Location",
            description = "Where the job is.",
            schema = @Schema(type = "string", format = "uri-reference")),
        @Header(
            name = PREFERENCE_APPLIED,
            description =
                "The wait that was granted and was not enough; absent where none was asked for.",
            schema = @Schema(type = "string")),
        @Header(
            name = REPLAYED,
            description =
                "`true` where an earlier request of the same `Idempotency-Key` made the job.",
            schema = @Schema(type = "string"))
      },
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON_VALUE,
              schema = @Schema(implementation = JobView.class)))
  @Refuses({
    ProblemType.MALFORMED_JSON,
    ProblemType.UNKNOWN_FIELD,
    ProblemType.UNKNOWN_PARAMETER,
    ProblemType.INVALID_VALUE,
    ProblemType.INVALID_TARGET,
    ProblemType.UNKNOWN_PROTOCOL,
    ProblemType.OUT_OF_SCOPE,
    ProblemType.WEBHOOKS_OFF,
    ProblemType.WEBHOOK_NOT_ALLOWED,
    ProblemType.BODY_TOO_LARGE,
    ProblemType.UNSUPPORTED_MEDIA_TYPE,
    ProblemType.UNRESOLVABLE_HOST,
    ProblemType.TOO_MANY_ENDPOINTS,
    ProblemType.IDEMPOTENCY_CONFLICT,
    ProblemType.QUEUE_FULL,
    ProblemType.SHUTTING_DOWN
  })
  ResponseEntity<?> submit(
      @RequestBody JobBody body,
      @Parameter(
              description =
                  "Whether only to judge the job and to estimate what it would take, without"
                      + " accepting it.",
              schema = @Schema(type = "boolean", defaultValue = "false"))
          @RequestParam(name = "dryRun", required = false)
          @Nullable String dryRun,
      @Parameter(
              description =
                  "How many seconds to wait for the end of the job, at most 60 (RFC 7240).",
              example = "wait=20")
          @RequestHeader(name = PREFER, required = false)
          @Nullable String prefer,
      @Parameter(
              description =
                  "1 to 255 printable ASCII characters. The same request under the same key is"
                      + " accepted once, and answered with the same job for as long as that is"
                      + " kept.")
          @RequestHeader(name = IDEMPOTENCY_KEY, required = false)
          @Nullable String idempotencyKey,
      Principal client,
      HttpServletRequest request) {
    if (idempotencyKey != null && !KEY_FORM.matcher(idempotencyKey).matches()) {
      throw Refusal.invalid(IDEMPOTENCY_KEY, "it is not 1 to 255 printable ASCII characters");
    }
    JobRequest job = body.toRequest(properties.maxDeadline());
    return Words.flag("dryRun", dryRun)
        ? ResponseEntity.ok(EstimateView.of(jobs.estimate(job)))
        : submit(job, wait(request), client.getName(), idempotencyKey);
  }

  private ResponseEntity<JobView> submit(
      JobRequest request, Optional<Integer> wait, String client, @Nullable String idempotencyKey) {
    Jobs.Submitted submitted = jobs.submit(request, client, idempotencyKey);
    Job job = submitted.job();
    if (wait.isPresent()) {
      job = jobs.await(job.id(), client, Duration.ofSeconds(wait.get()));
    }
    boolean finished = wait.isPresent() && job.state().ended();
    HttpHeaders headers = new HttpHeaders();
    headers.setLocation(URI.create(PATH + "/" + job.id()));
    wait.ifPresent(seconds -> headers.set(PREFERENCE_APPLIED, "wait=" + seconds));
    if (submitted.replayed()) {
      headers.set(REPLAYED, "true");
    }
    return new ResponseEntity<>(
        JobView.of(job), headers, finished ? HttpStatus.OK : HttpStatus.ACCEPTED);
  }

  /**
   * The wait that is preferred, cut to what is granted. What can't be read is ignored (RFC 7240,
   * 2).
   */
  private static Optional<Integer> wait(HttpServletRequest request) {
    for (String preferences : Collections.list(request.getHeaders(PREFER))) {
      Matcher wait = WAIT.matcher(preferences);
      if (wait.find()) {
        return Optional.of(Math.min(Integer.parseInt(wait.group(1)), LONGEST_WAIT));
      }
    }
    return Optional.empty();
  }

  @GetMapping
  @Operation(
      operationId = "listJobs",
      summary = "List your jobs",
      description = "Newest first; those of other clients are not shown.")
  @ApiResponse(responseCode = "200", description = "A page of jobs.")
  @Refuses({ProblemType.INVALID_VALUE, ProblemType.UNKNOWN_PARAMETER, ProblemType.INVALID_CURSOR})
  JobView.Page list(
      @Parameter(
              description = "Only jobs in this state.",
              schema =
                  @Schema(
                      type = "string",
                      allowableValues = {"queued", "running", "completed", "cancelled", "failed"}))
          @RequestParam(name = "state", required = false)
          @Nullable String state,
      @Parameter(
              description = "How many at most.",
              schema =
                  @Schema(type = "integer", minimum = "1", maximum = "500", defaultValue = "50"))
          @RequestParam(name = "limit", required = false)
          @Nullable String limit,
      @Parameter(description = "The `nextCursor` of the page before.")
          @RequestParam(name = "cursor", required = false)
          @Nullable String cursor,
      Principal client) {
    Page<Job> page =
        jobs.list(
            client.getName(),
            Words.jobState("state", state),
            Words.number("limit", limit, 1, 500, 50),
            cursor);
    return new JobView.Page(page.items().stream().map(JobView::of).toList(), page.nextCursor());
  }

  @GetMapping("/{id}")
  @Operation(operationId = "getJob", summary = "Read a job: state, counts, times")
  @ApiResponse(responseCode = "200", description = "The job.")
  @Refuses({ProblemType.INVALID_VALUE, ProblemType.UNKNOWN_PARAMETER, ProblemType.NO_SUCH_JOB})
  JobView get(
      @Parameter(description = "The job's id.", schema = @Schema(type = "string", format = "uuid"))
          @PathVariable("id")
          String id,
      Principal client) {
    return JobView.of(jobs.get(uuid(id), client.getName()));
  }

  @DeleteMapping("/{id}")
  @Operation(
      operationId = "cancelJob",
      summary = "Cancel a job",
      description =
          "Ends the job; what was found stays readable until it expires. A job that has ended stays"
              + " as it is.")
  @ApiResponse(responseCode = "200", description = "The job, which has ended or is about to.")
  @Refuses({ProblemType.INVALID_VALUE, ProblemType.UNKNOWN_PARAMETER, ProblemType.NO_SUCH_JOB})
  JobView cancel(
      @Parameter(description = "The job's id.", schema = @Schema(type = "string", format = "uuid"))
          @PathVariable("id")
          String id,
      Principal client) {
    return JobView.of(jobs.cancel(uuid(id), client.getName()));
  }

  private static UUID uuid(String id) {
    return Words.uuid("id", id);
  }
}
