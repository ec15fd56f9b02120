package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Probing;
import java.util.List;
import org.junit.jupiter.api.Test;

class SkypeTcpExaminationTests {

  private final SkypeTcpProbe probe = new SkypeTcpProbe();

  private Fingerprint detect(LoopbackPeer.Script script) {
    try (LoopbackPeer peer = LoopbackPeer.tcp(script)) {
      return Probing.detect(peer.port(), Transport.TCP, probe);
    }
  }

  @Test
  void nodeOnBothTransports() {
    SkypeNode node = SkypeNode.plain();
    try (LoopbackPeer peer = LoopbackPeer.both(node::connection, node::datagram)) {
      Fingerprint verdict = Probing.detect(peer.port(), Transport.TCP, probe);
      assertThat(verdict.identified()).isTrue();
      assertThat(verdict.service().protocol()).isEqualTo("skype");
      assertThat(verdict.confidence()).isEqualTo(0.99);
      assertThat(verdict.details())
          .containsEntry("observedClientAddress", "127.0.0.1")
          .containsEntry("answers", 4);
    }
  }

  @Test
  void nodeWhoseUdpPortIsSilent() {
    SkypeNode node = SkypeNode.plain();
    Fingerprint verdict = detect(node::connection);
    assertThat(verdict.service().protocol()).isEqualTo("skype");
    assertThat(verdict.confidence()).isEqualTo(0.70);
  }

  @Test
  void nodeBesideAnImpostorOverUdp() {
    SkypeNode node = SkypeNode.plain();
    try (LoopbackPeer peer =
        LoopbackPeer.both(
            node::connection, (request, sender) -> List.of(node.acknowledge(request, sender)))) {
      Fingerprint verdict = Probing.detect(peer.port(), Transport.TCP, probe);
      assertThat(verdict.confidence()).isEqualTo(0.70);
      assertThat(verdict.details()).isEmpty();
    }
  }

  @Test
  void whoAnswersEverythingWithTheSame404IsAnImpostor() {
    Fingerprint verdict =
        detect(
            connection -> {
              LoopbackPeer.hear(connection);
              LoopbackPeer.say(connection, SkypeDisguise.NOT_FOUND);
            });
    assertThat(verdict.identified()).isFalse();
    assertThat(verdict.impostor()).isNotNull();
  }

  @Test
  void trackerThatHangsUpOnGarbage() {
    Fingerprint verdict =
        detect(
            connection -> {
              if (SkypeDisguise.isGet(LoopbackPeer.hear(connection))) {
                LoopbackPeer.say(connection, SkypeDisguise.NOT_FOUND);
              }
            });
    assertThat(verdict.identified()).isFalse();
    assertThat(verdict.impostor()).isNull();
  }

  @Test
  void serverThatComplainsOfGarbage() {
    Fingerprint verdict =
        detect(
            connection -> {
              boolean get = SkypeDisguise.isGet(LoopbackPeer.hear(connection));
              LoopbackPeer.say(
                  connection,
                  get ? SkypeDisguise.NOT_FOUND : Bytes.latin1("HTTP/1.0 400 Bad Request\r\n\r\n"));
            });
    assertThat(verdict.identified()).isFalse();
    assertThat(verdict.impostor()).isNull();
  }

  @Test
  void noiseThatNeverChangesIsAnImpostors() {
    Bytes noise = SkypeNode.plain().noise(40);
    Fingerprint verdict =
        detect(
            connection -> {
              boolean get = SkypeDisguise.isGet(LoopbackPeer.hear(connection));
              LoopbackPeer.say(connection, get ? SkypeDisguise.NOT_FOUND : noise);
            });
    assertThat(verdict.identified()).isFalse();
    assertThat(verdict.impostor()).isNotNull();
  }

  @Test
  void echoBehindA404IsAnImpostor() {
    Fingerprint verdict =
        detect(
            connection -> {
              Bytes heard = LoopbackPeer.hear(connection);
              LoopbackPeer.say(
                  connection, SkypeDisguise.isGet(heard) ? SkypeDisguise.NOT_FOUND : heard);
            });
    assertThat(verdict.identified()).isFalse();
    assertThat(verdict.impostor()).isNotNull();
  }
}
