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
import java.io.IOException;
import java.net.Socket;
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
    Fingerprint server = detect(request -> request.at(0) == 0 ? SAMBA : Bytes.EMPTY);
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

  /** What a Samba answers that is asked for SMB 3.1.1 alone. */
  private static final Bytes NEGOTIATED =
      Bytes.hex(
          "000000fefe534d4240000100000000000000010001000000000000000000000000000000000000000000"
              + "000000000000000000000000000000000000000000000000000041000100110301006c61627372760000"
              + "00000000000000004f0000000000800000008000000080009ec9927bea7edd0100000000000000008000"
              + "4a00d0000000604806062b0601050502a03e303ca00e300c060a2b06010401823702020aa32a3028a026"
              + "1b246e6f745f646566696e65645f696e5f5246433431373840706c656173655f69676e6f726500000000"
              + "000001002600000000000100200001001927a94a20b3dbb57a684ce151996abb775f670f83e373fda40a"
              + "46ca9620ec6a");

  private static final Bytes CHALLENGE =
      Bytes.hex(
          "000000c8fe534d4240000100160000c00100010001000000000000000100000000000000000000000000"
              + "0000f9ddad23000000000000000000000000000000000000000009000000480080004e544c4d53535000"
              + "020000000c000c003800000005828a6283f710263a8002f400000000000000003c003c00440000000601"
              + "00000000000f4c004100420053005200560002000c004c004100420053005200560001000c004c004100"
              + "4200530052005600040000000300040076006d000700080086fe937bea7edd0100000000");

  @Test
  void readsTheDialectAndTheNamesOfAChallenge() {
    try (LoopbackPeer peer = LoopbackPeer.tcp(SmbProbeTests::serve)) {
      Fingerprint server = Strangers.detect(peer, Transport.TCP, PROBE);
      assertThat(server.service().product()).isEqualTo("Samba");
      assertThat(server.details())
          .containsEntry("dialect", "3.1.1")
          .containsEntry("netbiosName", "LABSRV")
          .containsEntry("netbiosDomain", "LABSRV")
          .containsEntry("ntlmVersion", "6.1.0");
    }
  }

  @Test
  void speaksItInASessionOfNetbios() {
    NetbiosSessionProbe session = new NetbiosSessionProbe(PROBE);
    try (LoopbackPeer peer =
        LoopbackPeer.tcp(
            connection -> {
              if (LoopbackPeer.hear(connection).startsWith(Bytes.hex("81000044"))) {
                LoopbackPeer.say(connection, Bytes.hex("82000000"));
                serve(connection);
              }
            })) {
      Fingerprint server = Strangers.detect(peer, Transport.TCP, session);
      assertThat(server.service().protocol()).isEqualTo("netbios-ssn");
      assertThat(server.service().product()).isEqualTo("Samba");
      assertThat(server.details())
          .containsEntry("smb1", false)
          .containsEntry("dialect", "3.1.1")
          .containsEntry("netbiosName", "LABSRV");
    }
  }

  @Test
  void takesFourBytesAloneForNoSession() {
    NetbiosSessionProbe session = new NetbiosSessionProbe(PROBE);
    Strangers.assertNobodyElse(session);
    OtherAnswers.areNotClaimedBy(session);
    try (LoopbackPeer peer =
        LoopbackPeer.tcp(
            connection -> {
              while (!LoopbackPeer.hear(connection).isEmpty()) {
                LoopbackPeer.say(connection, Bytes.hex("82000000"));
              }
            })) {
      assertThat(Strangers.detect(peer, Transport.TCP, session).service().protocol()).isNull();
    }
  }

  private static void serve(Socket connection) throws IOException {
    for (Bytes said = LoopbackPeer.hear(connection);
        !said.isEmpty();
        said = LoopbackPeer.hear(connection)) {
      boolean old = said.at(4) == 0xff;
      LoopbackPeer.say(connection, old ? SAMBA : said.u16(16) == 0 ? NEGOTIATED : CHALLENGE);
    }
  }

  @FuzzTest
  void challengesAreReadTotally(byte[] received) {
    Bytes bytes = Bytes.of(received);
    assertThat(SmbSession.challenge(bytes)).hasSizeLessThanOrEqualTo(6);
    assertThat(SmbSession.challenge(Bytes.latin1("NTLMSSP\0\2\0\0\0").plus(bytes)))
        .hasSizeLessThanOrEqualTo(6);
    SmbSession.dialect(bytes).ifPresent(dialect -> assertThat(dialect).isBetween(0x0202, 0x0311));
  }

  @Test
  void challengesAreCutAnywhere() {
    for (int length = 0; length < CHALLENGE.length(); length++) {
      assertThat(SmbSession.challenge(CHALLENGE.head(length)).size())
          .isLessThanOrEqualTo(SmbSession.challenge(CHALLENGE).size());
      assertThat(SmbSession.isWhole(CHALLENGE.head(length))).isFalse();
    }
  }
}
