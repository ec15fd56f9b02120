package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBooks;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Probing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class NrpeProbeTests {

  private static final Bytes QUESTION = NrpeProbe.packet(1, 0, "_NRPE_CHECK");
  private static final Bytes RESPONSE = NrpeProbe.packet(2, 0, "NRPE v4.1.0");
  private static final Bytes REFUSAL = Bytes.hex("15030300020228");

  private final NrpeProbe probe = new NrpeProbe(SignatureBooks.own());

  private static Answer answer(Bytes received) {
    return OtherAnswers.answer("nrpe/version", QUESTION, received, Ending.SILENCE);
  }

  @Nested
  class Packets {

    @Test
    void tellTheirText() {
      assertThat(NrpeProbe.text(RESPONSE)).contains(Bytes.latin1("NRPE v4.1.0"));
    }

    @Test
    void holdWithTheRightChecksumAlone() {
      for (int at : List.of(0, 3, 4, 9, 10, 500, 1035)) {
        byte[] changed = RESPONSE.toArray();
        changed[at] ^= 1;
        assertThat(NrpeProbe.text(Bytes.of(changed))).as("byte %d changed", at).isEmpty();
      }
      assertThat(NrpeProbe.text(RESPONSE.head(1035))).isEmpty();
      assertThat(NrpeProbe.text(QUESTION)).isEmpty();
    }
  }

  @Nested
  class Recognise {

    @Test
    void aResponse() {
      assertThat(probe.recognise(answer(RESPONSE))).isInstanceOf(Recognition.Recognised.class);
    }

    @Test
    void waitsForAllOfAResponse() {
      assertThat(
              probe.recognise(
                  OtherAnswers.answer("nrpe/version", QUESTION, RESPONSE.head(9), Ending.OPEN)))
          .isEqualTo(Recognition.INCOMPLETE);
      assertThat(probe.recognise(answer(RESPONSE.head(9)))).isEqualTo(Recognition.MISMATCH);
    }

    @Test
    void noEcho() {
      assertThat(probe.recognise(answer(QUESTION))).isEqualTo(Recognition.MISMATCH);
    }

    @Test
    void noResponseToWhatWasNotAsked() {
      assertThat(probe.recognise(OtherAnswers.greeting(RESPONSE))).isEqualTo(Recognition.MISMATCH);
    }

    @Test
    void suspectsWhoRefusesAHandshake() {
      Bytes hello = TlsHello.client(new SplittableRandom(3));
      assertThat(
              probe.recognise(
                  OtherAnswers.answer("tls/client-hello", hello, REFUSAL, Ending.CLOSED)))
          .isInstanceOf(Recognition.Suspected.class);
      assertThat(
              probe.recognise(
                  OtherAnswers.answer(
                      "tls/client-hello", hello, Bytes.hex("15030300020246"), Ending.CLOSED)))
          .isEqualTo(Recognition.MISMATCH);
    }

    @Test
    void claimsNobodyElse() {
      OtherAnswers.areNotClaimedBy(probe);
    }
  }

  /** A conversation with NRPE 4.1.0, the client's random numbers being those of a seed. */
  @Nested
  class InsideAnonymousTls {

    private final List<Bytes> flights = recorded();
    private final AnonymousTls client = new AnonymousTls(new SplittableRandom(7));

    private static List<Bytes> recorded() {
      try (var lines =
          Objects.requireNonNull(
              NrpeProbeTests.class.getResourceAsStream("/nrpe/anonymous-tls.hex"))) {
        return new String(lines.readAllBytes(), StandardCharsets.US_ASCII)
            .lines()
            .map(Bytes::hex)
            .toList();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    @Test
    void agreesAndReads() {
      assertThat(AnonymousTls.whole(flights.get(0))).isTrue();
      AnonymousTls.Session session = client.agree(flights.get(0), QUESTION).orElseThrow();
      assertThat(NrpeProbe.text(session.read(flights.get(1))))
          .contains(Bytes.latin1("NRPE v4.1.0"));
    }

    @Test
    void readsNothingThatWasChanged() {
      AnonymousTls.Session session = client.agree(flights.get(0), QUESTION).orElseThrow();
      byte[] changed = flights.get(1).toArray();
      changed[changed.length / 2] ^= 1;
      assertThat(session.read(Bytes.of(changed))).isEqualTo(Bytes.EMPTY);
    }

    @Test
    void agreesToNothingThatIsCut() {
      Bytes flight = flights.get(0);
      for (int length = 0; length < flight.length(); length++) {
        assertThat(AnonymousTls.whole(flight.head(length))).isFalse();
        assertThat(client.agree(flight.head(length), QUESTION)).isEmpty();
      }
    }

    @Test
    void isNoNrpeWhereItIsRefusedToo() {
      try (LoopbackPeer peer =
          LoopbackPeer.tcp(
              connection -> {
                if (LoopbackPeer.hear(connection).startsWith(Bytes.hex("16"))) {
                  LoopbackPeer.say(connection, REFUSAL);
                }
              })) {
        Fingerprint found = Probing.detect(peer.port(), Transport.TCP, probe, new TlsProbe());
        assertThat(found.service()).extracting(Service::protocol).isEqualTo("tls");
        assertThat(found.alternatives()).isEmpty();
      }
    }
  }

  @FuzzTest
  void readingIsTotal(byte[] received) {
    Bytes bytes = Bytes.of(received);
    assertThat(probe.recognise(answer(bytes))).isNotNull();
    AnonymousTls.whole(bytes);
    AnonymousTls client = new AnonymousTls(new SplittableRandom(7));
    assertThat(client.agree(bytes, QUESTION)).isNotNull();
  }
}
