package io.portprint.api;

import io.portprint.job.Replay;
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
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Principal;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Replays for people: as a page, and for Wireshark. */
@RestController
@RequestMapping(ReplayController.PATH + "/{id}")
@Tag(name = "Exchanges")
class ReplayFileController {

  private static final String HTML = "text/html;charset=UTF-8";

  /** A page of a running replay is asked for so often. */
  private static final Duration AGAIN = Duration.ofSeconds(2);

  private final Replays replays;
  private final EvidenceFile file;
  private final String style;
  private final String policy;

  ReplayFileController(Replays replays, EvidenceFile file) {
    this.replays = replays;
    this.file = file;
    this.style = style();
    this.policy =
        "default-src 'none'; style-src '%s'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            .formatted(hash(style));
  }

  private static String style() {
    try (InputStream sheet = ReplayFileController.class.getResourceAsStream("replay.css")) {
      return new String(
          Objects.requireNonNull(sheet, "replay.css").readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As a policy names a style sheet (Content Security Policy Level 3, 2.3.1). */
  private static String hash(String sheet) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(sheet.getBytes(StandardCharsets.UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @GetMapping(path = "/report", produces = HTML)
  @Operation(
      operationId = "getReplayReport",
      summary = "Look at a replay as a page",
      description =
          """
          What the answers are made of, byte by byte and in colour: each is explained where it is pointed at, tapped or come           to with the keyboard. With the request and what changes of it did, how much it all proves, and the signature that           could be made of it. A page without scripts that loads nothing; while the replay runs it asks again by itself           (`Refresh`). It shows the first 8 different answers of a kind, 512 bytes of each (2,048 of a text), and 512 bytes of           the request; the JSON has the rest.\
          """)
  @ApiResponse(
      responseCode = "200",
      description = "The page.",
      headers = {
        @Header(
            name = "Content-Security-Policy",
            description = "Allows the page's own style sheet, by its hash, and nothing else.",
            schema = @Schema(type = "string")),
        @Header(
            name = "Refresh",
            description = "While the replay runs: after how many seconds to ask again.",
            schema = @Schema(type = "integer"))
      },
      content = @Content(mediaType = MediaType.TEXT_HTML_VALUE, schema = @Schema(type = "string")))
  @Refuses({ProblemType.INVALID_VALUE, ProblemType.UNKNOWN_PARAMETER, ProblemType.NO_SUCH_REPLAY})
  ResponseEntity<String> report(
      @Parameter(
              description = "The replay's id.",
              schema = @Schema(type = "string", format = "uuid"))
          @PathVariable("id")
          String id,
      Principal client) {
    Replay replay = replays.get(Words.uuid("id", id), client.getName());
    ResponseEntity.BodyBuilder page =
        ResponseEntity.ok()
            .contentType(MediaType.parseMediaType(HTML))
            .cacheControl(CacheControl.noStore())
            .header("Content-Security-Policy", policy);
    if (replay.lesson() == null) {
      page.header("Refresh", Long.toString(AGAIN.toSeconds()));
    }
    return page.body(ReplayPage.of(replay, style));
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
