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

class RdpProbeTests {

  private static final RdpProbe PROBE = new RdpProbe();

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
    OtherAnswers.areNotClaimedBy(PROBE, "rdp");
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

  private static Bytes confirm(String choice) {
    return Bytes.hex("030000130ed00000123400" + choice);
  }

  @Test
  void namesXrdpByWhatItMakesOfCredsspAlone() {
    Fingerprint server =
        detect(request -> confirm(request.at(15) == 2 ? "0201080000000000" : "0201080001000000"));
    assertThat(server.service().protocol()).isEqualTo("ms-wbt-server");
    assertThat(server.service().product()).isEqualTo("xrdp");
    assertThat(server.details()).containsEntry("security", "tls");
  }

  @Test
  void namesNobodyWhoKnowsCredssp() {
    Fingerprint server =
        detect(request -> request.at(0) == 3 ? confirm("021f080002000000") : Bytes.EMPTY);
    assertThat(server.service().protocol()).isEqualTo("ms-wbt-server");
    assertThat(server.service().product()).isNull();
    assertThat(server.details()).containsEntry("security", "credssp");
  }

  @Test
  void provesNothingInPartOrToAnotherQuestion() {
    for (int length = 1; length < 19; length++) {
      assertThat(
              PROBE.recognise(
                  Strangers.answer(
                      Strangers.opening(PROBE), confirm("021f080002000000").head(length))))
          .isEqualTo(Recognition.MISMATCH);
    }
    assertThat(PROBE.recognise(Strangers.answer(OtherAnswers.GET, confirm("021f080002000000"))))
        .isEqualTo(Recognition.MISMATCH);
  }
}
