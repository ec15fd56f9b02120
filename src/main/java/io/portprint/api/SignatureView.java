package io.portprint.api;

import io.portprint.signature.Signature;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A signature as a client reads it. */
@Schema(
    name = "Signature",
    description = "A rule over received bytes, or a field of them, that names what sent them.")
record SignatureView(
    @Schema(
            description =
                "Unique. Of the service's own book its name, such as `ftp/vsftpd`, and of a"
                    + " published one too; of the operator's files the place: file and line.",
            example = "ftp/vsftpd")
        String id,
    @Schema(
            description = "The protocol, in the words of its book; null where the book has none.",
            example = "ftp")
        @Nullable String protocol,
    @Schema(description = "What it is tried on.", example = "ftp.greeting") String field,
    @Schema(
            description =
                "In the syntax of java.util.regex, over the bytes as ISO-8859-1 text. In a"
                    + " published one double braces stand for what only the conversation tells,"
                    + " such as `{{1}}` for the first random part of the request or `{{client:4}}`"
                    + " for the client's address.",
            example = "^220 \\(vsFTPd ([\\w.]+)\\)")
        String pattern,
    @Schema(
            description = "What it names; `$1` to `$9` stand for what the pattern captures.",
            example = "vsFTPd")
        @Nullable String product,
    @Schema(
            description =
                "Where it came from: the service's `own` book, the operator's copy of an `nmap`"
                    + " probe file or of `recog`, or what a client has `published`.",
            allowableValues = {"own", "nmap", "recog", "published"})
        String source) {

  @Schema(name = "SignaturePage", description = "Signatures in the order in which they are tried.")
  record Page(List<SignatureView> items, @Nullable String nextCursor) {}

  static SignatureView of(Signature signature) {
    return new SignatureView(
        signature.id(),
        signature.protocol(),
        signature.field(),
        signature.pattern(),
        signature.product(),
        signature.origin());
  }
}
