package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.detect.Effort;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Finding;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Probes;
import io.portprint.testing.Probing;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class BitTorrentPeerTests {

  private static final InetAddress LOCAL = InetAddress.ofLiteral("127.0.0.1");
  private static final Bytes GET = Bytes.latin1("GET / HTTP/1.0\r\n\r\n");
  private static final Probe PROBE =
      Stream.of(Probes.all())
          .filter(probe -> probe.description().name().equals("bittorrent-peer"))
          .findFirst()
          .orElseThrow();

  private final SplittableRandom random = new SplittableRandom(3);

  private static Answer answer(Bytes sent, Bytes received, Ending ending) {
    return new Answer("test", sent, received, ending, LOCAL, Duration.ofMillis(1));
  }

  private static Recognition recognise(Bytes sent, Bytes received, Ending ending) {
    return PROBE.recognise(answer(sent, received, ending));
  }

  private Bytes noise(int length) {
    return DhtReply.randomBytes(random, length);
  }

  @Nested
  class Key {

    @Test
    void bothSidesHaveTheSameSecret() {
      MseKey one = MseKey.generate(random);
      MseKey other = MseKey.generate(random);
      assertThat(one.publicKey().length()).isEqualTo(96);
      assertThat(one.publicKey()).isNotEqualTo(other.publicKey());
      assertThat(one.synchronisation(other.publicKey()))
          .isEqualTo(other.synchronisation(one.publicKey()));
      assertThat(one.synchronisation(other.publicKey()))
          .isNotEqualTo(one.synchronisation(one.publicKey()));
    }

    @Test
    void smallPublicKeyIsPadded() {
      MseKey key = new MseKey(BigInteger.TEN);
      assertThat(key.publicKey()).isEqualTo(Bytes.hex("00".repeat(94) + "0400"));
    }
  }

  @Nested
  class Recognise {

    @Test
    void noiseAfter96Bytes() {
      for (int length = 96; length <= 608; length++) {
        assertThat(recognise(noise(96), noise(length), Ending.SILENCE))
            .isInstanceOf(Recognition.Suspected.class);
      }
    }

    @Test
    void waitsForTheEndOfTheNoise() {
      assertThat(recognise(noise(96), noise(40), Ending.OPEN)).isEqualTo(Recognition.INCOMPLETE);
      assertThat(recognise(noise(96), noise(140), Ending.OPEN)).isEqualTo(Recognition.INCOMPLETE);
    }

    @Test
    void othersAreNot() {
      Bytes asked = noise(264);
      for (Bytes other :
          List.of(
              noise(95),
              noise(609),
              Bytes.latin1("HTTP/1.1 400 Bad Request\r\nContent-Length: 300\r\n".repeat(4)),
              Bytes.of(new byte[200]),
              Bytes.hex("1603030046").plus(Bytes.of(new byte[100])).plus(noise(60)))) {
        assertThat(recognise(asked, other, Ending.SILENCE)).isEqualTo(Recognition.MISMATCH);
      }
      assertThat(recognise(GET, noise(200), Ending.SILENCE)).isEqualTo(Recognition.MISMATCH);
      assertThat(recognise(Bytes.EMPTY, noise(200), Ending.SILENCE))
          .isEqualTo(Recognition.MISMATCH);
    }

    @Test
    void handshakeNamesTheClient() {
      Bytes handshake =
          Bytes.latin1("\u0013BitTorrent protocol")
              .plus(noise(28))
              .plus(Bytes.latin1("-TR3000-abcdefghijkl"));
      assertThat(recognise(Bytes.EMPTY, handshake.head(60), Ending.OPEN))
          .isEqualTo(Recognition.INCOMPLETE);
      assertThat(recognise(handshake, handshake, Ending.SILENCE)).isEqualTo(Recognition.MISMATCH);
      Recognition whole = recognise(Bytes.EMPTY, handshake, Ending.SILENCE);
      assertThat(whole).isInstanceOf(Recognition.Recognised.class);
      Finding finding = ((Recognition.Recognised) whole).finding();
      assertThat(finding.service().product()).isEqualTo("Transmission");
      assertThat(finding.service().version()).isEqualTo("3.00");
    }

    @Test
    void oldTransmission() {
      Recognition words = recognise(GET, Bytes.latin1("Nice try...\r\n"), Ending.CLOSED);
      assertThat(words).isInstanceOf(Recognition.Suspected.class);
      assertThat(((Recognition.Suspected) words).finding().service().product())
          .isEqualTo("Transmission");
      assertThat(recognise(GET, Bytes.latin1("Nice"), Ending.OPEN))
          .isEqualTo(Recognition.INCOMPLETE);
      assertThat(recognise(GET, Bytes.latin1("Nice try, pal\r\n"), Ending.CLOSED))
          .isEqualTo(Recognition.MISMATCH);
    }
  }

  @Nested
  class Judge {

    private final Answer silence = answer(Bytes.EMPTY, Bytes.EMPTY, Ending.SILENCE);
    private final Answer hangUp = answer(Bytes.EMPTY, Bytes.EMPTY, Ending.CLOSED);
    private final Answer key = answer(Bytes.EMPTY, noise(200), Ending.SILENCE);
    private final Answer otherKey = answer(Bytes.EMPTY, noise(310), Ending.SILENCE);

    @Test
    void tellsTheSecretFromNoise() {
      assertThat(new MseExchange(silence, key, hangUp, otherKey, silence).judge())
          .isInstanceOf(MseExchange.Verdict.Proven.class);
    }

    @Test
    void hangsUpOnBothOrNeither() {
      assertThat(new MseExchange(silence, key, hangUp, otherKey, hangUp).judge())
          .isInstanceOf(MseExchange.Verdict.Likely.class);
      assertThat(new MseExchange(silence, key, silence, otherKey, silence).judge())
          .isInstanceOf(MseExchange.Verdict.Likely.class);
    }

    @Test
    void others() {
      assertThat(new MseExchange(key, key, hangUp, otherKey, silence).judge())
          .isInstanceOf(MseExchange.Verdict.Not.class);
      assertThat(new MseExchange(silence, key, hangUp, key, silence).judge())
          .isInstanceOf(MseExchange.Verdict.Not.class);
      assertThat(new MseExchange(silence, key, key, otherKey, silence).judge())
          .isInstanceOf(MseExchange.Verdict.Not.class);
      assertThat(new MseExchange(silence, silence, hangUp, otherKey, silence).judge())
          .isInstanceOf(MseExchange.Verdict.Not.class);
    }
  }

  @Nested
  class Detection {

    private Fingerprint detect(LoopbackPeer.Script script) {
      try (LoopbackPeer peer = LoopbackPeer.tcp(script)) {
        return Probing.detect(
            peer.port(), Transport.TCP, Effort.NORMAL, Duration.ofSeconds(20), PROBE);
      }
    }

    private static Bytes hearAll(Socket connection, int length) throws IOException {
      return Bytes.of(connection.getInputStream().readNBytes(length));
    }

    @Test
    void client() {
      Fingerprint verdict =
          detect(
              connection -> {
                MseKey key = MseKey.generate(new SplittableRandom());
                Bytes theirs = hearAll(connection, MseKey.LENGTH);
                Bytes padding = DhtReply.randomBytes(new SplittableRandom(), 77);
                LoopbackPeer.say(connection, key.publicKey().plus(padding));
                if (!hearAll(connection, 20).equals(key.synchronisation(theirs))) {
                  LoopbackPeer.waitForEnd(connection);
                }
              });
      assertThat(verdict.service().protocol()).isEqualTo("bittorrent");
      assertThat(verdict.confidence()).isEqualTo(0.98);
      assertThat(verdict.details())
          .containsEntry("messageStreamEncryption", true)
          .containsEntry("dht", false);
    }

    @Test
    void noiseOnEveryByteIsNobody() {
      Fingerprint verdict =
          detect(
              connection -> {
                while (!LoopbackPeer.hear(connection).isEmpty()) {
                  LoopbackPeer.say(connection, DhtReply.randomBytes(new SplittableRandom(), 200));
                }
              });
      assertThat(verdict.identified()).isFalse();
    }

    @Test
    void sameNoiseForEverybodyIsNobody() {
      Bytes always = noise(200);
      Fingerprint verdict =
          detect(
              connection -> {
                hearAll(connection, MseKey.LENGTH);
                LoopbackPeer.say(connection, always);
                LoopbackPeer.waitForEnd(connection);
              });
      assertThat(verdict.identified()).isFalse();
    }

    @Test
    void echoIsNobody() {
      Fingerprint verdict =
          detect(
              connection -> {
                for (Bytes heard = LoopbackPeer.hear(connection);
                    !heard.isEmpty();
                    heard = LoopbackPeer.hear(connection)) {
                  LoopbackPeer.say(connection, heard);
                }
              });
      assertThat(verdict.identified()).isFalse();
    }
  }
}
