package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Fingerprint;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBooks;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Pop3ProbeTests {

  private final Pop3Probe probe = new Pop3Probe(SignatureBooks.own());

  private Recognition heard(String text) {
    return probe.recognise(LineServer.greeting(text, Ending.SILENCE));
  }

  @Nested
  class Recognise {

    @Test
    void takesAGreetingThatNamesPop() {
      assertThat(
              heard("+OK mail.example Cyrus POP3 3.6.1-Debian server ready <1@mail.example>\r\n"))
          .isInstanceOfSatisfying(
              Recognition.Recognised.class,
              one -> {
                assertThat(one.finding().service().product()).isEqualTo("Cyrus IMAP");
                assertThat(one.finding().service().version()).isEqualTo("3.6.1");
              });
    }

    @ParameterizedTest
    @ValueSource(strings = {"+OK\r\n", "+OK Dovecot ready.\r\n", "+OK hi\n"})
    void suspectsTheUnclear(String text) {
      assertThat(heard(text)).isInstanceOf(Recognition.Suspected.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"+", "+OK", "+OKAY\r\n", "-ERR\r\n", "+PONG\r\n", "* OK POP3\r\n", ""})
    void refusesTheRest(String text) {
      assertThat(heard(text)).isEqualTo(Recognition.MISMATCH);
    }
  }

  @Nested
  class Examine {

    private static String pop(String line) {
      return switch (line) {
        case "CAPA" -> "+OK\r\nTOP\r\nUIDL\r\nSASL PLAIN\r\n.\r\n";
        case "QUIT" -> "+OK bye\r\n";
        default -> "-ERR what?\r\n";
      };
    }

    @Test
    void identifiesAServer() {
      Fingerprint print = LineServer.detect(probe, "+OK Dovecot (Debian) ready.\r\n", Examine::pop);
      assertThat(print.service().protocol()).isEqualTo("pop3");
      assertThat(print.service().product()).isEqualTo("Dovecot");
      assertThat(print.confidence()).isGreaterThan(0.9);
      assertThat(print.details())
          .containsEntry("capabilities", List.of("TOP", "UIDL", "SASL PLAIN"));
    }

    @Test
    void identifiesAServerThatIsSlowToRefuse() {
      Fingerprint print =
          LineServer.detect(
              probe,
              "+OK POP3 perditon ready on localhost 0002d1de\r\n",
              line -> line.startsWith("X") ? null : pop(line));
      assertThat(print.service().product()).isEqualTo("Perdition");
      assertThat(print.confidence()).isGreaterThan(0.9);
    }

    @Test
    void identifiesAServerWithoutCapabilities() {
      Fingerprint print =
          LineServer.detect(probe, "+OK\r\n", line -> line.equals("QUIT") ? "+OK\r\n" : "-ERR\r\n");
      assertThat(print.service().protocol()).isEqualTo("pop3");
      assertThat(print.confidence()).isLessThan(0.9);
    }

    @Test
    void catchesWhoeverSaysYes() {
      Fingerprint print = LineServer.detect(probe, "+OK POP3\r\n", line -> "+OK\r\nTOP\r\n.\r\n");
      assertThat(print.identified()).isFalse();
      assertThat(print.impostor()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-ERR\r\n", "+PONG\r\n", "HTTP/1.0 400 Bad\r\n\r\n"})
    void leavesOthersAlone(String answer) {
      assertThat(LineServer.detect(probe, "+OK\r\n", line -> answer).identified()).isFalse();
    }
  }
}
