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

class SmbProbeTests {

  private static final SmbProbe PROBE = new SmbProbe();

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
    OtherAnswers.areNotClaimedBy(PROBE);
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

  private static final Bytes SAMBA =
      Bytes.hex(
          "000000cafe534d42400000000000000000000100010000000000000000000000000000000000000000000000"
              + "00000000000000000000000000000000000000000000000041000100ff0200006c61620000000000000000"
              + "0000000000070000000000800000008000000080001ad02161d47add010000000000000000800"
              + "04a0000000000604806062b0601050502a03e303ca00e300c060a2b06010401823702020aa32a3028a0"
              + "261b246e6f745f646566696e65645f696e5f5246433431373840706c656173655f69676e6f7265");

  @Test
  void namesSambaByTheNameInItsIdentifier() {
    Fingerprint server = detect(_ -> SAMBA);
    assertThat(server.service().protocol()).isEqualTo("microsoft-ds");
    assertThat(server.service().product()).isEqualTo("Samba");
    assertThat(server.service().hostname()).isEqualTo("lab");
    assertThat(server.details()).containsEntry("signingRequired", false);
  }

  @Test
  void namesNobodyByARandomIdentifier() {
    Bytes windows =
        Bytes.hex(
            SAMBA
                .hex()
                .replace("6c616200000000000000000000000000", "6c61b2c1d40e4f4a9b1122334455aabb"));
    assertThat(detect(_ -> windows).service().product()).isNull();
  }

  @Test
  void takesNoPart() {
    for (int length = 1; length < SAMBA.length(); length++) {
      assertThat(PROBE.recognise(Strangers.answer(Strangers.opening(PROBE), SAMBA.head(length))))
          .isEqualTo(Recognition.MISMATCH);
    }
  }
}
