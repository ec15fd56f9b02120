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

class MemcachedProbeTests {

  private static final MemcachedProbe PROBE = new MemcachedProbe();

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
    OtherAnswers.areNotClaimedBy(PROBE, "memcache");
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
  void tellsItsVersion() {
    Fingerprint server =
        detect(
            line ->
                Bytes.latin1(
                    line.latin1().equals("version\r\n") ? "VERSION 1.6.18\r\n" : "ERROR\r\n"));
    assertThat(server.service().protocol()).isEqualTo("memcache");
    assertThat(server.service().version()).isEqualTo("1.6.18");
  }

  @Test
  void isNotFooledByAFixedAnswer() {
    assertThat(detect(_ -> Bytes.latin1("VERSION 1.6.18\r\n")).service().protocol()).isNull();
  }
}
