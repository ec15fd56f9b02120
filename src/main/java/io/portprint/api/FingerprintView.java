package io.portprint.api;

import io.portprint.fingerprint.Alternative;
import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Evidence;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Impostor;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Span;
import io.portprint.fingerprint.Tls;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A fingerprint as a client reads it. */
@Schema(name = "Fingerprint", description = "The verdict on one endpoint.")
record FingerprintView(
    EndpointView endpoint,
    @Schema(
            description =
                "What the endpoint does with a connection or a datagram. `openOrFiltered`: silent"
                    + " over UDP. `notProbed`: the job was cancelled or its deadline ended first.",
            allowableValues = {
              "open",
              "closed",
              "filtered",
              "openOrFiltered",
              "unreachable",
              "notProbed"
            })
        String state,
    @Schema(description = "What runs there; null unless the endpoint is open.")
        @Nullable ServiceView service,
    @Schema(
            description = "How sure `service.protocol` is: 0 where it is unknown, at most 0.99.",
            minimum = "0",
            maximum = "0.99")
        double confidence,
    @ArraySchema(
            arraySchema = @Schema(description = "What was suspected but not proven."),
            schema = @Schema(implementation = AlternativeView.class))
        List<AlternativeView> alternatives,
    @Schema(description = "The claim that failed a challenge; null where none did.")
        @Nullable ImpostorView impostor,
    @Schema(description = "What a TLS handshake showed; null where there was none.")
        @Nullable TlsView tls,
    @Schema(
            description =
                "What the protocol's own probe found out; its members depend on the protocol.")
        Map<String, Object> details,
    @ArraySchema(
            arraySchema = @Schema(description = "The turns that the verdict rests on."),
            schema = @Schema(implementation = EvidenceView.class))
        List<EvidenceView> evidence,
    @Schema(description = "When the probing ended.") Instant observedAt,
    @Schema(description = "How long the probing took, in milliseconds.", minimum = "0")
        double durationMillis,
    @Schema(description = "Whether an earlier verdict was used again.") boolean cached) {

  @Schema(name = "Endpoint", description = "An address, a port and a transport.")
  record EndpointView(
      @Schema(description = "What was asked for: a name, or the address in text.") String host,
      @Schema(description = "The address that was probed.", example = "127.0.0.1") String address,
      @Schema(minimum = "1", maximum = "65535") int port,
      @Schema(allowableValues = {"tcp", "udp"}) String transport) {

    static EndpointView of(Endpoint endpoint) {
      return new EndpointView(
          endpoint.host(), endpoint.addressText(), endpoint.port(), endpoint.transport().label());
    }
  }

  @Schema(name = "Service", description = "What runs behind an open endpoint.")
  record ServiceView(
      @Schema(
              description =
                  "IANA service name where there is one, in lower case; null where unknown.")
          @Nullable String protocol,
      @Schema(description = "As its makers spell it.") @Nullable String product,
      @Nullable String version,
      @Schema(description = "Anything further that the service says of itself.")
          @Nullable String info,
      @Schema(description = "The name by which the service calls its host.")
          @Nullable String hostname,
      @Schema(description = "Operating system.") @Nullable String os,
      @Schema(description = "Kind of device.") @Nullable String device,
      @Schema(description = "Names in CPE 2.3 formatted-string binding.") List<String> cpe,
      @Schema(description = "Whether the protocol is spoken inside TLS from the first byte.")
          boolean tls) {

    static ServiceView of(Service service) {
      return new ServiceView(
          service.protocol(),
          service.product(),
          service.version(),
          service.info(),
          service.hostname(),
          service.os(),
          service.device(),
          service.cpe(),
          service.tls());
    }
  }

  @Schema(name = "Alternative", description = "A protocol that was suspected but not proven.")
  record AlternativeView(
      String protocol, @Schema(minimum = "0", maximum = "0.99") double confidence, String reason) {

    static AlternativeView of(Alternative alternative) {
      return new AlternativeView(
          alternative.protocol(),
          Words.threeDecimals(alternative.confidence()),
          alternative.reason());
    }
  }

  @Schema(
      name = "Impostor",
      description = "A claim that failed a challenge, or a peer that has an answer to anything.")
  record ImpostorView(
      @Schema(description = "What the endpoint seemed to be; null where it claims nothing.")
          @Nullable String claimed,
      @Schema(description = "What it was challenged with.") String asked,
      @Schema(description = "What came back, escaped.") String received,
      @Schema(description = "Why the claim can't be true.") String reason) {

    static ImpostorView of(Impostor impostor) {
      return new ImpostorView(
          impostor.claimed(), impostor.asked(), impostor.received(), impostor.reason());
    }
  }

  @Schema(name = "Tls", description = "What a TLS handshake showed.")
  record TlsView(
      @Schema(description = "Null where the handshake ended before one was agreed.")
          @Nullable String version,
      @Schema(description = "IANA name of the cipher suite.") @Nullable String cipher,
      @Schema(description = "The application protocol that the server chose (RFC 7301).")
          @Nullable String alpn,
      @Schema(description = "The command that began TLS; null where TLS came first.")
          @Nullable String startTls,
      @Schema(description = "The server's own certificate.") @Nullable CertificateView certificate,
      @Schema(description = "Why the handshake ended early; null where it was finished.")
          @Nullable String failure) {

    static TlsView of(Tls tls) {
      return new TlsView(
          tls.version(),
          tls.cipher(),
          tls.alpn(),
          tls.startTls(),
          tls.certificate() == null ? null : CertificateView.of(tls.certificate()),
          tls.failure());
    }
  }

  @Schema(
      name = "Certificate",
      description = "An X.509 certificate, not verified: it is shown, not trusted.")
  record CertificateView(
      String subject,
      String issuer,
      @Schema(description = "DNS names and addresses of the subject alternative name extension.")
          List<String> names,
      String serialNumber,
      Instant notBefore,
      Instant notAfter,
      String keyAlgorithm,
      String signatureAlgorithm,
      @Schema(description = "Fingerprint of the DER encoding, in hexadecimal.") String sha256,
      boolean selfSigned) {

    static CertificateView of(Tls.Certificate certificate) {
      return new CertificateView(
          certificate.subject(),
          certificate.issuer(),
          certificate.names(),
          certificate.serialNumber(),
          certificate.notBefore(),
          certificate.notAfter(),
          certificate.keyAlgorithm(),
          certificate.signatureAlgorithm(),
          certificate.sha256(),
          certificate.selfSigned());
    }
  }

  @Schema(name = "Evidence", description = "One turn of a conversation and what it proves.")
  record EvidenceView(
      @Schema(description = "The name of what was asked.", example = "greeting") String probe,
      @Schema(
              description = "What was said, in base64; empty where the peer spoke first.",
              format = "byte",
              type = "string")
          byte[] sent,
      @Schema(
              description = "What came back, in base64, cut at the bound on kept evidence.",
              format = "byte",
              type = "string")
          byte[] received,
      @Schema(
              description =
                  "What came back as text: printable ASCII as it is, everything else escaped as"
                      + " `\\r"
                      + "`, `\\n"
                      + "`, `\\t`, `\\\\` or `\\xHH`.")
          String text,
      @Schema(description = "The signature that matched.") @Nullable String signature,
      @Schema(description = "The stretches of `received` that count.") List<SpanView> matched,
      @Schema(description = "Why this counts.") String reason,
      @Schema(
              description =
                  "From the last byte sent (or the connection) to the first byte received, in"
                      + " milliseconds; null where nothing came.",
              minimum = "0")
          @Nullable Double roundTripMillis,
      @Schema(description = "Whether more was received than is kept here.") boolean truncated) {

    static EvidenceView of(Evidence evidence) {
      return new EvidenceView(
          evidence.probe(),
          evidence.sent().toArray(),
          evidence.received().toArray(),
          evidence.received().escaped(),
          evidence.signature(),
          evidence.matched().stream().map(SpanView::of).toList(),
          evidence.reason(),
          evidence.roundTrip() == null ? null : Words.millis(evidence.roundTrip()),
          evidence.truncated());
    }
  }

  @Schema(name = "Span", description = "A stretch of the received bytes.")
  record SpanView(
      @Schema(description = "Counted from 0.", minimum = "0") int offset,
      @Schema(description = "In bytes.", minimum = "0") int length) {

    static SpanView of(Span span) {
      return new SpanView(span.offset(), span.length());
    }
  }

  @Schema(name = "FingerprintPage", description = "A stretch of the list of fingerprints.")
  record Page(
      List<FingerprintView> items,
      @Schema(
              description =
                  "What to pass as `cursor` for the next page; null where nothing follows yet.")
          @Nullable String nextCursor) {}

  static FingerprintView of(Fingerprint fingerprint) {
    Service service = fingerprint.service();
    Impostor impostor = fingerprint.impostor();
    Tls tls = fingerprint.tls();
    return new FingerprintView(
        EndpointView.of(fingerprint.endpoint()),
        Words.of(fingerprint.state()),
        service == null ? null : ServiceView.of(service),
        Words.threeDecimals(fingerprint.confidence()),
        fingerprint.alternatives().stream().map(AlternativeView::of).toList(),
        impostor == null ? null : ImpostorView.of(impostor),
        tls == null ? null : TlsView.of(tls),
        fingerprint.details(),
        fingerprint.evidence().stream().map(EvidenceView::of).toList(),
        Words.millis(fingerprint.observedAt()),
        Words.millis(fingerprint.duration()),
        fingerprint.cached());
  }

  /** The verdict itself, whether or not it comes from the cache this time. */
  FingerprintView verdict() {
    return new FingerprintView(
        endpoint,
        state,
        service,
        confidence,
        alternatives,
        impostor,
        tls,
        details,
        evidence,
        observedAt,
        durationMillis,
        false);
  }
}
