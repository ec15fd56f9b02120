package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.signature.SignatureBooks;
import io.portprint.testing.LoopbackPeer;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnmpProbeTests {

  /** What snmpd of Net-SNMP reported on message 0x4a69f2c7. */
  private static final Bytes REPORT =
      Bytes.hex(
          "3072020103301102044a69f2c7020300ffe304010002010304223020041180001f888044c9b20f9f6b036b"
              + "000000000201010202033d0400040004003036041180001f888044c9b20f9f6b036b000000000400"
              + "a81f02044a69f2c70201000201003011300f060a2b060106030f01010400410101");

  private static final long ID = 0x4a69f2c7L;

  private final SnmpProbe probe = new SnmpProbe(SignatureBooks.own());

  @Test
  void realReport() {
    assertThat(
            Strangers.recognised(
                probe.recognise(Strangers.answer(SnmpProbe.discovery(ID), REPORT))))
        .satisfies(finding -> assertThat(finding.service().product()).isEqualTo("Net-SNMP"))
        .satisfies(
            finding ->
                assertThat(finding.details())
                    .containsEntry("enterprise", 8072L)
                    .containsEntry("engineBoots", 1L)
                    .containsEntry("engineTimeSeconds", 829L)
                    .containsEntry("engineId", "80001f888044c9b20f9f6b036b00000000"));
    Strangers.assertAllOrNothing(probe, SnmpProbe.discovery(ID), REPORT);
  }

  @Test
  void anotherMessage() {
    assertThat(SnmpProbe.report(REPORT, ID)).isPresent();
    assertThat(SnmpProbe.report(REPORT, ID + 1)).isEmpty();
    assertThat(SnmpProbe.report(REPORT.plus(Bytes.hex("00")), ID)).isEmpty();
  }

  @Test
  void nobodyElse() {
    Strangers.assertNobodyElse(probe);
  }

  @Test
  void asksForNothingElse() {
    assertThat(SnmpProbe.discovery(ID))
        .isEqualTo(
            Bytes.hex(
                "303e020103301102044a69f2c7020300ffe304010402010304103"
                    + " 00e0400020100020100040004000400"
                    + "301404000400a00e02044a69f2c70201000201003000"));
  }

  @Test
  void agent() {
    try (LoopbackPeer peer = LoopbackPeer.udp((request, _) -> List.of(reportOn(request)))) {
      Fingerprint verdict = Strangers.detect(peer, Transport.UDP, probe);
      assertThat(verdict.service().protocol()).isEqualTo("snmp");
      assertThat(verdict.service().product()).isEqualTo("Net-SNMP");
    }
  }

  /** The report with the identifier of this request. */
  private static Bytes reportOn(Bytes request) {
    int at = request.indexOf(Bytes.hex("020103")) + 3;
    Bytes id = request.slice(at + 4, at + 8);
    return REPORT.head(9).plus(id).plus(REPORT.slice(13, REPORT.length()));
  }
}
