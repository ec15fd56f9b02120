package io.portprint.api;

import io.portprint.capture.Capture;
import io.portprint.capture.Captures;
import io.portprint.capture.Flow;
import io.portprint.fingerprint.Transport;
import io.portprint.job.Page;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.SchemaProperty;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.security.Principal;
import java.util.List;
import java.util.UUID;
import org.apache.tomcat.util.http.fileupload.FileItemIterator;
import org.apache.tomcat.util.http.fileupload.FileItemStream;
import org.apache.tomcat.util.http.fileupload.FileUpload;
import org.apache.tomcat.util.http.fileupload.FileUploadException;
import org.apache.tomcat.util.http.fileupload.MultipartStream.MalformedStreamException;
import org.apache.tomcat.util.http.fileupload.impl.FileUploadIOException;
import org.apache.tomcat.util.http.fileupload.servlet.ServletRequestContext;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Captures: uploaded, looked into, deleted. */
@RestController
@RequestMapping(path = CaptureController.PATH, produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Captures")
class CaptureController {

  static final String PATH = "/api/v1/captures";

  /** The part of a form that the capture is in. */
  static final String FILE = "file";

  /** What may be around the file, in bytes: boundaries, headers of parts. */
  static final int AROUND_FILE = 65_536;

  private static final String PCAP = "application/vnd.tcpdump.pcap";

  private final Captures captures;

  CaptureController(Captures captures) {
    this.captures = captures;
  }

  /** Whether the body is a capture, for which there is a bound of its own. */
  static boolean isUpload(HttpServletRequest request) {
    return request.getMethod().equals("POST") && request.getServletPath().equals(PATH);
  }

  @PostMapping(
      consumes = {
        MediaType.MULTIPART_FORM_DATA_VALUE,
        PCAP,
        MediaType.APPLICATION_OCTET_STREAM_VALUE
      })
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      operationId = "uploadCapture",
      summary = "Upload a capture",
      description =
          """
          Reads a pcap or pcapng file, uncompressed, as it comes: packets, fragments put together, TCP streams put in order. \
          A file that is cut off or broken is read as far as it can be; `damage` says what was wrong. Link types: Ethernet, \
          Linux cooked (both versions), raw IP, BSD loopback. Checksums are not verified. The capture is yours alone, and is \
          forgotten after an hour unless the operator says otherwise (`portprint.captures.keep`).\
          """,
      requestBody =
          @RequestBody(
              required = true,
              content = {
                @Content(
                    mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
                    schema = @Schema(type = "object", requiredProperties = FILE),
                    schemaProperties =
                        @SchemaProperty(
                            name = FILE,
                            schema =
                                @Schema(
                                    type = "string",
                                    format = "binary",
                                    description = "The capture, as the only part."))),
                @Content(mediaType = PCAP, schema = @Schema(type = "string", format = "binary")),
                @Content(
                    mediaType = MediaType.APPLICATION_OCTET_STREAM_VALUE,
                    schema = @Schema(type = "string", format = "binary"))
              }))
  @ApiResponse(
      responseCode = "201",
      description = "The capture was read.",
      headers =
          @Header(
              name = "Location",
              description = "Where the capture is.",
              schema = @Schema(type = "string", format = "uri-reference")),
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON_VALUE,
              schema = @Schema(implementation = CaptureView.class)))
  @Refuses({
    ProblemType.BAD_REQUEST,
    ProblemType.UNKNOWN_FIELD,
    ProblemType.UNKNOWN_PARAMETER,
    ProblemType.INVALID_VALUE,
    ProblemType.UPLOAD_TOO_SLOW,
    ProblemType.CAPTURE_TOO_LARGE,
    ProblemType.UNSUPPORTED_MEDIA_TYPE,
    ProblemType.NOT_A_CAPTURE,
    ProblemType.TOO_MANY_UPLOADS,
    ProblemType.CAPTURES_FULL
  })
  ResponseEntity<CaptureView> upload(
      @Parameter(hidden = true) HttpServletRequest request, Principal client) throws IOException {
    MediaType type = MediaType.parseMediaType(request.getContentType());
    Capture capture =
        type.isCompatibleWith(MediaType.MULTIPART_FORM_DATA)
            ? form(request, client.getName())
            : captures.upload(request.getInputStream(), client.getName());
    return ResponseEntity.created(URI.create(PATH + "/" + capture.id()))
        .body(CaptureView.of(capture));
  }

  /** The one part of a form, read as it comes. */
  private Capture form(HttpServletRequest request, String client) throws IOException {
    try {
      FileItemIterator parts = new FileUpload().getItemIterator(new ServletRequestContext(request));
      if (!parts.hasNext()) {
        throw Refusal.invalid(FILE, "the form has no such part");
      }
      FileItemStream part = parts.next();
      if (!FILE.equals(part.getFieldName())) {
        throw new Refusal(
            Problem.of(
                    ProblemType.UNKNOWN_FIELD,
                    Words.quoted(String.valueOf(part.getFieldName())),
                    "the only part of the form is " + FILE)
                .withKnown(List.of(FILE)));
      }
      Capture capture = captures.upload(part.openStream(), client);
      boolean alone = false;
      try {
        alone = !parts.hasNext();
      } finally {
        if (!alone) {
          captures.delete(capture.id(), client);
        }
      }
      if (!alone) {
        throw Refusal.invalid(FILE, "the form has a further part behind it");
      }
      return capture;
    } catch (FileUploadException | FileUploadIOException | MalformedStreamException _) {
      throw new Refusal(
          Problem.of(ProblemType.BAD_REQUEST, "the form (multipart/form-data) is not well-formed"));
    }
  }

  @GetMapping("/{id}")
  @Operation(operationId = "getCapture", summary = "Read what a capture holds")
  @ApiResponse(responseCode = "200", description = "The capture.")
  @Refuses({ProblemType.INVALID_VALUE, ProblemType.UNKNOWN_PARAMETER, ProblemType.NO_SUCH_CAPTURE})
  CaptureView get(
      @Parameter(
              description = "The capture's id.",
              schema = @Schema(type = "string", format = "uuid"))
          @PathVariable("id")
          String id,
      Principal client) {
    return CaptureView.of(captures.get(uuid(id), client.getName()));
  }

  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "deleteCapture",
      summary = "Delete a capture",
      description = "Forgets it at once, and makes room for others.")
  @ApiResponse(responseCode = "204", description = "It is forgotten.")
  @Refuses({ProblemType.INVALID_VALUE, ProblemType.UNKNOWN_PARAMETER, ProblemType.NO_SUCH_CAPTURE})
  void delete(
      @Parameter(
              description = "The capture's id.",
              schema = @Schema(type = "string", format = "uuid"))
          @PathVariable("id")
          String id,
      Principal client) {
    captures.delete(uuid(id), client.getName());
  }

  @GetMapping("/{id}/flows")
  @Operation(
      operationId = "listFlows",
      summary = "List the conversations of a capture",
      description = "In the order in which they began.")
  @ApiResponse(responseCode = "200", description = "A page of flows.")
  @Refuses({
    ProblemType.INVALID_VALUE,
    ProblemType.UNKNOWN_PARAMETER,
    ProblemType.INVALID_CURSOR,
    ProblemType.NO_SUCH_CAPTURE
  })
  FlowView.Page flows(
      @Parameter(
              description = "The capture's id.",
              schema = @Schema(type = "string", format = "uuid"))
          @PathVariable("id")
          String id,
      @Parameter(
              description = "Only flows over this transport.",
              schema =
                  @Schema(
                      type = "string",
                      allowableValues = {"tcp", "udp"}))
          @RequestParam(name = "transport", required = false)
          @Nullable String transport,
      @Parameter(
              description = "Only flows with this port at either end.",
              schema = @Schema(type = "integer", minimum = "0", maximum = "65535"))
          @RequestParam(name = "port", required = false)
          @Nullable String port,
      @Parameter(description = "Only flows in which this protocol was recognised.", example = "dns")
          @RequestParam(name = "protocol", required = false)
          @Nullable String protocol,
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
    Transport over = transport == null ? null : Words.transport("transport", transport);
    int either = Words.number("port", port, 0, 65_535, -1);
    List<Flow> flows =
        captures.get(uuid(id), client.getName()).content().flows().stream()
            .filter(flow -> over == null || flow.transport() == over)
            .filter(
                flow ->
                    either < 0 || flow.client().port() == either || flow.server().port() == either)
            .filter(flow -> protocol == null || protocol.equals(flow.protocol()))
            .toList();
    Page<Flow> page = Page.of(flows, Words.number("limit", limit, 1, 500, 50), cursor);
    return new FlowView.Page(page.items().stream().map(FlowView::of).toList(), page.nextCursor());
  }

  @GetMapping("/{id}/flows/{number}")
  @Operation(operationId = "getFlow", summary = "Read what was said in a conversation")
  @ApiResponse(responseCode = "200", description = "The flow, and a page of its turns.")
  @Refuses({
    ProblemType.INVALID_VALUE,
    ProblemType.UNKNOWN_PARAMETER,
    ProblemType.INVALID_CURSOR,
    ProblemType.NO_SUCH_CAPTURE,
    ProblemType.NO_SUCH_FLOW
  })
  FlowView.Turns flow(
      @Parameter(
              description = "The capture's id.",
              schema = @Schema(type = "string", format = "uuid"))
          @PathVariable("id")
          String id,
      @Parameter(
              description = "The flow's number.",
              schema = @Schema(type = "integer", minimum = "1"))
          @PathVariable("number")
          String number,
      @Parameter(
              description = "How many bytes of each turn at most.",
              schema =
                  @Schema(
                      type = "integer",
                      minimum = "0",
                      maximum = "65536",
                      defaultValue = "4096"))
          @RequestParam(name = "bytes", required = false)
          @Nullable String bytes,
      @Parameter(
              description = "How many turns at most.",
              schema =
                  @Schema(type = "integer", minimum = "1", maximum = "100", defaultValue = "50"))
          @RequestParam(name = "limit", required = false)
          @Nullable String limit,
      @Parameter(description = "The `nextCursor` of the page before.")
          @RequestParam(name = "cursor", required = false)
          @Nullable String cursor,
      Principal client) {
    int wanted = Words.number("number", number, 1, Integer.MAX_VALUE, 1);
    int each = Words.number("bytes", bytes, 0, 65_536, 4096);
    int most = Words.number("limit", limit, 1, 100, 50);
    List<Flow> flows = captures.get(uuid(id), client.getName()).content().flows();
    if (wanted > flows.size()) {
      throw new Refusal(
          Problem.of(
              ProblemType.NO_SUCH_FLOW,
              "there is no flow %d, the capture has %d".formatted(wanted, flows.size())));
    }
    Flow flow = flows.get(wanted - 1);
    var page = Page.of(flow.turns(), most, cursor);
    return new FlowView.Turns(
        FlowView.of(flow),
        page.items().stream().map(turn -> FlowView.TurnView.of(turn, each)).toList(),
        page.nextCursor());
  }

  private static UUID uuid(String id) {
    return Words.uuid("id", id);
  }
}
