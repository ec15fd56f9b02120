package io.portprint.transport;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Tls;
import io.portprint.fingerprint.Tls.Certificate;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The client side of TLS: it wants to see what a server shows, so it takes any certificate and
 * sends no data of worth.
 */
final class TlsClient {

  private static final int MOST_NAMES = 100;
  private static final int LONGEST_TEXT = 512;

  private final SSLContext context;

  TlsClient() {
    try {
      context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new AnyCertificate()}, new SecureRandom());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no TLS", e);
    }
    // each handshake is observed whole: a resumed session shows no certificate
    context.getClientSessionContext().setSessionCacheSize(1);
    context.getClientSessionContext().setSessionTimeout(1);
  }

  SSLSocket over(Socket connection, Endpoint endpoint, List<String> alpn) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(connection, endpoint.addressText(), endpoint.port(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(alpn.toArray(String[]::new));
    if (endpoint.named()) {
      serverName(parameters, endpoint.host());
    }
    socket.setSSLParameters(parameters);
    return socket;
  }

  /**
   * Server names are host names in the form of RFC 6066; a name that has not that form is not sent.
   */
  private static void serverName(SSLParameters parameters, String host) {
    try {
      parameters.setServerNames(List.of(new SNIHostName(host)));
    } catch (IllegalArgumentException notAHostName) {
      parameters.setServerNames(List.of());
    }
  }

  Tls describe(SSLSocket socket, String command) {
    SSLSession session = socket.getSession();
    String alpn = socket.getApplicationProtocol();
    return new Tls(
        session.getProtocol(),
        session.getCipherSuite(),
        alpn == null || alpn.isEmpty() ? null : alpn,
        command.isEmpty() ? null : command,
        certificate(session),
        null);
  }

  Tls failed(@Nullable SSLSocket socket, String command, IOException cause) {
    Certificate seen = null;
    if (socket != null && socket.getHandshakeSession() != null) {
      seen = certificate(Objects.requireNonNull(socket.getHandshakeSession()));
    }
    String message =
        Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName());
    return new Tls(null, null, null, command.isEmpty() ? null : command, seen, clean(message));
  }

  private static @Nullable Certificate certificate(SSLSession session) {
    try {
      return session.getPeerCertificates()[0] instanceof X509Certificate first
          ? certificate(first)
          : null;
    } catch (SSLPeerUnverifiedException anonymous) {
      return null;
    }
  }

  private static Certificate certificate(X509Certificate from) {
    return new Certificate(
        clean(from.getSubjectX500Principal().getName()),
        clean(from.getIssuerX500Principal().getName()),
        names(from),
        from.getSerialNumber().toString(16),
        from.getNotBefore().toInstant(),
        from.getNotAfter().toInstant(),
        clean(from.getPublicKey().getAlgorithm()),
        clean(from.getSigAlgName()),
        sha256(from),
        from.getSubjectX500Principal().equals(from.getIssuerX500Principal()));
  }

  private static List<String> names(X509Certificate from) {
    try {
      Collection<List<?>> names = from.getSubjectAlternativeNames();
      return names == null
          ? List.of()
          : names.stream()
              .filter(name -> name.get(1) instanceof String)
              .map(name -> clean((String) name.get(1)))
              .limit(MOST_NAMES)
              .toList();
    } catch (CertificateParsingException unreadable) {
      return List.of();
    }
  }

  private static String sha256(X509Certificate from) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(from.getEncoded()));
    } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
      throw new IllegalStateException("a parsed certificate can be hashed", e);
    }
  }

  /** Text that a peer chose: escaped and cut. */
  private static String clean(String text) {
    return Bytes.of(text.getBytes(StandardCharsets.UTF_8)).head(LONGEST_TEXT).escaped();
  }

  /** Takes every certificate: Portprint reports what is there and trusts nothing of it. */
  private static final class AnyCertificate extends X509ExtendedTrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
