package io.portprint.detect;

import static io.portprint.testing.LoopbackPeer.hear;
import static io.portprint.testing.LoopbackPeer.say;
import static io.portprint.testing.LoopbackPeer.waitForEnd;
import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
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
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Peers that want to hold an endpoint, to fill the memory, or to be taken for something. */
class HostilePeersTest {

  private static final Duration DEADLINE = Duration.ofSeconds(4);

  private static final Probe[] PROBES = Probes.all();

  private static final int KEPT_AT_MOST = 2 * 8_192 * 16;

  static Stream<Named<Script>> peers() {
    return Stream.of(
        Named.of("silent", LoopbackPeer::waitForEnd),
        Named.of("closing at once", connection -> {}),
        Named.of("resetting at the first byte", HostilePeersTest::reset),
        Named.of("dribbling a banner without end", connection -> dribble(connection, "SSH-2.0-")),
        Named.of(
            "dribbling an HTTP header without end",
            connection -> dribble(connection, "HTTP/1.1 200 OK\r\nX: ")),
        Named.of(
            "dribbling an FTP greeting without end", connection -> dribble(connection, "220-")),
        Named.of("endless zeros", connection -> flood(connection, Bytes.of(new byte[65_536]))),
        Named.of(
            "endless lines",
            connection -> flood(connection, Bytes.latin1("220-more\r\n".repeat(4_000)))),
        Named.of(
            "endless header",
            connection ->
                flood(
                    connection,
                    Bytes.latin1("HTTP/1.1 200 OK\r\n" + "X-Filler: y\r\n".repeat(4_000)))),
        Named.of("garbage to everything", HostilePeersTest::garbage),
        Named.of("half-open TLS", connection -> halfOpen(connection, "16030300")),
        Named.of(
            "TLS that stops after a server hello's head",
            connection -> halfOpen(connection, "160303007a020000760303")));
  }

  /** The peers go on without end: only the deadline brings this one. */
  @Timeout(60)
  @ParameterizedTest
  @MethodSource("peers")
  void endByTheDeadlineWithinTheBoundsAndUnnamed(Script script) {
    try (LoopbackPeer peer = LoopbackPeer.tcp(script)) {
      Fingerprint verdict =
          Probing.detect(peer.port(), Transport.TCP, Effort.NORMAL, DEADLINE, PROBES);

      assertThat(verdict.state()).isEqualTo(State.OPEN);
      assertThat(verdict.identified()).as("%s", verdict.service()).isFalse();
      assertThat(verdict.confidence()).isZero();
      assertThat(verdict.evidence()).isNotEmpty();
      assertThat(verdict.evidence().stream().mapToInt(one -> one.received().length()).sum())
          .isLessThan(KEPT_AT_MOST);
      assertThat(verdict.evidence()).allMatch(one -> one.received().length() <= 8_192);
    }
  }

  @Test
  void aClosedPortIsClosed() {
    Fingerprint verdict = Probing.detect(LoopbackPeer.closedPort(), Transport.TCP, PROBES);

    assertThat(verdict.state()).isEqualTo(State.CLOSED);
    assertThat(verdict.service()).isNull();
  }

  @Test
  void aClosedUdpPortIsClosed() {
    Fingerprint verdict = Probing.detect(LoopbackPeer.closedPort(), Transport.UDP, PROBES);

    assertThat(verdict.state()).isEqualTo(State.CLOSED);
  }

  @Test
  void aSilentUdpPortIsOpenOrFiltered() {
    try (LoopbackPeer peer = LoopbackPeer.udp((request, sender) -> List.of())) {
      Fingerprint verdict = Probing.detect(peer.port(), Transport.UDP, PROBES);

      assertThat(verdict.state()).isEqualTo(State.OPEN_OR_FILTERED);
      assertThat(peer.datagrams()).isNotEmpty();
    }
  }

  @Test
  void aCancelledEndpointLetsGoOfItsSocketsAtOnce() throws InterruptedException {
    CountDownLatch connected = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    Script script =
        connection -> {
          connected.countDown();
          waitForEnd(connection);
          released.countDown();
        };
    try (LoopbackPeer peer = LoopbackPeer.tcp(script);
        Probing.Running running =
            Probing.start(peer.port(), Transport.TCP, Effort.THOROUGH, PROBES)) {
      assertThat(connected.await(5, TimeUnit.SECONDS)).isTrue();

      running.lifeline().end();

      assertThat(released.await(5, TimeUnit.SECONDS)).isTrue();
      assertThat(running.verdict().join().identified()).isFalse();
    }
  }

  private static void reset(Socket connection) throws IOException {
    connection.getInputStream().read();
    connection.setSoLinger(true, 0);
  }

  private static void dribble(Socket connection, String start) throws IOException {
    say(connection, start);
    connection.setSoTimeout(20);
    while (true) {
      try {
        connection.getInputStream().read(new byte[4_096]);
      } catch (SocketTimeoutException aLittleLater) {
        // the time-out paces the drip
      }
      say(connection, "x");
    }
  }

  private static void flood(Socket connection, Bytes block) throws IOException {
    for (int blocks = 0; blocks < 3_200; blocks++) {
      say(connection, block);
    }
  }

  private static void garbage(Socket connection) throws IOException {
    Random random = new Random();
    while (!hear(connection).isEmpty()) {
      byte[] noise = new byte[32];
      random.nextBytes(noise);
      say(connection, Bytes.of(noise));
    }
  }

  private static void halfOpen(Socket connection, String hex) throws IOException {
    hear(connection);
    say(connection, Bytes.hex(hex));
    waitForEnd(connection);
  }
}
