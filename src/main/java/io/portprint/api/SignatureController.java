package io.portprint.api;

import io.portprint.job.Page;
import io.portprint.publication.Publication;
import io.portprint.publication.Publications;
import io.portprint.signature.Signature;
import io.portprint.signature.SignatureBook;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The signatures that name products or were published, and where each came from. */
@RestController
@Tag(name = "Knowledge")
class SignatureController {

  private static final List<String> SOURCES = List.of("own", "nmap", "recog", "published");

  static final String PATH = "/api/v1/signatures";

  private final SignatureBook book;
  private final Publications publications;

  SignatureController(SignatureBook book, Publications publications) {
    this.book = book;
    this.publications = publications;
  }

  @GetMapping(path = SignatureController.PATH, produces = MediaType.APPLICATION_JSON_VALUE)
  @Operation(
      operationId = "listSignatures",
      summary = "List the signatures and where each came from",
      description =
          "The own book first, then the operator's files, each in the order in which it is tried;"
              + " at the end those that are published.")
  @ApiResponse(responseCode = "200", description = "A page of signatures.")
  @Refuses({ProblemType.INVALID_VALUE, ProblemType.UNKNOWN_PARAMETER, ProblemType.INVALID_CURSOR})
  SignatureView.Page list(
      @Parameter(description = "Only those about this protocol.", example = "ftp")
          @RequestParam(name = "protocol", required = false)
          @Nullable String protocol,
      @Parameter(
              description = "Only those from this source.",
              schema =
                  @Schema(
                      type = "string",
                      allowableValues = {"own", "nmap", "recog", "published"}))
          @RequestParam(name = "source", required = false)
          @Nullable String source,
      @Parameter(
              description = "How many at most.",
              schema =
                  @Schema(type = "integer", minimum = "1", maximum = "1000", defaultValue = "100"))
          @RequestParam(name = "limit", required = false)
          @Nullable String limit,
      @Parameter(description = "The `nextCursor` of the page before.")
          @RequestParam(name = "cursor", required = false)
          @Nullable String cursor) {
    String origin = Words.oneOf("source", source, SOURCES);
    List<Signature> wanted =
        Stream.concat(
                book.signatures().stream(), publications.all().stream().map(Publication::shown))
            .filter(one -> origin == null || one.origin().equals(origin))
            .filter(one -> protocol == null || protocol.equals(one.protocol()))
            .toList();
    Page<Signature> page = Page.of(wanted, Words.number("limit", limit, 1, 1000, 100), cursor);
    return new SignatureView.Page(
        page.items().stream().map(SignatureView::of).toList(), page.nextCursor());
  }
}
