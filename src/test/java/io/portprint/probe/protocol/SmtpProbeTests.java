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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmtpProbeTests {

  private final SmtpProbe probe = new SmtpProbe(SignatureBooks.own());

  private Recognition heard(String text) {
    return probe.recognise(LineServer.greeting(text.translateEscapes(), Ending.SILENCE));
  }

  @Nested
  class Recognise {

    @ParameterizedTest
    @CsvSource({
      "'220 lab.example ESMTP Postfix\\r\\n', Postfix, , lab.example",
      "'220 lab.example ESMTP Exim 4.96 Sun, 22 Nov 2026 22:38:22 +0000\\r"
          + "\\n"
          + "', Exim, 4.96, lab.example",
      "'220-mail.example ESMTP\\r\\n220 hello\\r\\n', , , mail.example",
      "'220 SMTP\\r\\n', , , ",
      "'220 lab.example ESMTP Postfix\\r\\n221 2.7.0 Error\\r\\n', Postfix, , lab.example",
    })
    void takesAGreetingThatNamesMail(String text, String product, String version, String host) {
      assertThat(heard(text))
          .isInstanceOfSatisfying(
              Recognition.Recognised.class,
              one -> {
                assertThat(one.finding().service().product()).isEqualTo(product);
                assertThat(one.finding().service().version()).isEqualTo(version);
                assertThat(one.finding().service().hostname()).isEqualTo(host);
              });
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "220 \\r\\n",
          "220 mail.example\\r\\n",
          "220 FTP and SMTP gateway\\r\\n",
          "554 mail.example ESMTP not you\\r\\n",
          "220-mail.example ESMTP\\r\\n",
        })
    void suspectsTheUnclear(String text) {
      assertThat(heard(text)).isInstanceOf(Recognition.Suspected.class);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "220 (vsFTPd 3.0.3)\\r\\n",
          "220 ProFTPD Server\\r\\n",
          "220 hylafax SNPP\\r\\n",
          "200 news.example ready\\r\\n",
          "250 OK\\r\\n",
          "22",
          "554 no\\r\\n",
          "HTTP/1.1 220 OK\\r\\n",
        })
    void refusesTheRest(String text) {
      assertThat(heard(text)).isEqualTo(Recognition.MISMATCH);
    }
  }

  @Nested
  class Examine {

    private Fingerprint detect(String greeting, UnaryOperator<String> answers) {
      return LineServer.detect(probe, greeting, answers);
    }

    private static String postfix(String line) {
      return switch (line.split(" ")[0]) {
        case "EHLO" -> "250-lab.example\r\n250-SIZE 10240000\r\n250 CHUNKING\r\n";
        case "QUIT" -> "221 2.0.0 Bye\r\n";
        default -> "500 5.5.2 Error: command not recognized\r\n";
      };
    }

    @Test
    void identifiesAServer() {
      Fingerprint print = detect("220 lab.example ESMTP\r\n", Examine::postfix);
      assertThat(print.service().protocol()).isEqualTo("smtp");
      assertThat(print.service().product()).isEqualTo("Postfix");
      assertThat(print.service().hostname()).isEqualTo("lab.example");
      assertThat(print.confidence()).isGreaterThan(0.95);
      assertThat(print.details())
          .containsEntry("extensions", List.of("SIZE 10240000", "CHUNKING"))
          .containsEntry("startTls", false);
    }

    @Test
    void identifiesAServerThatNamesNothing() {
      assertThat(detect("220 \r\n", Examine::postfix).service().protocol()).isEqualTo("smtp");
    }

    @Test
    void tellsLmtp() {
      Fingerprint print =
          detect(
              "220 lab.example LMTP\r\n",
              line -> line.startsWith("LHLO") ? "250 lab.example\r\n" : "500 5.5.1 what?\r\n");
      assertThat(print.service().protocol()).isEqualTo("lmtp");
    }

    @Test
    void keepsToHeloWhereNothingElseIsKnown() {
      Fingerprint print =
          detect(
              "220 SMTP\r\n",
              line -> line.startsWith("HELO") ? "250 hi\r\n" : "502 not implemented\r\n");
      assertThat(print.service().protocol()).isEqualTo("smtp");
    }

    @Test
    void tellsOfGarbageInPlaceOfTls() {
      Fingerprint print =
          detect(
              "220 SMTP\r\n",
              line ->
                  switch (line.split(" ")[0]) {
                    case "EHLO" -> "250-hi\r\n250 STARTTLS\r\n";
                    case "STARTTLS" -> "220 go on\r\n" + "garbage ".repeat(100);
                    default -> "502 no\r\n";
                  });
      assertThat(print.service().protocol()).isEqualTo("smtp");
      assertThat(print.tls().failure()).isNotNull();
    }

    @Test
    void leavesAnFtpServerAlone() {
      Fingerprint print = detect("220 \r\n", line -> "500 unknown command\r\n");
      assertThat(print.identified()).isFalse();
      assertThat(print.impostor()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"250 OK\r\n", "250 x\r\nnonsense"})
    void catchesAFixedAnswer(String answer) {
      Fingerprint print = detect("220 lab.example ESMTP Postfix\r\n", line -> answer);
      assertThat(print.identified()).isFalse();
      assertThat(print.impostor()).isNotNull();
    }

    @Test
    void catchesASilentGreeter() {
      Fingerprint print = detect("220 lab.example ESMTP Postfix\r\n", line -> null);
      assertThat(print.identified()).isFalse();
      assertThat(print.impostor()).isNotNull();
    }
  }
}
