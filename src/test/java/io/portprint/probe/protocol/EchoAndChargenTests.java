package io.portprint.probe.protocol;

import static io.portprint.testing.LoopbackPeer.hear;
import static io.portprint.testing.LoopbackPeer.say;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Probes;
import io.portprint.testing.Probing;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EchoAndChargenTests {

  private static Answer answer(String sent, String received, Ending ending) {
    return new Answer(
        sent.isEmpty() ? Answer.GREETING : "test",
        Bytes.latin1(sent),
        Bytes.latin1(received),
        ending,
        InetAddress.getLoopbackAddress(),
        Duration.ZERO);
  }

  private static String pattern(int lines, String ring) {
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < lines; line++) {
      for (int column = 0; column < 72; column++) {
        text.append(ring.charAt((line + column) % ring.length()));
      }
      text.append("\r\n");
    }
    return text.toString();
  }

  private static String ring(char first) {
    StringBuilder ring = new StringBuilder();
    for (char one = first; one <= '~'; one++) {
      ring.append(one);
    }
    return ring.toString();
  }

  @Nested
  class EchoRecognition {

    @ParameterizedTest
    @CsvSource({
      "hello world, hello world, SILENCE, Suspected",
      "hello world, hello, OPEN, Incomplete",
      "hello world, hello, CLOSED, Mismatch",
      "hello world, hello there, SILENCE, Mismatch",
      "hello world, hello world!, SILENCE, Mismatch",
      "abc, abc, SILENCE, Mismatch",
    })
    void wantsAllOfItAndNothingElse(String sent, String received, Ending ending, String expected) {
      assertThat(Echo.recognise(answer(sent, received, ending)).getClass().getSimpleName())
          .isEqualTo(expected);
    }
  }

  @Nested
  class ChargenRecognition {

    private final ChargenProbe probe = new ChargenProbe();

    @Test
    void knowsBothRings() {
      for (char first : new char[] {' ', '!'}) {
        assertThat(probe.recognise(answer("", pattern(5, ring(first)), Ending.OPEN)))
            .isInstanceOf(Recognition.Recognised.class);
      }
    }

    @Test
    void waitsForThreeLines() {
      assertThat(probe.recognise(answer("", pattern(2, ring(' ')), Ending.OPEN)))
          .isInstanceOf(Recognition.Incomplete.class);
      assertThat(probe.recognise(answer("", pattern(2, ring(' ')), Ending.CLOSED)))
          .isInstanceOf(Recognition.Mismatch.class);
    }

    @Test
    void aLineThatIsRepeatedIsNoPattern() {
      String line = pattern(1, ring(' '));
      assertThat(probe.recognise(answer("", line + line + line, Ending.OPEN)))
          .isInstanceOf(Recognition.Mismatch.class);
    }

    @FuzzTest
    void isTotal(byte[] bytes) {
      Answer any =
          new Answer(
              Answer.GREETING,
              Bytes.EMPTY,
              Bytes.of(bytes),
              Ending.CLOSED,
              InetAddress.getLoopbackAddress(),
              null);
      assertThat(probe.recognise(any)).isNotNull();
    }
  }

  @Nested
  class OverSockets {

    private final Probe[] probes = Probes.all();

    @Test
    void anEchoIsAnEchoOverBothTransports() {
      try (LoopbackPeer peer =
          LoopbackPeer.both(
              connection -> {
                for (Bytes heard = hear(connection); !heard.isEmpty(); heard = hear(connection)) {
                  say(connection, heard);
                }
              },
              (request, sender) -> List.of(request))) {
        for (Transport transport : Transport.values()) {
          Fingerprint verdict = Probing.detect(peer.port(), transport, probes);

          assertThat(verdict.service()).extracting(Service::protocol).isEqualTo("echo");
          assertThat(verdict.confidence()).isEqualTo(0.99);
        }
      }
    }

    @Test
    void anEchoThatTruncatesIsUnknown() {
      try (LoopbackPeer peer =
          LoopbackPeer.udp((request, sender) -> List.of(request.head(request.length() - 1)))) {
        assertThat(Probing.detect(peer.port(), Transport.UDP, probes).identified()).isFalse();
      }
    }
  }
}
