package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.detect.Effort;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.signature.SignatureBooks;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Probing;
import java.util.List;
import org.junit.jupiter.api.Test;

class CoapProbeTests {

  private final CoapProbe probe = new CoapProbe(SignatureBooks.own());

  private static Bytes response(Bytes request, String options, String content) {
    return Bytes.hex("6845")
        .plus(request.slice(2, 12))
        .plus(Bytes.hex(options))
        .plus(Bytes.latin1(content));
  }

  private Fingerprint verdict(String resources, String root) {
    try (LoopbackPeer peer =
        LoopbackPeer.udp(
            (request, _) ->
                List.of(
                    request.length() == 12
                        ? response(request, "d30102ffff ff", root)
                        : response(request, "c128 ff", resources)))) {
      return Probing.detect(
          peer.port(), Transport.UDP, Effort.NORMAL, Effort.NORMAL.deadline(), probe);
    }
  }

  @Test
  void namedByItsRoot() {
    Fingerprint verdict =
        verdict("</>;title=\"General Info\";ct=0", "This is a test server made with libcoap (see");
    assertThat(verdict.service().product()).isEqualTo("libcoap");
    assertThat(verdict.evidence()).hasSize(2);
  }

  @Test
  void namedByItsResources() {
    Fingerprint verdict =
        verdict(
            "</a>, <https://christian.amsuess.com/tools/aiocoap/#version-0.4.7>; rel=impl-info",
            "");
    assertThat(verdict.service().product()).isEqualTo("aiocoap");
    assertThat(verdict.service().version()).isEqualTo("0.4.7");
  }

  @Test
  void namedByNothing() {
    assertThat(verdict("</>", "Welcome").service())
        .satisfies(service -> assertThat(service.protocol()).isEqualTo("coap"))
        .satisfies(service -> assertThat(service.product()).isNull());
  }

  @Test
  void contentAfterOptions() {
    Bytes head = Bytes.hex("6845 0001 0000000000000000");
    assertThat(CoapProbe.content(head.plus(Bytes.hex("d30102ffff ff6162"))))
        .isEqualTo(Bytes.latin1("ab"));
    assertThat(CoapProbe.content(head.plus(Bytes.hex("e10000 ff ff 6162"))))
        .isEqualTo(Bytes.latin1("ab"));
    assertThat(CoapProbe.content(head)).isEqualTo(Bytes.EMPTY);
    assertThat(CoapProbe.content(head.plus(Bytes.hex("c9 ff61")))).isEqualTo(Bytes.EMPTY);
    assertThat(CoapProbe.content(Bytes.hex("6885 0001 0000000000000000 ff6162")))
        .isEqualTo(Bytes.EMPTY);
  }

  @FuzzTest
  void contentIsTotal(FuzzedDataProvider data) {
    Bytes response = Bytes.of(data.consumeRemainingAsBytes());
    assertThat(CoapProbe.content(response).length()).isLessThanOrEqualTo(response.length());
  }
}
