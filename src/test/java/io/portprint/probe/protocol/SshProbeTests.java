package io.portprint.probe.protocol;

import static io.portprint.testing.LoopbackPeer.say;
import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBooks;
import io.portprint.testing.LoopbackPeer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SshProbeTests {

  private static final String BANNER = "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n";

  private final SshProbe probe = new SshProbe(SignatureBooks.own());

  /** A server's SSH_MSG_KEXINIT with short lists. */
  private static Bytes proposal(String... lists) {
    Bytes payload = Bytes.hex("14 000102030405060708090a0b0c0d0e0f");
    for (String list : lists) {
      payload =
          payload
              .plus(Bytes.of((byte) 0, (byte) 0, (byte) 0, (byte) list.length()))
              .plus(Bytes.latin1(list));
    }
    payload = payload.plus(Bytes.hex("00 00000000"));
    int padding = 8 - (payload.length() + 5) % 8 + 8;
    int length = 1 + payload.length() + padding;
    return Bytes.of((byte) 0, (byte) 0, (byte) (length >> 8), (byte) length, (byte) padding)
        .plus(payload)
        .plus(Bytes.of(new byte[padding]));
  }

  private static final Bytes PROPOSAL =
      proposal(
          "curve25519-sha256",
          "ssh-ed25519",
          "aes128-ctr",
          "aes256-ctr",
          "hmac-sha1",
          "hmac-sha2-256",
          "none",
          "zlib,none",
          "",
          "");

  @Nested
  class Recognise {

    @ParameterizedTest
    @CsvSource(
        quoteCharacter = '"',
        value = {
          "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\\r\\n, OpenSSH, 9.2p1",
          "SSH-2.0-dropbear_2022.83\\r\\n, Dropbear, 2022.83",
          "SSH-2.0-unheard_of\\n, , ",
          "SSH-1.99-OpenSSH_3.9p1\\n, OpenSSH, 3.9p1",
          "Hello there\\r\\nSSH-2.0-dropbear\\r\\n, Dropbear, ",
        })
    void takesAnIdentification(String text, String product, String version) {
      assertThat(probe.recognise(LineServer.greeting(text.translateEscapes(), Ending.SILENCE)))
          .isInstanceOfSatisfying(
              Recognition.Recognised.class,
              one -> {
                assertThat(one.finding().service().product()).isEqualTo(product);
                assertThat(one.finding().service().version()).isEqualTo(version);
              });
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "S",
          "SSH-",
          "SSH-2.0-OpenSSH_9.2p1",
          "SSH-2.0-\r\n",
          "SSH-3.0-x\r\n",
          "xSSH-2.0-x\r\n",
          "SSH-2.0- x\r\n",
          "HTTP/1.1 200 OK\r\n\r\nsay SSH-2.0-x\r\n",
          ""
        })
    void refusesTheRest(String text) {
      assertThat(probe.recognise(LineServer.greeting(text, Ending.SILENCE)))
          .isEqualTo(Recognition.MISMATCH);
    }

    @Test
    void refusesALineThatIsTooLong() {
      String text = "SSH-2.0-" + "x".repeat(300) + "\r\n";
      assertThat(probe.recognise(LineServer.greeting(text, Ending.SILENCE)))
          .isEqualTo(Recognition.MISMATCH);
    }

    @Test
    void waitsForTheRest() {
      assertThat(probe.recognise(LineServer.greeting("SS", Ending.OPEN)))
          .isEqualTo(Recognition.INCOMPLETE);
    }
  }

  @Nested
  class Packet {

    @Test
    void isReadWhole() {
      assertThat(SshProbe.packet(PROPOSAL, false).flatMap(SshProbe.Proposal::read))
          .hasValueSatisfying(
              proposal -> {
                assertThat(proposal.lists()).hasSize(10).contains("zlib,none");
                // md5 of "curve25519-sha256;aes256-ctr;hmac-sha2-256;zlib,none"
                assertThat(proposal.hassh()).isEqualTo("ce215e3b307a31bd8f4c78184314c71c");
              });
    }

    @Test
    void isNotReadInPart() {
      for (int end = 0; end < PROPOSAL.length(); end++) {
        assertThat(SshProbe.packet(PROPOSAL.slice(0, end), false)).isEmpty();
      }
    }

    @Test
    void mustHoldAsManyListsAsThereAre() {
      assertThat(SshProbe.packet(proposal("a", "b"), false).flatMap(SshProbe.Proposal::read))
          .isEmpty();
    }
  }

  @Nested
  class Examine {

    private Fingerprint detect(LoopbackPeer.Script script) {
      return LineServer.detect(probe, script);
    }

    @Test
    void readsTheProposal() {
      Fingerprint print =
          detect(
              connection -> {
                say(connection, BANNER);
                LoopbackPeer.hear(connection);
                say(connection, PROPOSAL);
                LoopbackPeer.waitForEnd(connection);
              });
      assertThat(print.service().protocol()).isEqualTo("ssh");
      assertThat(print.service().os()).isEqualTo("Debian Linux");
      assertThat(print.confidence()).isEqualTo(0.99);
      assertThat(print.details()).containsKey("hasshServer");
    }

    @Test
    void readsAProposalThatComesWithTheIdentification() {
      Fingerprint print =
          detect(
              connection -> {
                say(connection, BANNER + PROPOSAL.latin1());
                LoopbackPeer.waitForEnd(connection);
              });
      assertThat(print.confidence()).isEqualTo(0.99);
    }

    @Test
    void catchesABannerWithNothingBehindIt() {
      Fingerprint print = LineServer.detect(probe, BANNER, line -> null);
      assertThat(print.identified()).isFalse();
      assertThat(print.impostor()).isNotNull();
    }

    @Test
    void catchesAnEcho() {
      Fingerprint print = LineServer.detect(probe, BANNER, line -> line + "\r\n");
      assertThat(print.identified()).isFalse();
      assertThat(print.impostor()).isNotNull();
    }

    @Test
    void catchesATarpit() {
      Fingerprint print =
          detect(
              connection -> {
                say(connection, BANNER);
                while (true) {
                  say(connection, "endless line\r\n");
                }
              });
      assertThat(print.identified()).isFalse();
    }
  }
}
