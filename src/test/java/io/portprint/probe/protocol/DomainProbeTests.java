package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Finding;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBooks;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Probing;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DomainProbeTests {

  private static final Bytes POINTER_TXT = Bytes.hex("c00c 0010 0003 00000000");

  private final DomainProbe udp = new DomainProbe(SignatureBooks.own());
  private final DomainTcpProbe tcp = new DomainTcpProbe(SignatureBooks.own());

  /** A response with one text, or with none and a code. */
  private static Bytes response(Bytes query, int flags, String text) {
    Bytes head = query.head(2).plus(Bytes.of((byte) (flags >> 8), (byte) flags));
    Bytes counts = Bytes.hex(text.isEmpty() ? "0001 0000 0000 0000" : "0001 0001 0000 0000");
    Bytes response = head.plus(counts).plus(query.slice(12, query.length()));
    return text.isEmpty()
        ? response
        : response
            .plus(POINTER_TXT)
            .plus(Bytes.of((byte) 0, (byte) (text.length() + 1), (byte) text.length()))
            .plus(Bytes.latin1(text));
  }

  /** BIND as it comes with Debian, or with its version hidden. */
  private static Bytes bind(Bytes query, String version) {
    Bytes question = query.slice(12, query.length());
    if (question.equals(DomainMessage.VERSION)) {
      return response(query, 0x8500, version);
    }
    return response(
        query, 0x8500, question.equals(DomainMessage.AUTHORS) ? "Evan Hunt" : "ns1.example");
  }

  @Nested
  class Recognise {

    @ParameterizedTest
    @CsvSource({
      "9.18.49-1~deb12u3-Debian, ISC BIND, 9.18.49",
      "dnsmasq-2.90, dnsmasq, 2.90",
      "unbound 1.17.1, Unbound, 1.17.1",
      "none of your business, , ",
    })
    void versions(String text, String product, String version) {
      Bytes query = Strangers.opening(udp);
      Finding finding =
          Strangers.recognised(
              udp.recognise(Strangers.answer(query, response(query, 0x8500, text))));
      assertThat(finding.protocol()).isEqualTo("domain");
      assertThat(finding.service().product()).isEqualTo(product);
      assertThat(finding.service().version()).isEqualTo(version);
      assertThat(finding.details()).containsEntry("versionBind", text);
    }

    @ParameterizedTest
    @CsvSource({"1, FORMERR", "4, NOTIMP", "5, REFUSED", "6, RCODE6"})
    void errors(int code, String name) {
      Bytes query = Strangers.opening(udp);
      Finding finding =
          Strangers.recognised(
              udp.recognise(Strangers.answer(query, response(query, 0x8180 | code, ""))));
      assertThat(finding.details()).containsEntry("versionBind", name);
    }

    @Test
    void ourQueryWithOneBitTurnedIsNoProof() {
      Bytes query = Strangers.opening(udp);
      Strangers.suspected(udp.recognise(Strangers.answer(query, response(query, 0x8100, ""))));
    }

    @Test
    void realAnswerOfBind() {
      Bytes query = Bytes.hex("1234 0100 0001 0000 0000 0000").plus(DomainMessage.VERSION);
      Bytes answer =
          Bytes.hex(
              "1234 8500 0001 0001 0000 0000 0776657273696f6e0462696e64 00 0010 0003 c00c 0010 0003"
                  + " 00000000 0019 18 392e31382e34392d317e64656231327533 2d44656269616e");
      assertThat(Strangers.recognised(udp.recognise(Strangers.answer(query, answer))).service())
          .satisfies(service -> assertThat(service.version()).isEqualTo("9.18.49"))
          .satisfies(service -> assertThat(service.os()).isEqualTo("Debian"));
      Strangers.assertAllOrNothing(udp, query, answer);
      Strangers.assertAllOrNothing(tcp, DomainMessage.framed(query), DomainMessage.framed(answer));
    }

    @Test
    void aStreamIsWaitedFor() {
      Bytes query = Strangers.opening(tcp);
      Bytes answer = DomainMessage.framed(bind(query.slice(2, query.length()), "9.18.1"));
      for (int length = 0; length < answer.length(); length++) {
        assertThat(tcp.recognise(Strangers.answer(query, answer.head(length), Ending.OPEN)))
            .isEqualTo(Recognition.INCOMPLETE);
      }
    }

    @Test
    void nobodyElse() {
      Strangers.assertNobodyElse(udp);
      Strangers.assertNobodyElse(tcp);
    }

    @Test
    void isNeverTakenForSkype() {
      Bytes query = Strangers.opening(udp);
      SkypeUdpProbe skype = new SkypeUdpProbe();
      for (int flags = 0x8000; flags <= 0xffff; flags++) {
        assertThat(skype.recognise(Strangers.answer(query, response(query, flags, "").head(11))))
            .isEqualTo(Recognition.MISMATCH);
      }
    }
  }

  @Nested
  class Detect {

    @Test
    void hiddenVersion() {
      try (LoopbackPeer peer = LoopbackPeer.udp((request, _) -> List.of(bind(request, "no")))) {
        Fingerprint verdict = Probing.detect(peer.port(), Transport.UDP, udp);
        assertThat(verdict.service().protocol()).isEqualTo("domain");
        assertThat(verdict.service().product()).isEqualTo("ISC BIND");
        assertThat(verdict.service().hostname()).isEqualTo("ns1.example");
        assertThat(verdict.confidence()).isEqualTo(0.99);
      }
    }

    @Test
    void overTcp() {
      try (LoopbackPeer peer =
          LoopbackPeer.tcp(
              connection -> {
                Bytes heard = LoopbackPeer.hear(connection);
                while (!heard.isEmpty()) {
                  Bytes query = heard.slice(2, heard.length());
                  LoopbackPeer.say(connection, DomainMessage.framed(bind(query, "9.18.1")));
                  heard = LoopbackPeer.hear(connection);
                }
              })) {
        Fingerprint verdict = Probing.detect(peer.port(), Transport.TCP, tcp);
        assertThat(verdict.service().version()).isEqualTo("9.18.1");
        assertThat(verdict.service().hostname()).isEqualTo("ns1.example");
      }
    }

    @Test
    void whoTurnsABitIsUnknown() {
      try (LoopbackPeer peer =
          LoopbackPeer.udp((request, _) -> List.of(response(request, 0x8100, "")))) {
        assertThat(Probing.detect(peer.port(), Transport.UDP, udp).identified()).isFalse();
      }
    }
  }
}
