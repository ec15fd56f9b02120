package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.testing.LoopbackPeer;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemcachedUdpProbeTests {

  private final MemcachedUdpProbe probe = new MemcachedUdpProbe();

  private static Bytes frame(Bytes request, String text) {
    return request.head(2).plus(Bytes.hex("0000 0001 0000")).plus(Bytes.latin1(text));
  }

  @Test
  void realAnswer() {
    Bytes request = Bytes.hex("1234 0000 0001 0000").plus(Bytes.latin1("version\r\n"));
    Bytes answer = frame(request, "VERSION 1.6.18\r\n");
    assertThat(Strangers.recognised(probe.recognise(Strangers.answer(request, answer))).service())
        .satisfies(service -> assertThat(service.version()).isEqualTo("1.6.18"))
        .satisfies(
            service ->
                assertThat(service.cpe())
                    .containsExactly("cpe:2.3:a:memcached:memcached:1.6.18:*:*:*:*:*:*:*"));
    Strangers.assertAllOrNothing(probe, request, answer);
  }

  @Test
  void nobodyElse() {
    Strangers.assertNobodyElse(probe);
  }

  @Test
  void server() {
    try (LoopbackPeer peer =
        LoopbackPeer.udp(
            (request, _) ->
                List.of(
                    frame(
                        request,
                        request.latin1().endsWith("version\r\n")
                            ? "VERSION 1.4.25 Ubuntu\r\n"
                            : "ERROR\r\n")))) {
      Fingerprint verdict = Strangers.detect(peer, Transport.UDP, probe);
      assertThat(verdict.service().protocol()).isEqualTo("memcache");
      assertThat(verdict.service().version()).isEqualTo("1.4.25");
      assertThat(verdict.confidence()).isEqualTo(0.99);
    }
  }

  @Test
  void whoSaysAVersionToAnythingIsUnknown() {
    try (LoopbackPeer peer =
        LoopbackPeer.udp((request, _) -> List.of(frame(request, "VERSION 1.6.18\r\n")))) {
      assertThat(Strangers.detect(peer, Transport.UDP, probe).identified()).isFalse();
    }
  }
}
