package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Finding;
import io.portprint.probe.Recognition;
import java.net.InetAddress;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsProbeTests {

  private final TlsProbe probe = new TlsProbe();

  private Recognition recognise(Bytes sent, Bytes received, Ending ending) {
    return probe.recognise(
        new Answer("turn", sent, received, ending, InetAddress.ofLiteral("127.0.0.1"), null));
  }

  private static Bytes latin1(String text) {
    return Bytes.latin1(text);
  }

  @Nested
  class Recognise {

    @Test
    void serverHelloAsSoonAsItIsThere() {
      for (int length = 0; length < 66; length++) {
        assertThat(
                recognise(TlsHelloTests.CLIENT, TlsHelloTests.OPENSSL_12.head(length), Ending.OPEN))
            .as("%d bytes", length)
            .isEqualTo(Recognition.INCOMPLETE);
        assertThat(
                recognise(
                    TlsHelloTests.CLIENT, TlsHelloTests.OPENSSL_12.head(length), Ending.CLOSED))
            .as("%d bytes", length)
            .isEqualTo(Recognition.MISMATCH);
      }
      assertThat(recognise(TlsHelloTests.CLIENT, TlsHelloTests.OPENSSL_12.head(66), Ending.OPEN))
          .isInstanceOfSatisfying(
              Recognition.Recognised.class,
              recognised -> {
                Finding finding = recognised.finding();
                assertThat(finding.protocol()).isEqualTo("tls");
                assertThat(finding.tls().version()).isEqualTo("TLSv1.2");
                assertThat(finding.tls().cipher())
                    .isEqualTo("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
              });
    }

    @Test
    void ownClientHello() {
      Bytes own = probe.openings(new SplittableRandom(1)).getFirst().payload();
      assertThat(recognise(own, own, Ending.OPEN)).isEqualTo(Recognition.MISMATCH);
    }

    @Test
    void recordingThatKnowsNotOurSession() {
      Bytes own = probe.openings(new SplittableRandom(1)).getFirst().payload();
      assertThat(recognise(own, TlsHelloTests.OPENSSL_13, Ending.OPEN))
          .isEqualTo(Recognition.MISMATCH);
    }

    @ParameterizedTest
    @CsvSource({"true, 0.85", "false, 0.60"})
    void alert(boolean toClientHello, double confidence) {
      Bytes sent = toClientHello ? TlsHelloTests.CLIENT : latin1("GET / HTTP/1.0\r\n\r\n");
      assertThat(recognise(sent, TlsHelloTests.OPENSSL_ALERT, Ending.OPEN))
          .isEqualTo(Recognition.INCOMPLETE);
      assertThat(recognise(sent, TlsHelloTests.OPENSSL_ALERT, Ending.CLOSED))
          .isInstanceOfSatisfying(
              Recognition.Suspected.class,
              suspected -> assertThat(suspected.finding().confidence()).isEqualTo(confidence));
    }

    @Test
    void serverHelloInAnswerToSomethingElse() {
      assertThat(recognise(latin1("GET / HTTP/1.0\r\n\r\n"), TlsHelloTests.OPENSSL_12, Ending.OPEN))
          .isEqualTo(Recognition.MISMATCH);
      assertThat(recognise(Bytes.EMPTY, TlsHelloTests.OPENSSL_12, Ending.OPEN))
          .isEqualTo(Recognition.MISMATCH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 400 Bad Request\r\n", "220 ", "SSH-2.0-x\r\n", "\n", "\0\0"})
    void textAtOnce(String text) {
      assertThat(recognise(TlsHelloTests.CLIENT, latin1(text), Ending.OPEN))
          .isEqualTo(Recognition.MISMATCH);
    }

    @Test
    void silence() {
      assertThat(recognise(TlsHelloTests.CLIENT, Bytes.EMPTY, Ending.SILENCE))
          .isEqualTo(Recognition.MISMATCH);
    }
  }
}
