package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.testing.LoopbackPeer;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RTMP, QUIC and DTLS: each is known by one answer. */
class MediaAndDatagramTests {

  private static Bytes zeros(int length) {
    return Bytes.of(new byte[length]);
  }

  @Nested
  class Rtmp {

    private final RtmpProbe probe = new RtmpProbe();
    private final Bytes hello = Strangers.opening(probe);

    private Bytes handshake(Bytes said) {
      return Bytes.hex("03").plus(zeros(1536)).plus(said.slice(1, 1537));
    }

    @Test
    void isRecognisedByWhatItRepeats() {
      Strangers.recognised(probe.recognise(Strangers.answer(hello, handshake(hello))));
      Bytes other = probe.openings(new SplittableRandom(8)).getFirst().payload();
      assertThat(probe.recognise(Strangers.answer(hello, handshake(other))))
          .isEqualTo(Recognition.MISMATCH);
    }

    @Test
    void isWaitedForWhileItComes() {
      Bytes begun = handshake(hello).head(2000);
      assertThat(probe.recognise(Strangers.answer(hello, begun, Ending.OPEN)))
          .isEqualTo(Recognition.INCOMPLETE);
      assertThat(probe.recognise(Strangers.answer(hello, begun, Ending.SILENCE)))
          .isEqualTo(Recognition.MISMATCH);
    }

    @Test
    void isDetected() {
      try (LoopbackPeer peer =
          LoopbackPeer.tcp(
              connection -> {
                Bytes heard = Bytes.EMPTY;
                while (heard.length() < 1537) {
                  Bytes more = LoopbackPeer.hear(connection);
                  if (more.isEmpty()) {
                    return;
                  }
                  heard = heard.plus(more);
                }
                LoopbackPeer.say(connection, handshake(heard));
              })) {
        Fingerprint verdict = Strangers.detect(peer, Transport.TCP, probe);
        assertThat(verdict.service()).as("%s", verdict).isNotNull();
      }
    }
  }

  @Nested
  class Quic {

    private final QuicProbe probe = new QuicProbe();
    private final Bytes packet = Strangers.opening(probe);

    private Bytes negotiation(Bytes said, String versions) {
      return Bytes.hex("c9 00000000")
          .plus(said.slice(14, 23))
          .plus(said.slice(5, 14))
          .plus(Bytes.hex(versions));
    }

    @Test
    void isRecognisedByTheIdentifiersTheOtherWayRound() {
      var finding =
          Strangers.recognised(
              probe.recognise(
                  Strangers.answer(packet, negotiation(packet, "00000001 6b3343cf ff00001d"))));
      assertThat(finding.details()).containsEntry("versions", List.of("1", "2", "draft-29"));
      assertThat(packet.length()).isEqualTo(1200);
    }

    @Test
    void isNothingElse() {
      Bytes other = probe.openings(new SplittableRandom(8)).getFirst().payload();
      for (Bytes answer :
          List.of(
              negotiation(other, "00000001"),
              negotiation(packet, ""),
              negotiation(packet, "000001"),
              negotiation(packet, "00000001").slice(1, 27))) {
        assertThat(probe.recognise(Strangers.answer(packet, answer)))
            .as("%s", answer)
            .isEqualTo(Recognition.MISMATCH);
      }
    }

    @Test
    void greaseIsNoVersion() {
      assertThat(QuicProbe.versions(Bytes.hex("fababada 00000001 51303530 00")))
          .containsExactly("1", "0x51303530");
    }

    @Test
    void isDetected() {
      try (LoopbackPeer peer =
          LoopbackPeer.udp((said, from) -> List.of(negotiation(said, "00000001")))) {
        Fingerprint verdict = Strangers.detect(peer, Transport.UDP, probe);
        assertThat(verdict.service()).as("%s", verdict).isNotNull();
      }
    }
  }

  @Nested
  class Dtls {

    private static final String VERIFY =
        "16 feff 0000 000000000000 0013 03 000007 0000 000000 000007";

    private final DtlsProbe probe = new DtlsProbe();
    private final Bytes hello = Strangers.opening(probe);

    @Test
    void itsHelloIsAsLongAsItSays() {
      assertThat(hello.length()).isEqualTo(13 + hello.u16(11));
      assertThat(hello.u16(15)).isEqualTo(hello.length() - 25);
    }

    @ParameterizedTest
    @CsvSource({
      "feff 04 01020304, true",
      "fefd 04 01020304, true",
      "0303 04 01020304, false",
      "feff 05 01020304, false",
    })
    void aRequestForACookie(String body, boolean own) {
      assertThat(DtlsProbe.read(Bytes.hex((VERIFY + body).replace(" ", ""))))
          .matches(reply -> reply.isPresent() == own);
    }

    @ParameterizedTest
    @CsvSource({"00 c02b 00, true", "00 c02b 01, false", "00 1301 00, false", "21 c02b 00, false"})
    void aServerHello(String end, boolean own) {
      Bytes body = Bytes.hex("fefd").plus(zeros(32)).plus(Bytes.hex(end.replace(" ", "")));
      Bytes length = Bytes.of((byte) 0, (byte) 0, (byte) body.length());
      Bytes message =
          Bytes.hex("02").plus(length).plus(Bytes.hex("0000 000000")).plus(length).plus(body);
      Bytes record =
          Bytes.hex("16 fefd 0000 000000000000 00").plus(Bytes.of((byte) message.length()));
      assertThat(DtlsProbe.read(record.plus(message)).isPresent()).isEqualTo(own);
    }

    @ParameterizedTest
    @CsvSource({"0002 0228, true", "0002 0328, false", "0003 022800, false", "0002 02, false"})
    void anAlert(String end, boolean own) {
      Bytes record = Bytes.hex(("15 fefd 0000 000000000000" + end).replace(" ", ""));
      assertThat(DtlsProbe.read(record).isPresent()).isEqualTo(own);
    }

    @Test
    void isDetected() {
      Bytes verify = Bytes.hex((VERIFY + "feff 04 01020304").replace(" ", ""));
      try (LoopbackPeer peer = LoopbackPeer.udp((said, from) -> List.of(verify))) {
        Fingerprint verdict = Strangers.detect(peer, Transport.UDP, probe);
        assertThat(verdict.service()).as("%s", verdict).isNotNull();
      }
    }
  }

  @Test
  void claimNobodyElse() {
    for (Probe probe : List.of(new RtmpProbe(), new QuicProbe(), new DtlsProbe())) {
      Strangers.assertNobodyElse(probe);
      OtherAnswers.areNotClaimedBy(probe);
    }
  }

  @FuzzTest
  void areReadTotally(byte[] received) {
    for (Probe probe : List.of(new RtmpProbe(), new QuicProbe(), new DtlsProbe())) {
      for (Ending ending : Ending.values()) {
        assertThat(
                probe.recognise(
                    Strangers.answer(Strangers.opening(probe), Bytes.of(received), ending)))
            .isNotNull();
      }
    }
  }
}
