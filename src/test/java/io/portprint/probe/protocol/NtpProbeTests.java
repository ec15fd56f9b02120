package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBooks;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Probing;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NtpProbeTests {

  private static final Bytes REQUEST = Bytes.hex("23" + "00".repeat(39) + "d55aae723e2d6e7d");

  /** Chrony without a source, as it answered. */
  private static final Bytes CHRONY =
      Bytes.hex(
          "240800e700000000000000007f7f0101eeaded5a008bf6f7d55aae723e2d6e7deeaded5b89afc32b"
              + "eeaded5b89b27856");

  private static final String VARIABLES =
      "version=\"ntpd 4.2.8p15@1.3728-o\", processor=\"x86_64\", system=\"Linux/5.10\", leap=0";

  private final NtpProbe probe = new NtpProbe(SignatureBooks.own());

  @Test
  void realAnswer() {
    assertThat(Strangers.recognised(probe.recognise(Strangers.answer(REQUEST, CHRONY))))
        .satisfies(finding -> assertThat(finding.confidence()).isEqualTo(0.99))
        .satisfies(
            finding ->
                assertThat(finding.details())
                    .containsEntry("stratum", 8)
                    .containsEntry("version", 4)
                    .containsEntry("synchronised", true)
                    .containsEntry("reference", "127.127.1.1"));
    Strangers.assertAllOrNothing(probe, REQUEST, CHRONY);
  }

  @ParameterizedTest
  @CsvSource({"0, 23", "0, 25", "0, 3c", "0, 04", "1, 11"})
  void headersOfOthers(int at, String replacement) {
    Bytes answer =
        CHRONY.head(at).plus(Bytes.hex(replacement)).plus(CHRONY.slice(at + 1, CHRONY.length()));
    assertThat(probe.recognise(Strangers.answer(REQUEST, answer))).isEqualTo(Recognition.MISMATCH);
  }

  @Test
  void nobodyElse() {
    Strangers.assertNobodyElse(probe);
  }

  @Test
  void systemVariables() {
    try (LoopbackPeer peer =
        LoopbackPeer.udp(
            (request, _) ->
                List.of(
                    request.length() == 48
                        ? CHRONY
                            .head(24)
                            .plus(request.slice(40, 48))
                            .plus(CHRONY.slice(32, CHRONY.length()))
                        : Bytes.hex("1682")
                            .plus(request.slice(2, 4))
                            .plus(Bytes.hex("0615 0000 0000"))
                            .plus(Bytes.of((byte) 0, (byte) VARIABLES.length()))
                            .plus(Bytes.latin1(VARIABLES))))) {
      Fingerprint verdict = Probing.detect(peer.port(), Transport.UDP, probe);
      assertThat(verdict.service().product()).isEqualTo("ntpd");
      assertThat(verdict.service().version()).isEqualTo("4.2.8p15");
      assertThat(verdict.service().os()).isEqualTo("Linux/5.10");
      assertThat(verdict.evidence()).hasSize(2);
    }
  }

  @Test
  void fieldOfChrony() {
    try (LoopbackPeer peer =
        LoopbackPeer.udp(
            (request, _) ->
                request.length() < 48
                    ? List.of()
                    : List.of(
                        CHRONY
                            .head(24)
                            .plus(request.slice(40, 48))
                            .plus(CHRONY.slice(32, CHRONY.length()))
                            .plus(field(request.slice(48, request.length())))))) {
      Fingerprint verdict = Probing.detect(peer.port(), Transport.UDP, probe);
      assertThat(verdict.service().product()).isEqualTo("chrony");
    }
  }

  private static Bytes field(Bytes asked) {
    return asked.isEmpty()
        ? asked
        : asked.head(16).plus(Bytes.hex("eeb4d00c2fe53b81")).plus(asked.slice(24, asked.length()));
  }

  @Test
  void variablesOfAnotherQuestionOrWithALyingLength() {
    Bytes good = Bytes.hex("1682 0007 0000 0000 0000 0002 6162");
    assertThat(NtpProbe.variables(Strangers.answer(REQUEST, good), 7)).contains(Bytes.latin1("ab"));
    assertThat(NtpProbe.variables(Strangers.answer(REQUEST, good), 8)).isEmpty();
    assertThat(NtpProbe.variables(Strangers.answer(REQUEST, good.head(13)), 7)).isEmpty();
    Bytes error = Bytes.hex("16c2 0007 0000 0000 0000 0002 6162");
    assertThat(NtpProbe.variables(Strangers.answer(REQUEST, error), 7)).isEmpty();
  }
}
