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
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZookeeperProbeTests {

  private static final ZookeeperProbe PROBE = new ZookeeperProbe();

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
    OtherAnswers.areNotClaimedBy(PROBE, "zookeeper");
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

  private static final String SRVR =
      "Zookeeper version: 3.8.0-5a02a05eddb59aee6ac762f7ea82e92a68eb9c0f, built on 2022-02-25"
          + " 08:49 UTC\nLatency min/avg/max: 0/0.0/0\nMode: standalone\nNode count: 5\n";

  @ParameterizedTest
  @ValueSource(strings = {"imok", "ruok is not executed because it is not in the whitelist.\n"})
  void tellsVersionAndMode(String alive) {
    Fingerprint server = detect(word -> Bytes.latin1(word.latin1().equals("srvr") ? SRVR : alive));
    assertThat(server.service().protocol()).isEqualTo("zookeeper");
    assertThat(server.service().version()).isEqualTo("3.8.0");
    assertThat(server.details()).containsEntry("mode", "standalone");
  }

  @Test
  void isKnownByItsRefusals() {
    Fingerprint server =
        detect(
            word ->
                Bytes.latin1(
                    word.latin1() + " is not executed because it is not in the whitelist.\n"));
    assertThat(server.service().protocol()).isEqualTo("zookeeper");
    assertThat(server.service().version()).isNull();
  }

  @Test
  void isNotFooledByAFixedAnswer() {
    assertThat(detect(_ -> Bytes.latin1(SRVR)).service().protocol()).isNull();
  }
}
