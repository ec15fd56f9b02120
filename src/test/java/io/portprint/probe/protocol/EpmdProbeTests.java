package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Opening;
import io.portprint.probe.Recognition;
import io.portprint.testing.LoopbackPeer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class EpmdProbeTests {

  private static final EpmdProbe PROBE = new EpmdProbe();

  private static Fingerprint detect(UnaryOperator<Bytes> script) {
    try (LoopbackPeer peer =
        LoopbackPeer.tcp(
            connection ->
                LoopbackPeer.say(connection, script.apply(LoopbackPeer.hear(connection))))) {
      return Strangers.detect(peer, Transport.TCP, PROBE);
    }
  }

  @Test
  void claimsNobodyElse() {
    Strangers.assertNobodyElse(PROBE);
  }

  @FuzzTest
  void isTotal(byte[] received) {
    Bytes bytes = Bytes.of(received);
    for (Opening opening : PROBE.openings(new SplittableRandom(7))) {
      Recognition recognition =
          PROBE.recognise(Strangers.answer(opening.payload(), bytes, Answer.Ending.CLOSED));
      assertThat(recognition).isNotEqualTo(Recognition.INCOMPLETE);
    }
  }

  @Test
  void isKnownByItsOwnPort() {
    int[] own = new int[1];
    try (LoopbackPeer peer =
        LoopbackPeer.tcp(
            connection -> {
              Bytes request = LoopbackPeer.hear(connection);
              if (request.equals(Bytes.hex("00016e"))) {
                int port = connection.getLocalPort();
                own[0] = port;
                LoopbackPeer.say(
                    connection,
                    "\0\0"
                        + (char) (port >> 8)
                        + (char) (port & 255)
                        + "name rabbit at port 25672\n");
              }
            })) {
      Fingerprint mapper = Strangers.detect(peer, Transport.TCP, PROBE);
      assertThat(mapper.service().protocol()).isEqualTo("epmd");
      assertThat(mapper.details())
          .containsEntry("nodes", List.of("rabbit:25672"))
          .containsEntry("ownPort", (long) own[0]);
      assertThat(mapper.confidence()).isGreaterThan(0.9);
    }
  }

  @Test
  void isRefutedByAnotherNumberAlone() {
    assertThat(detect(_ -> Bytes.hex("00000001")).service().protocol()).isNull();
  }
}
