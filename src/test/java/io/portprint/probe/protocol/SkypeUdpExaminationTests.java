package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.detect.Effort;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Probing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SkypeUdpExaminationTests {

  private final SkypeUdpProbe probe = new SkypeUdpProbe();

  private Fingerprint detect(LoopbackPeer.DatagramScript script) {
    try (LoopbackPeer peer = LoopbackPeer.udp(script)) {
      return Probing.detect(
          peer.port(), Transport.UDP, Effort.QUICK, Duration.ofSeconds(20), probe);
    }
  }

  @Test
  void node() {
    Fingerprint verdict = detect(SkypeNode.plain()::datagram);
    assertThat(verdict.identified()).isTrue();
    assertThat(verdict.service().product()).isEqualTo("Skype");
    assertThat(verdict.confidence()).isEqualTo(0.99);
    assertThat(verdict.details())
        .containsEntry("observedClientAddress", "127.0.0.1")
        .containsEntry("addressKnown", true)
        .containsEntry("answers", 5);
    assertThat(verdict.evidence()).hasSize(6);
  }

  @Test
  void asksFourTimesWithThreeIdsAndOnceInVain() {
    SkypeNode node = SkypeNode.plain();
    try (LoopbackPeer peer = LoopbackPeer.udp(node::datagram)) {
      Probing.detect(peer.port(), Transport.UDP, probe);
      List<Bytes> asked = peer.datagrams();
      assertThat(asked).hasSize(6).allMatch(datagram -> datagram.length() == 22);
      assertThat(asked.subList(0, 5)).allMatch(datagram -> datagram.at(2) == 2);
      assertThat(asked.subList(0, 4)).doesNotHaveDuplicates();
      assertThat(asked.get(4)).isEqualTo(asked.get(1));
      assertThat(asked.get(5).at(2)).isZero();
      assertThat(asked).allMatch(one -> one.indexOf(Bytes.hex("7f000001")) < 0);
    }
  }

  @Test
  void nodeOnBothTransports() {
    SkypeNode node = SkypeNode.ofOtherForm();
    try (LoopbackPeer peer = LoopbackPeer.both(node::connection, node::datagram)) {
      Fingerprint verdict = Probing.detect(peer.port(), Transport.UDP, probe);
      assertThat(verdict.identified()).isTrue();
      assertThat(verdict.confidence()).isEqualTo(0.70);
    }
  }

  @Test
  void nodeBeyondATranslator() {
    Fingerprint verdict = detect(SkypeNode.beyondTranslator("198.51.100.9")::datagram);
    assertThat(verdict.identified()).isTrue();
    assertThat(verdict.confidence()).isEqualTo(0.90);
    assertThat(verdict.details())
        .containsEntry("observedClientAddress", "198.51.100.9")
        .containsEntry("addressKnown", false);
  }

  @Test
  void otherForm() {
    Fingerprint verdict = detect(SkypeNode.ofOtherForm()::datagram);
    assertThat(verdict.identified()).isTrue();
    assertThat(verdict.confidence()).isEqualTo(0.60);
  }

  @Test
  void lostDatagramsAreSentAgain() {
    SkypeNode node = SkypeNode.plain();
    AtomicInteger count = new AtomicInteger();
    Fingerprint verdict =
        detect(
            (request, sender) ->
                count.incrementAndGet() % 2 == 0 ? List.of() : node.datagram(request, sender));
    assertThat(verdict.confidence()).isEqualTo(0.99);
    assertThat(verdict.details()).containsEntry("answers", 5);
  }

  @Test
  void answersThatTheNetworkDeliversTwice() {
    SkypeNode node = SkypeNode.plain();
    Fingerprint verdict =
        detect(
            (request, sender) ->
                node.datagram(request, sender).stream()
                    .flatMap(answer -> List.of(answer, answer).stream())
                    .toList());
    assertThat(verdict.confidence()).isEqualTo(0.99);
  }

  @Test
  void whoAcknowledgesAnythingIsAnImpostor() {
    SkypeNode node = SkypeNode.plain();
    Fingerprint verdict = detect((request, sender) -> List.of(node.acknowledge(request, sender)));
    assertImpostor(verdict);
  }

  @Test
  void whoNeverChangesTheNonceIsAnImpostor() {
    assertImpostor(
        detect(
            (request, sender) ->
                request.at(2) == 2
                    ? List.of(request.head(2).plus(Bytes.hex("17 7f000001 01020304")))
                    : List.of()));
  }

  @Test
  void whoAnswersByTheRequestAloneIsAnImpostor() {
    assertImpostor(
        detect(
            (request, sender) ->
                request.at(2) == 2
                    ? List.of(
                        request
                            .head(2)
                            .plus(Bytes.hex("17 7f000001"))
                            .plus(Bytes.of((byte) request.hashCode()))
                            .plus(request.slice(0, 3)))
                    : List.of()));
  }

  @Test
  void whoChangesTheAddressIsAnImpostor() {
    SplittableRandom random = new SplittableRandom(5);
    assertImpostor(
        detect(
            (request, sender) -> {
              byte[] rest = new byte[8];
              random.nextBytes(rest);
              rest[0] = (byte) (1 + Math.floorMod(rest[0], 100));
              return List.of(request.head(2).plus(Bytes.hex("17")).plus(Bytes.of(rest)));
            }));
  }

  private static void assertImpostor(Fingerprint verdict) {
    assertThat(verdict.identified()).isFalse();
    assertThat(verdict.impostor()).isNotNull();
    assertThat(verdict.impostor().claimed()).isEqualTo("skype");
  }

  @Test
  void echoesAreUnknown() {
    assertThat(detect((request, _) -> List.of(request)).identified()).isFalse();
    assertThat(detect((request, _) -> List.of(request.head(11))).identified()).isFalse();
  }

  @Test
  void twoBytesAndNoiseAreUnknown() {
    SkypeNode node = SkypeNode.plain();
    assertThat(detect((request, _) -> List.of(request.head(2).plus(node.noise(9)))).identified())
        .isFalse();
  }

  @Test
  void anAnswerFromAnotherPortIsNone() {
    SkypeNode node = SkypeNode.plain();
    Fingerprint verdict =
        detect(
            (request, sender) -> {
              sendFromElsewhere(node.acknowledge(request, sender), sender);
              return List.of();
            });
    assertThat(verdict.identified()).isFalse();
  }

  private static void sendFromElsewhere(Bytes content, InetSocketAddress to) {
    try (DatagramSocket other = new DatagramSocket()) {
      other.send(new DatagramPacket(content.toArray(), content.length(), to));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
