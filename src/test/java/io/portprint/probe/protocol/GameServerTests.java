package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.detect.Effort;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Probing;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mumble and Source engine servers, scripted from their documentation. */
class GameServerTests {

  private static Fingerprint detect(LoopbackPeer.DatagramScript script) {
    try (LoopbackPeer peer = LoopbackPeer.udp(script)) {
      return Probing.detect(
          peer.port(),
          Transport.UDP,
          Effort.NORMAL,
          Duration.ofSeconds(20),
          new MumbleUdpProbe(),
          new SourceQueryProbe());
    }
  }

  @Nested
  class Mumble {

    private static final Bytes PING = Bytes.hex("00000000 0102030405060708");

    @Test
    void server() {
      Fingerprint verdict =
          detect(
              (request, sender) ->
                  request.length() == 12
                      ? List.of(
                          Bytes.hex("00010304")
                              .plus(request.slice(4, 12))
                              .plus(Bytes.hex("00000002 00000064 00011940")))
                      : List.of());
      assertThat(verdict.service().protocol()).isEqualTo("mumble");
      assertThat(verdict.service().version()).isEqualTo("1.3.4");
      assertThat(verdict.details()).containsEntry("users", 2L).containsEntry("maxUsers", 100L);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "00010304 0102030405060709 00000002 00000064 00011940",
          "01010304 0102030405060708 00000002 00000064 00011940",
          "00010304 0102030405060708 00000065 00000064 00011940",
          "00010304 0102030405060708 00000002 00000064",
          "00000000 0102030405060708"
        })
    void others(String answer) {
      assertThat(MumbleUdpProbe.read(PING, Bytes.hex(answer))).isEmpty();
    }
  }

  @Nested
  class Source {

    private static final Bytes INFO =
        Bytes.hex("ffffffff49 11")
            .plus(Bytes.latin1("A server\0de_dust\0cstrike\0Counter-Strike: Source\0"))
            .plus(Bytes.hex("f000 05 10 00 64 6c 00 01"))
            .plus(Bytes.latin1("1.0.0.70\0"));

    @Test
    void serverThatAnswersAtOnce() {
      Fingerprint verdict =
          detect(
              (request, sender) ->
                  request.length() == 25 && request.at(0) == 0xff ? List.of(INFO) : List.of());
      assertThat(verdict.service().protocol()).isEqualTo("source-query");
      assertThat(verdict.service().product()).isEqualTo("Counter-Strike: Source");
      assertThat(verdict.service().version()).isEqualTo("1.0.0.70");
      assertThat(verdict.service().os()).isEqualTo("Linux");
      assertThat(verdict.details()).containsEntry("players", 5).containsEntry("maxPlayers", 16);
    }

    @Test
    void serverThatChallenges() {
      Bytes challenge = Bytes.hex("0badcafe");
      Fingerprint verdict =
          detect(
              (request, sender) ->
                  request.at(0) != 0xff
                      ? List.of()
                      : request.length() == 29 && request.slice(25, 29).equals(challenge)
                          ? List.of(INFO)
                          : List.of(Bytes.hex("ffffffff41").plus(challenge)));
      assertThat(verdict.service().product()).isEqualTo("Counter-Strike: Source");
      assertThat(verdict.confidence()).isEqualTo(0.95);
    }

    @Test
    void challengeAloneIsNobody() {
      assertThat(
              detect((request, sender) -> List.of(Bytes.hex("ffffffff41 00000001"))).identified())
          .isFalse();
    }

    @Test
    void everyCutIsNobody() {
      assertThat(SourceQueryProbe.read(INFO)).isPresent();
      for (int length = 0; length < INFO.length(); length++) {
        assertThat(SourceQueryProbe.read(INFO.head(length))).isEmpty();
      }
    }
  }
}
