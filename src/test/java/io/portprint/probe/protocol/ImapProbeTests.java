package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Fingerprint;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBooks;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImapProbeTests {

  private static final String DOVECOT =
      "* OK [CAPABILITY IMAP4rev1 ID STARTTLS AUTH=PLAIN] Dovecot (Debian) ready.\r\n";

  private final ImapProbe probe = new ImapProbe(SignatureBooks.own());

  private Recognition heard(String text) {
    return probe.recognise(LineServer.greeting(text, Ending.SILENCE));
  }

  @Nested
  class Recognise {

    @Test
    void takesAGreetingThatNamesImap() {
      assertThat(heard(DOVECOT))
          .isInstanceOfSatisfying(
              Recognition.Recognised.class,
              one -> assertThat(one.finding().service().product()).isEqualTo("Dovecot"));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"* OK ready\r\n", "* BYE too many IMAP connections\r\n", "* PREAUTH hi\n"})
    void suspectsTheUnclear(String text) {
      assertThat(heard(text)).isInstanceOf(Recognition.Suspected.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "* OK", "* OKAY\r\n", "+OK IMAP\r\n", "OK IMAP4\r\n", ""})
    void refusesTheRest(String text) {
      assertThat(heard(text)).isEqualTo(Recognition.MISMATCH);
    }
  }

  @Nested
  class Examine {

    private Fingerprint detect(String greeting, UnaryOperator<String> answers) {
      return LineServer.detect(probe, greeting, answers);
    }

    private static String imap(String line) {
      String[] words = line.split(" ");
      return switch (words[1]) {
        case "CAPABILITY" -> "* CAPABILITY IMAP4rev1 ID\r\n" + words[0] + " OK done\r\n";
        case "ID" ->
            "* ID (\"name\" \"Dovecot\" \"version\" \"2.3.19\")\r\n" + words[0] + " OK done\r\n";
        case "LOGOUT" -> "* BYE\r\n" + words[0] + " OK done\r\n";
        default -> words[0] + " BAD what?\r\n";
      };
    }

    @Test
    void identifiesAServer() {
      Fingerprint print = detect("* OK ready\r\n", Examine::imap);
      assertThat(print.service().protocol()).isEqualTo("imap");
      assertThat(print.service().product()).isEqualTo("Dovecot");
      assertThat(print.service().version()).isEqualTo("2.3.19");
      assertThat(print.confidence()).isGreaterThan(0.95);
      assertThat(print.details())
          .containsEntry("capabilities", List.of("IMAP4rev1", "ID"))
          .containsEntry("id", List.of("name", "Dovecot", "version", "2.3.19"));
    }

    @Test
    void catchesAnEcho() {
      Fingerprint print = detect(DOVECOT, line -> line + "\r\n");
      assertThat(print.identified()).isFalse();
      assertThat(print.impostor()).isNotNull();
    }

    @Test
    void catchesAFixedAnswer() {
      Fingerprint print = detect(DOVECOT, line -> "* CAPABILITY IMAP4rev1\r\na OK\r\n");
      assertThat(print.identified()).isFalse();
      assertThat(print.impostor()).isNotNull();
    }

    @Test
    void leavesOthersAlone() {
      Fingerprint print = detect("* OK ready\r\n", line -> line.split(" ")[0] + " OK whatever\r\n");
      assertThat(print.identified()).isFalse();
      assertThat(print.impostor()).isNull();
    }
  }
}
