package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Fingerprint;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBooks;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NntpProbeTests {

  private final NntpProbe probe = new NntpProbe(SignatureBooks.own());

  @ParameterizedTest
  @ValueSource(strings = {"200 news.example ready\r\n", "201 hi\r\n", "200\r\n"})
  void suspectsAGreeting(String text) {
    assertThat(probe.recognise(LineServer.greeting(text, Ending.SILENCE)))
        .isInstanceOf(Recognition.Suspected.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "200", "202 x\r\n", "220 news\r\n", "HTTP/1.0 200 OK\r\n"})
  void refusesTheRest(String text) {
    assertThat(probe.recognise(LineServer.greeting(text, Ending.SILENCE)))
        .isEqualTo(Recognition.MISMATCH);
  }

  @Test
  void identifiesAServer() {
    Fingerprint print =
        LineServer.detect(
            probe,
            "200 hello\r\n",
            line ->
                switch (line) {
                  case "CAPABILITIES" ->
                      "101 Capability list:\r\nVERSION 2\r\nIMPLEMENTATION INN 2.7.1\r\n.\r\n";
                  case "DATE" -> "111 20261122230000\r\n";
                  default -> "205 Bye\r\n";
                });
    assertThat(print.service().protocol()).isEqualTo("nntp");
    assertThat(print.service().product()).isEqualTo("INN");
    assertThat(print.service().version()).isEqualTo("2.7.1");
    assertThat(print.confidence()).isGreaterThan(0.95);
    assertThat(print.details())
        .containsEntry("capabilities", List.of("VERSION 2", "IMPLEMENTATION INN 2.7.1"));
  }

  @Test
  void identifiesAnOldServerByItsClock() {
    Fingerprint print =
        LineServer.detect(
            probe,
            "200 news\r\n",
            line -> line.equals("DATE") ? "111 20261122230000\r\n" : "500 What?\r\n");
    assertThat(print.service().protocol()).isEqualTo("nntp");
  }

  @ParameterizedTest
  @ValueSource(strings = {"500 what?\r\n", "200 OK\r\n", "101 x\r\nVERSION 2\r\n.\r\n"})
  void leavesAFixedAnswerAlone(String answer) {
    assertThat(LineServer.detect(probe, "200 hello\r\n", line -> answer).identified()).isFalse();
  }
}
