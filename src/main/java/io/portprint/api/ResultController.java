package io.portprint.api;

import io.portprint.fingerprint.Fingerprint;
import io.portprint.job.Jobs;
import io.portprint.job.Page;
import io.portprint.job.ResultFilter;
import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.Principal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** The results of a job, in pages or as a stream. */
@RestController
@RequestMapping(JobController.PATH + "/{id}/fingerprints")
@Tag(name = "Jobs")
class ResultController {

  private final Jobs jobs;
  private final JsonMapper json;

  ResultController(Jobs jobs, JsonMapper json) {
    this.jobs = jobs;
    this.json = json;
  }

  // Without "produces": then this handler, and not the stream, is taken for "Accept: */*".
  @GetMapping
  @Operation(
      operationId = "listFingerprints",
      summary = "Read what a job found",
      description =
          """
          In the order of finding, also while the job runs; closed endpoints only where `state=closed` asks for them. \
          With `Accept: application/x-ndjson` or `text/csv` all results come as one stream, a line each as soon as it is \
          there, until the job ends; `limit` and `cursor` don't apply then.

          CSV is as RFC 4180 has it, in UTF-8, with a header row. What peers made up is escaped: what can't be seen as \
          `\\r`, `\\n`, `\\t`, `\\xHH` or `\\u{H}`, a backslash as two. A cell that would begin with `=`, `+`, `-` or `@`, \
          which spreadsheets take for a formula, begins with an apostrophe. `cpe` holds names with a space between.

          With `Accept: application/xml` what is there comes in the format of `nmap -oX`, by host, whether the job has \
          ended or not: only then `finished` has an `exit`, `error` where the job was cut short. No parameters but \
          `format` apply. Each host has the open ports one by one and the others summed up by state, with their \
          numbers; endpoints that were not probed are left out. `scanner` is `nmap`, for the format allows nothing \
          else. An impostor has the script `portprint-impostor`. Text is escaped as in CSV.\
          """)
  @ApiResponse(
      responseCode = "200",
      description = "A page of fingerprints, or all of them.",
      headers =
          @Header(
              name = "Content-Disposition",
              description = "With CSV and XML: `attachment`, and a file name.",
              schema = @Schema(type = "string")),
      content = {
        @Content(
            mediaType = MediaType.APPLICATION_JSON_VALUE,
            schema = @Schema(implementation = FingerprintView.Page.class)),
        @Content(
            mediaType = MediaType.APPLICATION_NDJSON_VALUE,
            schema = @Schema(implementation = FingerprintView.class)),
        @Content(mediaType = FingerprintCsv.MEDIA_TYPE, schema = @Schema(type = "string")),
        @Content(mediaType = NmapXml.MEDIA_TYPE, schema = @Schema(type = "string"))
      })
  @Refuses({
    ProblemType.INVALID_VALUE,
    ProblemType.UNKNOWN_PARAMETER,
    ProblemType.INVALID_CURSOR,
    ProblemType.NO_SUCH_JOB
  })
  FingerprintView.Page page(
      @Parameter(description = "The job's id.", schema = @Schema(type = "string", format = "uuid"))
          @PathVariable("id")
          String id,
      @Parameter(
              description = "Only endpoints in this state. Absent: in any but `closed`.",
              schema =
                  @Schema(
                      type = "string",
                      allowableValues = {
                        "open",
                        "closed",
                        "filtered",
                        "openOrFiltered",
                        "unreachable",
                        "notProbed"
                      }))
          @RequestParam(name = "state", required = false)
          @Nullable String state,
      @Parameter(description = "Only endpoints with this protocol.")
          @RequestParam(name = "protocol", required = false)
          @Nullable String protocol,
      @Parameter(
              description = "How many at most.",
              schema =
                  @Schema(type = "integer", minimum = "1", maximum = "1000", defaultValue = "100"))
          @RequestParam(name = "limit", required = false)
          @Nullable String limit,
      @Parameter(description = "The `nextCursor` of the page before.")
          @RequestParam(name = "cursor", required = false)
          @Nullable String cursor,
      @Parameter(
              description =
                  "The form of the answer, for links, where no Accept header can be set: it goes"
                      + " before that.",
              schema =
                  @Schema(
                      type = "string",
                      allowableValues = {"json", "ndjson", "csv", "xml"}))
          @RequestParam(name = Forms.PARAMETER, required = false)
          @Nullable String format,
      Principal client) {
    Forms.check(format);
    Page<Fingerprint> page =
        jobs.fingerprints(
            Words.uuid("id", id),
            client.getName(),
            filter(state, protocol),
            Words.number("limit", limit, 1, 1000, 100),
            cursor);
    return new FingerprintView.Page(
        page.items().stream().map(FingerprintView::of).toList(), page.nextCursor());
  }

  /**
   * Writes on the request's own (virtual) thread: a client that reads slowly holds back this stream
   * and nothing else, and one line is all that is buffered.
   */
  @GetMapping(produces = MediaType.APPLICATION_NDJSON_VALUE)
  @Hidden
  void stream(
      @PathVariable("id") String id,
      @RequestParam(name = "state", required = false) @Nullable String state,
      @RequestParam(name = "protocol", required = false) @Nullable String protocol,
      @RequestParam(name = Forms.PARAMETER, required = false) @Nullable String format,
      Principal client,
      HttpServletResponse response)
      throws IOException {
    Forms.check(format);
    UUID job = Words.uuid("id", id);
    ResultFilter filter = filter(state, protocol);
    jobs.get(job, client.getName()); // refused while it can be: the status is sent next
    response.setContentType(MediaType.APPLICATION_NDJSON_VALUE);
    response.flushBuffer();
    OutputStream out = response.getOutputStream();
    jobs.stream(job, client.getName(), filter, fingerprint -> line(out, fingerprint));
  }

  private void line(OutputStream out, Fingerprint fingerprint) {
    try {
      out.write(json.writeValueAsBytes(FingerprintView.of(fingerprint)));
      out.write('\n');
      out.flush();
    } catch (IOException clientHasGone) {
      throw new UncheckedIOException(clientHasGone);
    }
  }

  private static ResultFilter filter(@Nullable String state, @Nullable String protocol) {
    return new ResultFilter(Words.state("state", state), protocol);
  }
}
