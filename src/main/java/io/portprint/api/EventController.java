package io.portprint.api;

import io.portprint.fingerprint.State;
import io.portprint.job.JobEvent;
import io.portprint.job.JobEvents;
import io.portprint.job.Jobs;
import io.portprint.job.ResultFilter;
import io.portprint.job.UnknownPositionException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** What happens to a job, as server-sent events (WHATWG HTML, 9.2). */
@RestController
@Tag(name = "Jobs")
class EventController {

  private static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

  private final Jobs jobs;
  private final EventStreams streams;
  private final EventProperties properties;
  private final JsonMapper json;

  EventController(Jobs jobs, EventStreams streams, EventProperties properties, JsonMapper json) {
    this.jobs = jobs;
    this.streams = streams;
    this.properties = properties;
    this.json = json;
  }

  /**
   * Writes on the request's own (virtual) thread, like the stream of results: a client that reads
   * slowly is told what is then so, and one that reads nothing is cut off by the connection's
   * timeout for writes.
   */
  @GetMapping(
      path = JobController.PATH + "/{id}/events",
      produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  @Operation(
      operationId = "watchJob",
      summary = "Watch a job",
      description =
          """
          Server-sent events (WHATWG HTML, 9.2), while the job runs and until it expires: `progress`, `fingerprint` and `end`. \
          Who connects anew with the id of the last event that it has seen is told exactly what came after. A stream that \
          closes without `end` was cut off: connect anew. After `end`, close: a client that connects anew all the same \
          (`Last-Event-ID: end`) is answered `204`, at which an EventSource gives up. Where nothing happens, a comment is \
          sent now and then.\
          """)
  @ApiResponse(
      responseCode = "200",
      description =
          "The stream. Each event has the fields `event`, `id` and `data`, and `data` is JSON on"
              + " one line.",
      content =
          @Content(
              mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
              schema =
                  @Schema(
                      oneOf = {
                        EventView.Progress.class,
                        EventView.Found.class,
                        EventView.End.class
                      })))
  @ApiResponse(
      responseCode = "204",
      description = "`end` was seen: there is nothing more to tell.",
      content = @Content)
  @Refuses({
    ProblemType.INVALID_VALUE,
    ProblemType.UNKNOWN_PARAMETER,
    ProblemType.NO_SUCH_JOB,
    ProblemType.TOO_MANY_STREAMS
  })
  void watch(
      @Parameter(description = "The job's id.", schema = @Schema(type = "string", format = "uuid"))
          @PathVariable("id")
          String id,
      @Parameter(
              description =
                  "Only fingerprints in this state. Absent: in any but `closed`; closed endpoints"
                      + " are counted, not told one by one.",
              schema =
                  @Schema(
                      type = "string",
                      allowableValues = {
                        "open",
                        "filtered",
                        "openOrFiltered",
                        "unreachable",
                        "notProbed"
                      }))
          @RequestParam(name = "state", required = false)
          @Nullable String state,
      @Parameter(description = "Only fingerprints with this protocol.")
          @RequestParam(name = "protocol", required = false)
          @Nullable String protocol,
      @Parameter(description = "The id of the last event that was seen.", example = "17")
          @RequestHeader(name = LastEventId.HEADER, required = false)
          @Nullable String lastEventId,
      @Parameter(
              description =
                  "The same, for clients that can't set the header on their first connection; the"
                      + " header comes first.")
          @RequestParam(name = LastEventId.PARAMETER, required = false)
          @Nullable String lastEventIdParameter,
      Principal client,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    UUID job = Words.uuid("id", id);
    ResultFilter filter = filter(state, protocol);
    LastEventId seen = LastEventId.of(lastEventId, lastEventIdParameter);
    if (seen.end()) {
      if (!jobs.get(job, client.getName()).state().ended()) {
        throw Refusal.invalid(seen.field(), "the job has not ended yet");
      }
      response.setStatus(HttpServletResponse.SC_NO_CONTENT);
      return;
    }
    JobEvents events = events(job, client.getName(), filter, seen);
    try (EventStreams.Stream _ = streams.open(client.getName())) {
      response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
      response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
      response.setHeader("X-Accel-Buffering", "no"); // proxies that would hold events back
      response.flushBuffer();
      if (!HttpMethod.HEAD.matches(request.getMethod())) {
        write(events, response.getOutputStream());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private JobEvents events(UUID job, String client, ResultFilter filter, LastEventId seen) {
    try {
      return jobs.events(job, client, filter, seen.position(), properties.heartbeat());
    } catch (UnknownPositionException e) {
      throw Refusal.invalid(seen.field(), "this job's stream of events has not given that id");
    }
  }

  /** Closed endpoints have no place in the order of finding. */
  private static ResultFilter filter(@Nullable String state, @Nullable String protocol) {
    State wanted = Words.state("state", state);
    if (wanted == State.CLOSED) {
      throw new Refusal(
          Problem.of(
                  ProblemType.INVALID_VALUE,
                  "state",
                  "closed endpoints are counted, not told one by one")
              .withRemedy(
                  "List them with GET " + JobController.PATH + "/{id}/fingerprints?state=closed."));
    }
    return new ResultFilter(wanted, protocol);
  }

  private void write(JobEvents events, OutputStream out) throws IOException, InterruptedException {
    write(out, "retry: " + properties.retry().toMillis() + "\n\n");
    boolean more = true;
    while (more) {
      switch (events.next()) {
        case JobEvent.Progress now -> write(out, EventView.Progress.of(now.job()));
        case JobEvent.Found found ->
            write(out, EventView.Found.of(found.position(), found.fingerprint()));
        case JobEvent.Silence _ -> out.write(HEARTBEAT);
        case JobEvent.Ended end -> {
          write(out, EventView.End.of(end.job()));
          more = false;
        }
        case JobEvent.Forgotten _ -> more = false;
      }
      out.flush();
    }
  }

  private void write(OutputStream out, EventView event) throws IOException {
    write(out, "event: " + event.event() + (event.id() == null ? "" : "\nid: " + event.id()));
    write(out, "\ndata: ");
    out.write(json.writeValueAsBytes(event.data()));
    write(out, "\n\n");
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
  }
}
