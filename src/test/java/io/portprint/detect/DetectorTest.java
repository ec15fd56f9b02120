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
}
