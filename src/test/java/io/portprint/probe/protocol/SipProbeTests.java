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

class SipProbeTests {

  private final SipProbe udp = new SipProbe(SignatureBooks.own());
  private final SipTcpProbe tcp = new SipTcpProbe(SignatureBooks.own());

  private static Bytes response(Bytes request) {
    String said = request.latin1();
    int call = said.indexOf("Call-ID: ");
    return Bytes.latin1(
        "SIP/2.0 404 Not Found\r\n"
            + said.substring(call, said.indexOf("\r\n", call))
            + "\r\nCSeq: 1 OPTIONS\r\nServer: Asterisk PBX 18.10.0\r\nContent-Length: 0\r\n\r\n");
  }

  @Test
  void responses() {
    Bytes request = Strangers.opening(udp);
    assertThat(Strangers.recognised(udp.recognise(Strangers.answer(request, response(request)))))
        .satisfies(finding -> assertThat(finding.service().product()).isEqualTo("Asterisk"))
        .satisfies(finding -> assertThat(finding.service().version()).isEqualTo("18.10.0"))
        .satisfies(finding -> assertThat(finding.details()).containsEntry("status", 404));
    Strangers.assertAllOrNothing(udp, request, response(request));
    for (int length = 0; length < response(request).length(); length++) {
      assertThat(
              tcp.recognise(Strangers.answer(request, response(request).head(length), Ending.OPEN)))
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
              if (heard.latin1().startsWith("OPTIONS")) {
                LoopbackPeer.say(connection, response(heard));
                LoopbackPeer.waitForEnd(connection);
              }
            },
            (request, _) -> List.of(response(request)))) {
      for (Fingerprint verdict :
          List.of(
              Strangers.detect(peer, Transport.UDP, udp),
              Strangers.detect(peer, Transport.TCP, tcp))) {
        assertThat(verdict.service().protocol()).isEqualTo("sip");
        assertThat(verdict.confidence()).isEqualTo(0.99);
      }
    }
  }
}
