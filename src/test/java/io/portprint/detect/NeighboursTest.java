package io.portprint.detect;

import static io.portprint.testing.LoopbackPeer.hear;
import static io.portprint.testing.LoopbackPeer.say;
import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.State;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Probes;
import io.portprint.testing.Probing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NeighboursTest {

  private static final InetAddress HOST = InetAddress.ofLiteral("192.0.2.7");

  private static Answer turn(String name, String sent, String received, Ending ending) {
    return new Answer(
        name,
        Bytes.latin1(sent),
        Bytes.latin1(received),
        ending,
        InetAddress.getLoopbackAddress(),
        Duration.ofMillis(1));
  }

  private static Habit saying(String banner) {
    return Habit.of(List.of(turn(Answer.GREETING, "", banner, Ending.SILENCE)));
  }

  @Test
  void aHostIsAlikeAfterManyPortsOfOneHabit() {
    Neighbours neighbours = new Neighbours();
    for (int port = 0; port < 31; port++) {
      neighbours.note(HOST, saying("welcome\n"));
      assertThat(neighbours.alike(HOST)).as("after %d", port).isEmpty();
    }

    neighbours.note(HOST, saying("welcome\n"));

    assertThat(neighbours.alike(HOST)).contains(new Neighbours.Alike(saying("welcome\n"), 32));
    assertThat(neighbours.alike(InetAddress.ofLiteral("192.0.2.8"))).isEmpty();
  }

  @Test
  void aHostOfServicesIsNot() {
    Neighbours neighbours = new Neighbours();
    for (int port = 0; port < 64; port++) {
      neighbours.note(HOST, port % 4 == 0 ? Habit.NAMED : saying("welcome\n"));
    }
    assertThat(neighbours.alike(HOST)).isEmpty();
    for (int port = 0; port < 64; port++) {
      neighbours.note(HOST, Habit.NAMED);
    }
    assertThat(neighbours.alike(HOST)).isEmpty();
  }

  @Test
  void itIsForgottenWhenPortsAreOtherwise() {
    Neighbours neighbours = new Neighbours();
    for (int port = 0; port < 32; port++) {
      neighbours.note(HOST, saying("welcome\n"));
    }
    for (int port = 0; port < 5; port++) {
      neighbours.note(HOST, saying(port + "\n"));
    }
    neighbours.note(HOST, saying("welcome\n"));
    assertThat(neighbours.alike(HOST)).isEmpty();
  }

  @Test
  void habitsDifferInWordsAndSilence() {
    Answer request = turn("http/get", "GET /\r\n", "no\r\n", Ending.SILENCE);
    Habit spoken = Habit.of(List.of(turn(Answer.GREETING, "", "", Ending.SILENCE), request));

    assertThat(spoken)
        .isNotEqualTo(Habit.of(List.of(turn(Answer.GREETING, "", "", Ending.CLOSED), request)))
        .isNotEqualTo(Habit.of(List.of(turn(Answer.GREETING, "", "", Ending.SILENCE))))
        .isNotEqualTo(
            Habit.of(
                List.of(
                    turn(Answer.GREETING, "", "", Ending.SILENCE),
                    turn("http/get", "GET /\r\n", "yes\r\n", Ending.SILENCE))));
  }

  @Test
  void noiseIsAlikeInBeingOther() {
    Habit one =
        Habit.of(
            List.of(
                turn("http/get", "GET /\r\n", "a8f", Ending.SILENCE),
                turn("x/y", "HELP\r\n", "00q", Ending.SILENCE)));
    Habit other =
        Habit.of(
            List.of(
                turn("http/get", "GET /\r\n", "7dk", Ending.SILENCE),
                turn("x/y", "HELP\r\n", "p1m", Ending.SILENCE)));

    assertThat(one).isEqualTo(other);
  }

  /** A host whose every port says the same, but for one: few questions, and the one still found. */
  @Test
  void portsOfAHostThatIsAlikeAreAskedLess() {
    AtomicInteger connections = new AtomicInteger();
    LoopbackPeer.Script unknown =
        connection -> {
          connections.incrementAndGet();
          say(connection, "*** nobody in particular ***\n");
        };
    Detections host = new Detections();
    int first = 0;
    for (int port = 0; port < 32; port++) {
      Fingerprint verdict = host.detect(unknown);
      assertThat(verdict.details()).doesNotContainKey("portsAlike");
      first = port == 0 ? connections.get() : first;
    }
    connections.set(0);

    Fingerprint alike = host.detect(unknown);

    assertThat(alike.state()).isEqualTo(State.OPEN);
    assertThat(alike.identified()).isFalse();
    assertThat(alike.details()).containsEntry("portsAlike", 32);
    assertThat(alike.evidence()).isNotEmpty();
    assertThat(connections.get()).isLessThanOrEqualTo(8).isLessThan(first / 2);
    assertThat(Optional.ofNullable(host.detect(NeighboursTest::memcached).service()))
        .map(Service::protocol)
        .contains("memcache");
  }

  /** Silent to what is said to every port: it takes the long race to find it. */
  private static void memcached(Socket connection) throws IOException {
    String request = hear(connection).latin1();
    while (!request.isEmpty()) {
      if (request.startsWith("version")) {
        say(connection, "VERSION 1.6.18\r\n");
      } else if (request.matches("[a-z]+\r\n")) {
        say(connection, "ERROR\r\n");
      }
      request = hear(connection).latin1();
    }
  }

  /** One detector that meets one peer after another. */
  private static final class Detections {

    private final Probing.Session session = Probing.session(Probes.all());

    Fingerprint detect(LoopbackPeer.Script script) {
      try (LoopbackPeer peer = LoopbackPeer.tcp(script)) {
        return session.detect(peer.port(), Transport.TCP, Effort.NORMAL, Effort.NORMAL.deadline());
      }
    }
  }
}
