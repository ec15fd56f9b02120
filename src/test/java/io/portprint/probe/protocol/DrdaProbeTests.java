package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBooks;
import io.portprint.testing.LoopbackPeer;
import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;

class DrdaProbeTests {

  private static final DrdaProbe PROBE = new DrdaProbe(SignatureBooks.own());

  private static final Bytes SYNTAX_ERROR =
      Bytes.hex("001bd0020001 0015124c 000611490008 0006000c0000 0005114a03");

  private static Bytes attributes(String kind, String release) {
    Bytes content =
        parameter(0x115E, "NetworkServerControl main")
            .plus(parameter(0x1147, kind))
            .plus(parameter(0x116D, "NetworkServerControl"))
            .plus(parameter(0x115A, release));
    return u16(10 + content.length())
        .plus(Bytes.hex("d0020001"))
        .plus(u16(4 + content.length()))
        .plus(u16(0x1443))
        .plus(content);
  }

  private static Bytes parameter(int point, String value) {
    return u16(4 + value.length())
        .plus(u16(point))
        .plus(Bytes.of(value.getBytes(Charset.forName("IBM037"))));
  }

  private static Bytes u16(int value) {
    return Bytes.of((byte) (value >> 8), (byte) value);
  }

  private static Fingerprint detect(Bytes toOthers, Bytes toExchange) {
    try (LoopbackPeer peer =
        LoopbackPeer.tcp(
            connection ->
                LoopbackPeer.say(
                    connection,
                    LoopbackPeer.hear(connection).equals(Strangers.opening(PROBE))
                        ? toExchange
                        : toOthers))) {
      return Strangers.detect(peer, Transport.TCP, PROBE);
    }
  }

  @Test
  void readsWhatDerbySaysOfItself() {
    Service service =
        detect(SYNTAX_ERROR, attributes("Apache Derby", "CSS10140/10.14.2.0 - (1)")).service();
    assertThat(service.protocol()).isEqualTo("drda");
    assertThat(service.product()).isEqualTo("Apache Derby");
    assertThat(service.version()).isEqualTo("10.14.2.0");
  }

  @Test
  void readsTheReleaseOfDb2() {
    Fingerprint found = detect(Bytes.EMPTY, attributes("QDB2/LINUXX8664", "SQL11055"));
    assertThat(found.service().product()).isEqualTo("IBM Db2");
    assertThat(found.service().version()).isEqualTo("11.5");
    assertThat(found.details()).containsEntry("serverClass", "QDB2/LINUXX8664");
  }

  @Test
  void knowsTheReplyToWhatIsNoMessage() {
    Recognition made =
        PROBE.recognise(
            OtherAnswers.answer("http/get", OtherAnswers.GET, SYNTAX_ERROR, Ending.CLOSED));
    assertThat(Strangers.recognised(made).protocol()).isEqualTo("drda");
    for (int length = 1; length < SYNTAX_ERROR.length(); length++) {
      assertThat(DrdaProbe.isSyntaxError(SYNTAX_ERROR.head(length))).isFalse();
    }
  }

  @Test
  void believesNoReplyThatIsNotFollowedByAttributes() {
    assertThat(detect(SYNTAX_ERROR, SYNTAX_ERROR).service().protocol()).isNull();
  }

  @Test
  void readsTextInEitherCode() {
    assertThat(DrdaProbe.text(Bytes.of("QDB2/NT64".getBytes(Charset.forName("IBM037")))))
        .isEqualTo("QDB2/NT64");
    assertThat(DrdaProbe.text(Bytes.latin1("QDB2/NT64"))).isEqualTo("QDB2/NT64");
    assertThat(DrdaProbe.text(Bytes.hex("00ff01c1"))).isEqualTo("...A");
  }

  @Test
  void claimsNobodyElse() {
    Strangers.assertNobodyElse(PROBE);
    OtherAnswers.areNotClaimedBy(PROBE);
  }

  @FuzzTest
  void isTotal(byte[] received) {
    Bytes bytes = Bytes.of(received);
    Recognition made =
        PROBE.recognise(
            OtherAnswers.answer("drda/excsat", Strangers.opening(PROBE), bytes, Ending.OPEN));
    assertThat(made).isNotEqualTo(Recognition.INCOMPLETE);
    assertThat(DrdaProbe.text(bytes)).hasSizeLessThanOrEqualTo(1024);
  }
}
