package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.detect.Effort;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Probing;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.SplittableRandom;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsExaminationTests {

  private final TlsProbe probe = new TlsProbe();

  private SSLContext context;

  @BeforeAll
  void makeCertificate(@TempDir Path folder)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path store = folder.resolve("peer.p12");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process made =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-alias",
                "peer",
                "-keyalg",
                "EC",
                "-dname",
                "CN=peer.example",
                "-ext",
                "SAN=dns:peer.example",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    assertThat(made.waitFor()).as("keytool").isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, "changeit".toCharArray());
    }
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, "changeit".toCharArray());
    context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
  }

  /** Shakes hands as a server does, and hangs up after what is said next. */
  private void serve(Socket connection, String... alpn) throws IOException {
    SSLSocket tls =
        (SSLSocket) context.getSocketFactory().createSocket(connection, (InputStream) null, true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setApplicationProtocols(alpn);
    tls.setSSLParameters(parameters);
    LoopbackPeer.hear(tls);
  }

  private Fingerprint detect(LoopbackPeer.Script script) {
    try (LoopbackPeer peer = LoopbackPeer.tcp(script)) {
      return Probing.detect(
          peer.port(), Transport.TCP, Effort.QUICK, Duration.ofSeconds(20), probe);
    }
  }

  @Test
  void handshake() {
    Fingerprint verdict = detect(this::serve);
    assertThat(verdict.service().protocol()).isEqualTo("tls");
    assertThat(verdict.confidence()).isEqualTo(0.99);
    assertThat(verdict.tls().version()).isEqualTo("TLSv1.3");
    assertThat(verdict.tls().failure()).isNull();
    assertThat(verdict.tls().certificate().subject()).isEqualTo("CN=peer.example");
  }

  @Test
  void chosenApplicationProtocol() {
    assertThat(detect(connection -> serve(connection, "h2")).tls().alpn()).isEqualTo("h2");
  }

  @Test
  void withoutApplicationProtocolsWhereOursAreRefused() {
    Fingerprint verdict = detect(connection -> serve(connection, "xmpp-client"));
    assertThat(verdict.tls().failure()).isNull();
    assertThat(verdict.tls().certificate()).isNotNull();
    assertThat(verdict.tls().alpn()).isNull();
  }

  @Test
  void protocolThatShowsItselfInItsNameAlone() {
    Fingerprint verdict = detect(connection -> serve(connection, "bep/1.0"));
    assertThat(verdict.service().protocol()).isEqualTo("syncthing");
    assertThat(verdict.service().product()).isEqualTo("Syncthing");
    assertThat(verdict.service().tls()).isTrue();
    assertThat(verdict.tls().alpn()).isEqualTo("bep/1.0");
  }

  @Test
  void versionThatJavaRefuses() {
    SplittableRandom random = new SplittableRandom(1);
    Fingerprint verdict =
        detect(
            connection -> {
              LoopbackPeer.hear(connection);
              byte[] fresh = new byte[32];
              random.nextBytes(fresh);
              LoopbackPeer.say(connection, oldHello(Bytes.of(fresh)));
              LoopbackPeer.hear(connection);
            });
    assertThat(verdict.service().protocol()).isEqualTo("tls");
    assertThat(verdict.tls().version()).isEqualTo("TLSv1");
    assertThat(verdict.tls().cipher()).isEqualTo("TLS_RSA_WITH_AES_128_CBC_SHA");
    assertThat(verdict.tls().failure()).isNotNull();
  }

  @Test
  void recordingIsAnImpostor() {
    Fingerprint verdict =
        detect(
            connection -> {
              LoopbackPeer.hear(connection);
              LoopbackPeer.say(connection, oldHello(Bytes.hex("5a".repeat(32))));
              LoopbackPeer.hear(connection);
            });
    assertThat(verdict.identified()).isFalse();
    assertThat(verdict.impostor()).isNotNull();
    assertThat(verdict.impostor().claimed()).isEqualTo("tls");
  }

  private static Bytes oldHello(Bytes random) {
    return Bytes.hex("160301002a 02000026 0301").plus(random).plus(Bytes.hex("00 002f 00"));
  }

  @Test
  void serverThatOnlyAlerts() {
    Fingerprint verdict =
        detect(
            connection -> {
              LoopbackPeer.hear(connection);
              LoopbackPeer.say(connection, Bytes.hex("15030300020228"));
            });
    assertThat(verdict.service().protocol()).isEqualTo("tls");
    assertThat(verdict.confidence()).isEqualTo(0.85);
    assertThat(verdict.tls().failure()).isNotNull();
  }

  @Test
  void echoIsUnknown() {
    Fingerprint verdict =
        detect(connection -> connection.getInputStream().transferTo(connection.getOutputStream()));
    assertThat(verdict.identified()).isFalse();
  }

  @Test
  void greetingIsUnknown() {
    Fingerprint verdict =
        detect(
            connection -> {
              LoopbackPeer.say(connection, "220 ready\r\n");
              LoopbackPeer.waitForEnd(connection);
            });
    assertThat(verdict.identified()).isFalse();
  }
}
