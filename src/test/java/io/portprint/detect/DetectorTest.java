package io.portprint.detect;

import static io.portprint.testing.LoopbackPeer.hear;
import static io.portprint.testing.LoopbackPeer.say;
import static io.portprint.testing.LoopbackPeer.waitForEnd;
import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.State;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Probe;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.LoopbackPeer.Script;
import io.portprint.testing.Probes;
import io.portprint.testing.Probing;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/** Peers that mean well and are awkward. */
class DetectorTest {

  private static final Probe[] PROBES = Probes.all();

  private static final String PAGE =
      "HTTP/1.1 200 OK\r\n"
          + "Server: test\r\n"
          + "Content-Type: text/plain\r\n"
          + "Content-Length: 2\r\n"
          + "Connection: close\r\n\r\n"
          + "hi";

  private static void web(Socket connection) throws IOException {
    String request = hear(connection).latin1();
    say(
        connection,
        request.startsWith("GET ") || request.startsWith("HEAD ")
            ? PAGE
            : "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
  }

  private static void answerAsFtp(Socket connection) throws IOException {
    String asked = hear(connection).latin1();
    while (!asked.isEmpty()) {
      say(
          connection,
          asked.startsWith("FEAT")
              ? "211-Features:\r\n EPSV\r\n211 End\r\n"
              : "530 Please login with USER and PASS.\r\n");
      asked = hear(connection).latin1();
    }
  }

  @Test
  void aServerOfOneClientAtATimeIsRecognised() {
    ReentrantLock oneAtATime = new ReentrantLock(true);
    Script script =
        connection -> {
          oneAtATime.lock();
          try {
            web(connection);
          } finally {
            oneAtATime.unlock();
          }
        };
    try (LoopbackPeer peer = LoopbackPeer.tcp(script)) {
      Fingerprint verdict =
          Probing.detect(
              peer.port(), Transport.TCP, Effort.NORMAL, Effort.NORMAL.deadline(), PROBES);

      assertThat(verdict.service()).extracting(Service::protocol).isEqualTo("http");
    }
  }

  @Test
  void aServerThatTurnsAwayAllButOneConnectionIsRecognised() {
    ReentrantLock oneAtATime = new ReentrantLock();
    Script script =
        connection -> {
          if (oneAtATime.tryLock()) {
            try {
              web(connection);
            } finally {
              oneAtATime.unlock();
            }
          }
        };
    try (LoopbackPeer peer = LoopbackPeer.tcp(script)) {
      Fingerprint verdict =
          Probing.detect(
              peer.port(), Transport.TCP, Effort.NORMAL, Effort.NORMAL.deadline(), PROBES);

      assertThat(verdict.service()).extracting(Service::protocol).isEqualTo("http");
    }
  }

  @Test
  void aPortOfTwoProtocolsIsNamedByTheOneThatIsAskedFirst() {
    // answers the ClientHello at once with an alert, and HTTP a little later
    Script script =
        connection -> {
          String request = hear(connection).latin1();
          if (request.startsWith("GET ")) {
            connection.setSoTimeout(40);
            try {
              waitForEnd(connection);
            } catch (SocketTimeoutException itIsTime) {
              say(connection, PAGE);
            }
          } else if (request.startsWith("\u0016")) {
            say(connection, Bytes.hex("15 03 03 00 02 02 28"));
          } else {
            say(connection, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
          }
        };
    try (LoopbackPeer peer = LoopbackPeer.tcp(script)) {
      Fingerprint verdict = Probing.detect(peer.port(), Transport.TCP, PROBES);

      assertThat(verdict.service())
          .extracting(Service::protocol, Service::tls)
          .containsExactly("http", false);
    }
  }

  @Test
  void aServerThatGreetsLateIsRecognised() {
    Script script =
        connection -> {
          connection.setSoTimeout(1_500);
          try {
            waitForEnd(connection);
          } catch (SocketTimeoutException itIsTime) {
            say(connection, "220 (vsFTPd 3.0.3)\r\n");
            connection.setSoTimeout(0);
            answerAsFtp(connection);
          }
        };
    try (LoopbackPeer peer = LoopbackPeer.tcp(script)) {
      Fingerprint verdict =
          Probing.detect(
              peer.port(), Transport.TCP, Effort.THOROUGH, Effort.THOROUGH.deadline(), PROBES);

      assertThat(verdict.state()).isEqualTo(State.OPEN);
      assertThat(verdict.service())
          .extracting(Service::protocol, Service::version)
          .containsExactly("ftp", "3.0.3");
    }
  }

  @Test
  void anUnknownServiceKeepsItsTranscript() {
    Script script =
        connection -> {
          say(connection, "*** welcome to nothing in particular ***\n");
          waitForEnd(connection);
        };
    try (LoopbackPeer peer = LoopbackPeer.tcp(script)) {
      Fingerprint verdict = Probing.detect(peer.port(), Transport.TCP, PROBES);

      assertThat(verdict.identified()).isFalse();
      assertThat(verdict.evidence())
          .anyMatch(one -> one.received().latin1().contains("nothing in particular"))
          .allMatch(one -> !one.reason().isEmpty());
    }
  }

  @Test
  void aDripOfABannerIsATarpit() {
    Script script =
        connection -> {
          connection.setSoTimeout(250);
          for (char letter : "SSH-2.0-OpenSSH_9.9 and so on".toCharArray()) {
            say(connection, String.valueOf(letter));
            try {
              waitForEnd(connection);
              return;
            } catch (SocketTimeoutException itIsTime) {
              // the next letter
            }
          }
        };
    try (LoopbackPeer peer = LoopbackPeer.tcp(script)) {
      Fingerprint verdict =
          Probing.detect(
              peer.port(), Transport.TCP, Effort.NORMAL, Effort.NORMAL.deadline(), PROBES);

      assertThat(verdict.identified()).isFalse();
      assertThat(verdict.impostor()).isNotNull();
      assertThat(verdict.impostor().reason()).contains("tarpit");
    }
  }

  @Test
  void aGreetingInPiecesIsRecognised() {
    Script script =
        connection -> {
          connection.setSoTimeout(120);
          for (String piece : List.of("220 (vsF", "TPd 3.", "0.3)\r\n")) {
            say(connection, piece);
            try {
              waitForEnd(connection);
              return;
            } catch (SocketTimeoutException itIsTime) {
              // the next piece
            }
          }
          connection.setSoTimeout(0);
          answerAsFtp(connection);
        };
    try (LoopbackPeer peer = LoopbackPeer.tcp(script)) {
      Fingerprint verdict =
          Probing.detect(
              peer.port(), Transport.TCP, Effort.NORMAL, Effort.NORMAL.deadline(), PROBES);

      assertThat(verdict.service())
          .extracting(Service::protocol, Service::version)
          .containsExactly("ftp", "3.0.3");
    }
  }

  @Test
  void noiseToEverythingIsAnImpostorThatClaimsNothing() {
    Random random = new Random(5);
    Script script =
        connection -> {
          while (!hear(connection).isEmpty()) {
            byte[] noise = new byte[32];
            random.nextBytes(noise);
            say(connection, Bytes.of(noise));
          }
        };
    try (LoopbackPeer peer = LoopbackPeer.tcp(script)) {
      Fingerprint verdict = Probing.detect(peer.port(), Transport.TCP, PROBES);

      assertThat(verdict.identified()).isFalse();
      assertThat(verdict.impostor()).isNotNull();
      assertThat(verdict.impostor().claimed()).isNull();
      assertThat(verdict.impostor().reason()).contains("noise");
    }
  }

  @Test
  void oneAnswerToEverythingIsAnImpostor() {
    for (String answer : List.of("HTTP/1.0 404 Not Found\r\n\r\n", "+PONG\r\n", "RFB 009.009\n")) {
      Script script =
          connection -> {
            if (!hear(connection).isEmpty()) {
              say(connection, answer);
            }
          };
      try (LoopbackPeer peer = LoopbackPeer.tcp(script)) {
        Fingerprint verdict = Probing.detect(peer.port(), Transport.TCP, PROBES);

        assertThat(verdict.identified()).as(answer).isFalse();
        assertThat(verdict.impostor()).as(answer).isNotNull();
        assertThat(verdict.impostor().claimed()).as(answer).isNotNull();
        assertThat(verdict.impostor().asked()).as(answer).isNotEmpty();
      }
    }
  }
}
