package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBooks;
import io.portprint.testing.LoopbackPeer;
import java.util.List;
import org.junit.jupiter.api.Test;

class StunProbeTests {

  /** From 127.0.0.1; software Coturn-4.6.1 'Gorst'. */
  private static final Bytes ATTRIBUTES =
      Bytes.hex(
          "0020 0008 0001 9ac2 5e12a443  0001 0008 0001 bbd0 7f000001  802b 0008 0001 4e91 7f000001"
              + " 8022 0014 436f7475726e2d342e362e31 2027476f72737427");

  private final StunProbe udp = new StunProbe(SignatureBooks.own());
  private final StunTcpProbe tcp = new StunTcpProbe(SignatureBooks.own());

  private static Bytes success(Bytes request) {
    return Bytes.hex("0101 003c").plus(request.slice(4, 20)).plus(ATTRIBUTES);
  }

  @Test
  void realAnswer() {
    Bytes request = Strangers.opening(udp);
    assertThat(Strangers.recognised(udp.recognise(Strangers.answer(request, success(request)))))
        .satisfies(finding -> assertThat(finding.confidence()).isEqualTo(0.99))
        .satisfies(finding -> assertThat(finding.service().product()).isEqualTo("coturn"))
        .satisfies(finding -> assertThat(finding.service().version()).isEqualTo("4.6.1"))
        .satisfies(
            finding ->
                assertThat(finding.details())
                    .containsEntry("observedClientAddress", "127.0.0.1")
                    .containsEntry("software", "Coturn-4.6.1 'Gorst'"));
    Strangers.assertAllOrNothing(udp, request, success(request));
    Strangers.assertAllOrNothing(tcp, request, success(request));
  }

  @Test
  void anErrorAndAnAddressBeyondATranslator() {
    Bytes request = Strangers.opening(udp);
    Bytes error =
        Bytes.hex("0111 0008").plus(request.slice(4, 20)).plus(Bytes.hex("0009 0004 0000 0414"));
    assertThat(Strangers.recognised(udp.recognise(Strangers.answer(request, error))).details())
        .containsEntry("error", 420);
    Bytes elsewhere =
        Bytes.hex("0101 000c")
            .plus(request.slice(4, 20))
            .plus(Bytes.hex("0001 0008 0001 1000 c6336409"));
    assertThat(Strangers.recognised(udp.recognise(Strangers.answer(request, elsewhere))))
        .satisfies(finding -> assertThat(finding.confidence()).isEqualTo(0.97))
        .satisfies(
            finding ->
                assertThat(finding.details())
                    .containsEntry("observedClientAddress", "198.51.100.9"));
  }

  @Test
  void aStreamIsWaitedFor() {
    Bytes request = Strangers.opening(tcp);
    Bytes answer = success(request);
    for (int length = 0; length < answer.length(); length++) {
      assertThat(tcp.recognise(Strangers.answer(request, answer.head(length), Ending.OPEN)))
          .isEqualTo(Recognition.INCOMPLETE);
    }
  }

  @Test
  void nobodyElse() {
    Strangers.assertNobodyElse(udp);
    Strangers.assertNobodyElse(tcp);
  }

  @Test
  void servers() {
    try (LoopbackPeer peer =
        LoopbackPeer.both(
            connection -> {
              Bytes heard = LoopbackPeer.hear(connection);
              if (StunMessage.isRequest(heard)) {
                LoopbackPeer.say(connection, success(heard));
                LoopbackPeer.waitForEnd(connection);
              }
            },
            (request, _) ->
                StunMessage.isRequest(request) ? List.of(success(request)) : List.of())) {
      Fingerprint overUdp = Strangers.detect(peer, Transport.UDP, udp);
      assertThat(overUdp.service().protocol()).isEqualTo("stun");
      assertThat(overUdp.evidence()).hasSize(2);
      Fingerprint overTcp = Strangers.detect(peer, Transport.TCP, tcp);
      assertThat(overTcp.service().version()).isEqualTo("4.6.1");
      assertThat(overTcp.confidence()).isEqualTo(0.99);
    }
  }
}
