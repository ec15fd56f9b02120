package io.portprint.api;

import io.portprint.fingerprint.Fingerprint;
import io.portprint.job.Lookups;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** One endpoint, now. */
@RestController
@RequestMapping(path = "/api/v1/fingerprints", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Look-ups")
class LookupController {

  private static final int ETAG_BYTES = 16;

  private final Lookups lookups;
  private final InstantSource clock;
  private final JsonMapper json;
  private final EvidenceFile file;

  LookupController(Lookups lookups, InstantSource clock, JsonMapper json, EvidenceFile file) {
    this.lookups = lookups;
    this.clock = clock;
    this.json = json;
    this.file = file;
  }

  @GetMapping("/{host}/{port}")
  @Operation(
      operationId = "getFingerprint",
      summary = "Fingerprint one endpoint now",
      description =
          """
          Answers with the verdict, from memory where one is known that is not older than `maxAge`. An endpoint that is \
          closed, filtered or unreachable is an answer too: `200`, and `state` says so.\
          """)
  @ApiResponse(
      responseCode = "200",
      description = "The verdict.",
      headers = {
        @Header(
            name = "ETag",
            description = "Changes with the verdict.",
            schema = @Schema(type = "string")),
        @Header(
            name = "Age",
            description = "Seconds since the endpoint was probed.",
            schema = @Schema(type = "integer", minimum = "0")),
        @Header(
            name = "Cache-Control",
            description = "`private, max-age=` and the `maxAge` of the request in seconds.",
            schema = @Schema(type = "string"))
      },
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON_VALUE,
              schema = @Schema(implementation = FingerprintView.class)))
  @ApiResponse(
      responseCode = "304",
      description = "The verdict is still the one of the `If-None-Match` header.",
      content = @Content)
  @Refuses({
    ProblemType.INVALID_VALUE,
    ProblemType.UNKNOWN_PARAMETER,
    ProblemType.INVALID_TARGET,
    ProblemType.UNKNOWN_PROTOCOL,
    ProblemType.OUT_OF_SCOPE,
    ProblemType.UNRESOLVABLE_HOST,
    ProblemType.QUEUE_FULL,
    ProblemType.SHUTTING_DOWN,
    ProblemType.BUSY
  })
  ResponseEntity<FingerprintView> fingerprint(
      @Parameter(
              description = "A host name or an address; IPv6 with or without brackets.",
              example = "127.0.0.1")
          @PathVariable("host")
          String host,
      @Parameter(
              description = "The port, 1 to 65535.",
              example = "8080",
              schema = @Schema(type = "integer", minimum = "1", maximum = "65535"))
          @PathVariable("port")
          String port,
      @Parameter(
              description = "The transport protocol.",
              schema =
                  @Schema(
                      type = "string",
                      allowableValues = {"tcp", "udp"},
                      defaultValue = "tcp"))
          @RequestParam(name = "transport", required = false)
          @Nullable String transport,
      @Parameter(
              description =
                  "How old a known verdict may be to be used again, as an ISO 8601 duration. `PT0S`"
                      + " probes afresh.",
              schema = @Schema(type = "string", defaultValue = "PT5M"))
          @RequestParam(name = "maxAge", required = false)
          @Nullable String maxAge,
      @Parameter(
              description =
                  "How much time and how many questions it is worth: `quick` at most 4 s, `normal`"
                      + " 10 s, `thorough` 30 s.",
              schema =
                  @Schema(
                      type = "string",
                      allowableValues = {"quick", "normal", "thorough"},
                      defaultValue = "normal"))
          @RequestParam(name = "effort", required = false)
          @Nullable String effort,
      @Parameter(
              description = "The only protocols to look for, separated by commas. Absent: all.",
              array = @ArraySchema(schema = @Schema(type = "string")))
          @RequestParam(name = "protocols", required = false)
          @Nullable List<@Nullable String> protocols) {
    Duration age = age(maxAge);
    Fingerprint fingerprint = lookUp(host, port, transport, age, effort, protocols);
    FingerprintView view = FingerprintView.of(fingerprint);
    Duration old = Duration.between(fingerprint.observedAt(), clock.instant());
    // Caches subtract Age from max-age (RFC 9111, 4.2.3): together they say what is left.
    return ResponseEntity.ok()
        .eTag(tag(view))
        .header(HttpHeaders.AGE, Long.toString(Math.max(0, old.toSeconds())))
        .cacheControl(CacheControl.maxAge(age).cachePrivate())
        .body(view);
  }

  @GetMapping(path = "/{host}/{port}/evidence.pcapng", produces = EvidenceFile.MEDIA_TYPE)
  @Operation(
      operationId = "getFingerprintEvidence",
      summary = "Fingerprint one endpoint now, and open the evidence in Wireshark",
      description =
          """
          The look-up with the same parameters, answered with the evidence as a capture file (pcapng), such as that of a \
          job's results. Asked for right after the look-up it shows the evidence of the same verdict, from memory.\
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
    ProblemType.INVALID_TARGET,
    ProblemType.UNKNOWN_PROTOCOL,
    ProblemType.OUT_OF_SCOPE,
    ProblemType.NO_EVIDENCE,
    ProblemType.UNRESOLVABLE_HOST,
    ProblemType.QUEUE_FULL,
    ProblemType.SHUTTING_DOWN,
    ProblemType.BUSY
  })
  void evidence(
      @Parameter(
              description = "A host name or an address; IPv6 with or without brackets.",
              example = "127.0.0.1")
          @PathVariable("host")
          String host,
      @Parameter(
              description = "The port, 1 to 65535.",
              example = "8080",
              schema = @Schema(type = "integer", minimum = "1", maximum = "65535"))
          @PathVariable("port")
          String port,
      @Parameter(
              description = "The transport protocol.",
              schema =
                  @Schema(
                      type = "string",
                      allowableValues = {"tcp", "udp"},
                      defaultValue = "tcp"))
          @RequestParam(name = "transport", required = false)
          @Nullable String transport,
      @Parameter(
              description = "How old a known verdict may be, as an ISO 8601 duration.",
              schema = @Schema(type = "string", defaultValue = "PT5M"))
          @RequestParam(name = "maxAge", required = false)
          @Nullable String maxAge,
      @Parameter(
              description = "As of the look-up.",
              schema =
                  @Schema(
                      type = "string",
                      allowableValues = {"quick", "normal", "thorough"},
                      defaultValue = "normal"))
          @RequestParam(name = "effort", required = false)
          @Nullable String effort,
      @Parameter(
              description = "The only protocols to look for, separated by commas. Absent: all.",
              array = @ArraySchema(schema = @Schema(type = "string")))
          @RequestParam(name = "protocols", required = false)
          @Nullable List<@Nullable String> protocols,
      HttpServletResponse response)
      throws IOException {
    file.send(lookUp(host, port, transport, age(maxAge), effort, protocols), response);
  }

  private Fingerprint lookUp(
      String host,
      String port,
      @Nullable String transport,
      Duration age,
      @Nullable String effort,
      @Nullable List<@Nullable String> protocols) {
    return lookups.fingerprint(
        unbracketed(host),
        Words.number("port", port, 1, 65_535, 0),
        Words.transport("transport", transport),
        Words.names("protocols", protocols),
        Words.effort("effort", effort),
        age);
  }

  private static Duration age(@Nullable String maxAge) {
    Duration asked = Words.duration("maxAge", maxAge);
    return asked == null ? JobBody.MAX_AGE : asked;
  }

  private static String unbracketed(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  /** A hash of the verdict as it is written, whether or not it was in the cache. */
  private String tag(FingerprintView view) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(json.writeValueAsBytes(view.verdict()));
      return '"'
          + Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, ETAG_BYTES))
          + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
