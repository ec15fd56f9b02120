package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portprint.detect.Effort;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Probes;
import io.portprint.testing.Probing;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The DHT, uTP and the tracker over UDP: their answers, and detection by them. */
class BitTorrentUdpTests {

  private static final InetAddress LOCAL = InetAddress.ofLiteral("127.0.0.1");
  private static final String ID = "abcdefghijklmnopqrst";
  private static final Probe[] PROBES =
      Stream.of(Probes.all())
          .filter(probe -> probe.description().transport() == Transport.UDP)
          .filter(probe -> probe.description().name().startsWith("bittorrent"))
          .toArray(Probe[]::new);

  private static Probe probe(String name) {
    return Stream.of(PROBES)
        .filter(probe -> probe.description().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Bytes asked(Probe probe) {
    return probe.openings(new SplittableRandom(1)).getFirst().payload();
  }

  private static Recognition recognise(Probe probe, Bytes sent, Bytes received) {
    return probe.recognise(
        new Answer("test", sent, received, Answer.Ending.COMPLETE, LOCAL, Duration.ofMillis(1)));
  }

  private static Fingerprint detect(LoopbackPeer peer) {
    return Probing.detect(
        peer.port(), Transport.UDP, Effort.NORMAL, Duration.ofSeconds(20), PROBES);
  }

  private static boolean isPing(Bytes request) {
    return request.length() == 65 && request.at(0) == 'd';
  }

  /** The transaction id of a ping. */
  private static String transaction(Bytes ping) {
    return ping.slice(54, 58).latin1();
  }

  private static Bytes pong(Bytes ping, InetSocketAddress sender, String version) {
    byte[] port = {(byte) (sender.getPort() >> 8), (byte) sender.getPort()};
    return Bytes.latin1("d2:ip6:")
        .plus(Bytes.of(sender.getAddress().getAddress()))
        .plus(Bytes.of(port))
        .plus(
            Bytes.latin1(
                "1:rd2:id20:%se1:t4:%s1:v4:%s1:y1:re".formatted(ID, transaction(ping), version)));
  }

  private static Bytes acknowledgement(Bytes syn) {
    return Bytes.hex("2100")
        .plus(syn.slice(2, 4))
        .plus(Bytes.hex("00000001 00000002 0000f000 49c7"))
        .plus(syn.slice(16, 18));
  }

  @Nested
  class Dht {

    private final Probe probe = probe("bittorrent-dht");
    private final Bytes ping = asked(probe);

    private Recognition reply(String format) {
      return recognise(probe, ping, Bytes.latin1(format.formatted(transaction(ping))));
    }

    @Test
    void callsItselfReadOnly() {
      Bencode.Value.Dictionary whole = Bencode.dictionary(ping).orElseThrow();
      assertThat(whole.entries().get("ro")).isEqualTo(new Bencode.Value.Number(1));
      assertThat(whole.text("q")).contains(Bytes.latin1("ping"));
      assertThat(whole.text("t").orElseThrow().latin1()).isEqualTo(transaction(ping));
    }

    @Test
    void replies() {
      assertThat(reply("d1:rd2:id20:" + ID + "e1:t4:%s1:y1:re"))
          .isInstanceOf(Recognition.Recognised.class);
      assertThat(reply("d1:eli203e14:Protocol Errore1:t4:%s1:y1:ee"))
          .isInstanceOf(Recognition.Recognised.class);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "d1:rd2:id20:" + ID + "e1:t4:xxxx1:y1:re",
          "d1:rd2:id19:abcdefghijklmnopqrse1:t4:%s1:y1:re",
          "d1:rd2:id20:" + ID + "e1:t4:%s1:y1:qe",
          "d1:t4:%s1:y1:re",
          "d1:t4:%s1:y1:ee",
          "d1:eli203ee1:t4:%s1:y1:ee",
          "d1:rd2:id20:" + ID + "e1:t4:%s1:y1:r",
          "%s"
        })
    void others(String format) {
      assertThat(reply(format)).isEqualTo(Recognition.MISMATCH);
    }

    @Test
    void echo() {
      assertThat(recognise(probe, ping, ping)).isEqualTo(Recognition.MISMATCH);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "LT:0208:LT/2.0.8",
          "LT:0125:LT/1.2.5",
          "LT:0101:LT/1.1",
          "UT:b3a4:UT/45988",
          "lt:0d80:lt/0.13.8",
          "XX:0102:XX/1.2"
        })
    void clients(String sample) {
      String[] parts = sample.split(":");
      Bytes client = Bytes.latin1(parts[0]).plus(Bytes.hex(parts[1]));
      assertThat(new DhtReply(null, null, client).clientText()).contains(parts[2]);
    }

    @Test
    void addressIsReadWhereItIsTold() {
      Bytes answer = pong(ping, new InetSocketAddress(LOCAL, 4711), "LT\2\b");
      DhtReply reply = DhtReply.read(ping, answer).orElseThrow();
      assertThat(reply.saw(Set.of(LOCAL))).isTrue();
      assertThat(reply.saw(Set.of(InetAddress.ofLiteral("192.0.2.1")))).isFalse();
    }
  }

  @Nested
  class Utp {

    private final Probe probe = probe("bittorrent-utp");
    private final Bytes documented = Bytes.hex("41005302 10eeb2f0 00000000 00000000 e7f50000");

    @Test
    void documentedAnswer() {
      Bytes answer =
          Bytes.hex("21025302 06ff3f5f 7fffffff 0000f000 49c7e7f5 0008 0000000000000000");
      assertThat(recognise(probe, documented, answer)).isInstanceOf(Recognition.Recognised.class);
      UtpReply reply = UtpReply.read(documented, answer).orElseThrow();
      assertThat(reply.reset())
          .isEqualTo(Bytes.hex("31005303 00000000 00000000 00000000 e7f6 49c7"));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "41005302 06ff3f5f 7fffffff 0000f000 49c7e7f5",
          "21005303 06ff3f5f 7fffffff 0000f000 49c7e7f5",
          "21005302 06ff3f5f 7fffffff 0000f000 49c7e7f6",
          "21005302 06ff3f5f 7fffffff 0000f000 49c7e7",
          "21005302 06ff3f5f 7fffffff 0000f000 49c7e7f5 00",
          "21025302 06ff3f5f 7fffffff 0000f000 49c7e7f5 0008 00000000",
          "21025302 06ff3f5f 7fffffff 0000f000 49c7e7f5"
        })
    void others(String answer) {
      assertThat(recognise(probe, documented, Bytes.hex(answer))).isEqualTo(Recognition.MISMATCH);
    }
  }

  @Nested
  class Tracker {

    private final Probe probe = probe("bittorrent-udp-tracker");
    private final Bytes connect = asked(probe);
    private final String transaction = connect.slice(12, 16).hex();

    @Test
    void replies() {
      assertThat(
              recognise(probe, connect, Bytes.hex("00000000" + transaction + "0102030405060708")))
          .isInstanceOf(Recognition.Recognised.class);
      assertThat(recognise(probe, connect, Bytes.hex("00000003" + transaction + "62757379")))
          .isInstanceOf(Recognition.Recognised.class);
      assertThat(recognise(probe, connect, Bytes.hex("03000000" + transaction + "6275737900")))
          .isInstanceOf(Recognition.Recognised.class);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "00000000 0000000000000000 0102030405060708",
          "00000001 T 0102030405060708",
          "00000000 T 01020304",
          "00000003 T",
          "00000003 T 00ff00ff00",
          "T 00000000 0102030405060708"
        })
    void others(String answer) {
      assertThat(recognise(probe, connect, Bytes.hex(answer.replace("T", transaction))))
          .isEqualTo(Recognition.MISMATCH);
    }
  }

  @Nested
  class Detection {

    @Test
    void clientThatSpeaksBoth() {
      try (LoopbackPeer peer =
          LoopbackPeer.udp(
              (request, sender) ->
                  isPing(request)
                      ? List.of(pong(request, sender, "LT\2\b"))
                      : request.at(0) == 0x41 && request.length() == 20
                          ? List.of(acknowledgement(request))
                          : List.of())) {
        Fingerprint verdict = detect(peer);
        assertThat(verdict.service().protocol()).isEqualTo("bittorrent-dht");
        assertThat(verdict.service().product()).isEqualTo("libtorrent");
        assertThat(verdict.service().version()).isEqualTo("2.0.8");
        assertThat(verdict.confidence()).isEqualTo(0.99);
        assertThat(verdict.details())
            .containsEntry("dht", true)
            .containsEntry("utp", true)
            .containsEntry("observedClientAddress", "127.0.0.1")
            .containsEntry("addressKnown", true);
      }
    }

    @Test
    void utpAloneAndEveryConnectionIsTakenBack() {
      AtomicInteger open = new AtomicInteger();
      try (LoopbackPeer peer =
          LoopbackPeer.udp(
              (request, sender) -> {
                if (request.length() == 20 && request.at(0) == 0x41) {
                  open.incrementAndGet();
                  return List.of(acknowledgement(request));
                }
                if (request.length() == 20 && request.at(0) == 0x31) {
                  open.decrementAndGet();
                }
                return List.of();
              })) {
        Fingerprint verdict = detect(peer);
        assertThat(verdict.service().protocol()).isEqualTo("bittorrent-utp");
        assertThat(verdict.confidence()).isEqualTo(0.99);
        assertThat(verdict.details()).containsEntry("dht", false);
        assertThat(peer.datagrams().stream().filter(one -> one.at(0) == 0x41)).hasSize(2);
        // the last reset may still be on its way
        await().untilAsserted(() -> assertThat(open).hasValue(0));
      }
    }

    @Test
    void nodeThatIsAnotherEachTime() {
      AtomicInteger count = new AtomicInteger();
      try (LoopbackPeer peer =
          LoopbackPeer.udp(
              (request, sender) ->
                  isPing(request)
                      ? List.of(
                          Bytes.latin1(
                              "d1:rd2:id20:%020de1:t4:%s1:y1:re"
                                  .formatted(count.incrementAndGet(), transaction(request))))
                      : List.of())) {
        Fingerprint verdict = detect(peer);
        assertThat(verdict.identified()).isFalse();
        assertThat(verdict.impostor()).isNotNull();
      }
    }

    @Test
    void tracker() {
      try (LoopbackPeer peer =
          LoopbackPeer.udp(
              (request, sender) -> {
                if (request.length() == 16 && request.u32(0) == 0x417) {
                  return List.of(
                      Bytes.hex("00000000")
                          .plus(request.slice(12, 16))
                          .plus(Bytes.hex("0011223344556677")));
                }
                return request.length() == 36
                        && request.slice(0, 8).equals(Bytes.hex("ffeeddccbbaa9988"))
                    ? List.of(
                        Bytes.hex("03000000")
                            .plus(request.slice(12, 16))
                            .plus(Bytes.latin1("Connection ID missmatch.\0")))
                    : List.of();
              })) {
        Fingerprint verdict = detect(peer);
        assertThat(verdict.service().protocol()).isEqualTo("bittorrent-udp-tracker");
        assertThat(verdict.service().product()).isEqualTo("opentracker");
        assertThat(verdict.confidence()).isEqualTo(0.99);
      }
    }

    @Test
    void echoIsNobody() {
      try (LoopbackPeer peer = LoopbackPeer.udp((request, sender) -> List.of(request))) {
        assertThat(detect(peer).identified()).isFalse();
      }
    }

    @Test
    void noiseAfterTheFirstTwoBytesIsNobody() {
      SplittableRandom random = new SplittableRandom(5);
      try (LoopbackPeer peer =
          LoopbackPeer.udp(
              (request, sender) ->
                  List.of(request.head(2).plus(DhtReply.randomBytes(random, 40))))) {
        assertThat(detect(peer).identified()).isFalse();
      }
    }
  }
}
