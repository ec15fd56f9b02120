package io.portprint.probe.protocol;

import static io.portprint.testing.LoopbackPeer.say;
import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.signature.SignatureBooks;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.LoopbackPeer.Script;
import io.portprint.testing.Probing;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Detection of FTP over real sockets. */
class FtpProbeWireTests {

  private static final Map<String, String> FTP =
      Map.of(
          "SYST", "215 UNIX Type: L8\r\n",
          "FEAT", "211-Features:\r\n EPRT\r\n AUTH TLS\r\n211 End\r\n",
          "AUTH TLS", "500 not now\r\n",
          "QUIT", "221 Goodbye.\r\n");

  private static Fingerprint detect(Script script) {
    try (LoopbackPeer peer = LoopbackPeer.tcp(script)) {
      return Probing.detect(peer.port(), Transport.TCP, new FtpProbe(SignatureBooks.own()));
    }
  }

  private static Script lines(String greeting, Map<String, String> answers, String otherwise) {
    return connection -> {
      say(connection, greeting);
      answer(connection, answers, otherwise);
    };
  }

  private static void answer(Socket connection, Map<String, String> answers, String otherwise)
      throws IOException {
    BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      say(connection, answers.getOrDefault(line, otherwise));
    }
  }

  @Test
  void identifiesAServer() {
    Fingerprint print =
        detect(lines("220 ProFTPD Server (lab) [127.0.0.1]\r\n", FTP, "500 what?\r\n"));
    assertThat(print.service().protocol()).isEqualTo("ftp");
    assertThat(print.service().product()).isEqualTo("ProFTPD");
    assertThat(print.confidence()).isEqualTo(0.99);
    assertThat(print.details()).containsEntry("authTls", false);
    assertThat(print.tls()).isNull();
  }

  @Test
  void identifiesAServerWhoseGreetingSaysNothing() {
    assertThat(detect(lines("220 \r\n", FTP, "500 what?\r\n")).service().protocol())
        .isEqualTo("ftp");
  }

  @Test
  void identifiesAServerThatDribbles() {
    Fingerprint print =
        detect(
            connection -> {
              for (char one : "220 Dribbling FTP\r\n".toCharArray()) {
                say(connection, String.valueOf(one));
              }
              answer(connection, FTP, "500 what?\r\n");
            });
    assertThat(print.service().protocol()).isEqualTo("ftp");
  }

  @Test
  void leavesAMailServerAlone() {
    Fingerprint print =
        detect(
            lines(
                "220 mail.example.com\r\n",
                Map.of("NOOP", "250 OK\r\n", "QUIT", "221 Bye\r\n"),
                "500 unrecognized command\r\n"));
    assertThat(print.identified()).isFalse();
    assertThat(print.impostor()).isNull();
  }

  @Test
  void catchesASilentGreeter() {
    Fingerprint print =
        detect(
            connection -> {
              say(connection, "220 (vsFTPd 3.0.3)\r\n");
              LoopbackPeer.waitForEnd(connection);
            });
    assertThat(print.identified()).isFalse();
    assertThat(print.impostor()).isNotNull();
  }

  @Test
  void doesNotFollowAGreetingWithoutEnd() {
    Fingerprint print =
        detect(
            connection -> {
              say(connection, "220-FTP\r\n".repeat(120_000));
              LoopbackPeer.waitForEnd(connection);
            });
    assertThat(print.identified()).isFalse();
  }

  @Test
  void tellsOfGarbageInPlaceOfTls() {
    Fingerprint print =
        detect(
            lines(
                "220 FTP\r\n",
                Map.of(
                    "SYST",
                    "215 UNIX Type: L8\r\n",
                    "AUTH TLS",
                    "234 Go on\r\n" + "garbage ".repeat(100)),
                "500 what?\r\n"));
    assertThat(print.service().protocol()).isEqualTo("ftp");
    assertThat(print.details()).containsEntry("authTls", true);
    assertThat(print.tls().failure()).isNotNull();
  }
}
