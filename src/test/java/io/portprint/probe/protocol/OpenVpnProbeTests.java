package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.detect.Effort;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Probing;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class OpenVpnProbeTests {

  /** A server's hard reset in the key of the client's. */
  private static Bytes reset(Bytes request) {
    return Bytes.of((byte) (request.at(0) + 8))
        .plus(Bytes.hex("65e0cd5512b4fee6 01 00000000"))
        .plus(request.slice(1, 9))
        .plus(Bytes.hex("00000000"));
  }

  private static Service service(LoopbackPeer.DatagramScript script) {
    try (LoopbackPeer peer = LoopbackPeer.udp(script)) {
      return Objects.requireNonNull(
          Probing.detect(
                  peer.port(),
                  Transport.UDP,
                  Effort.NORMAL,
                  Effort.NORMAL.deadline(),
                  new OpenVpnProbe())
              .service());
    }
  }

  @Test
  void dropsAnotherKey() {
    Service service =
        service((request, _) -> request.at(0) == 0x38 ? List.of(reset(request)) : List.of());
    assertThat(service.protocol()).isEqualTo("openvpn");
    assertThat(service.product()).isEqualTo("OpenVPN");
  }

  @Test
  void takesAnotherKey() {
    assertThat(service((request, _) -> List.of(reset(request))).product())
        .isEqualTo("SoftEther VPN Server");
  }

  @Test
  void answersAnotherKeyWithSomethingElse() {
    Service service =
        service(
            (request, _) -> List.of(request.at(0) == 0x38 ? reset(request) : Bytes.latin1("?")));
    assertThat(service.protocol()).isEqualTo("openvpn");
    assertThat(service.product()).isNull();
  }
}
