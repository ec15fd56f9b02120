package io.portprint.fingerprint;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a TLS handshake showed.
 *
 * @param version such as {@code TLSv1.3}; null where the handshake ended before one was agreed
 * @param cipher the IANA name of the cipher suite
 * @param alpn the application protocol that the server chose (RFC 7301)
 * @param startTls the command that began TLS, such as {@code AUTH TLS}; null where TLS came first
 * @param certificate the server's own certificate
 * @param failure why the handshake ended early; null where it was finished
 */
public record Tls(
    @Nullable String version,
    @Nullable String cipher,
    @Nullable String alpn,
    @Nullable String startTls,
    @Nullable Certificate certificate,
    @Nullable String failure) {

  /**
   * An X.509 certificate, not verified: it is shown, not trusted.
   *
   * @param names DNS names and addresses of the subject alternative name extension
   * @param sha256 fingerprint of the DER encoding, in hexadecimal
   */
  public record Certificate(
      String subject,
      String issuer,
      List<String> names,
      String serialNumber,
      Instant notBefore,
      Instant notAfter,
      String keyAlgorithm,
      String signatureAlgorithm,
      String sha256,
      boolean selfSigned) {

    public Certificate {
      names = List.copyOf(names);
    }
  }
}
