package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Fingerprint;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBooks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IrcProbeTests {

  private static final String HTTP_REFUSED =
      "ERROR :\"Oops, HTTP request received? This is IRC!\"\r\n";

  private final IrcProbe probe = new IrcProbe(SignatureBooks.own());

  private Recognition answered(String text) {
    return probe.recognise(LineServer.answer("GET / HTTP/1.0\r\n\r\n", text, Ending.CLOSED));
  }

  @Test
  void takesANumericReply() {
    assertThat(answered(":irc.lab.example 451 * :Connection not registered\r\n"))
        .isInstanceOfSatisfying(
            Recognition.Recognised.class,
            one -> assertThat(one.finding().service().hostname()).isEqualTo("irc.lab.example"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        HTTP_REFUSED,
        ":localhost NOTICE * :BitlBee-IRCd initialized, please go on\r\n",
        "HTTP/1.0 403 Access Denied\r\n\r\nWeb Access is not enabled.\r\n",
        "ERROR :Your host is trying to (re)connect too fast -- throttled.\r\n"
      })
  void suspectsTheUnclear(String text) {
    assertThat(answered(text)).isInstanceOf(Recognition.Suspected.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ":irc.example NOTICE * :*** Looking up your hostname...\r\n",
        "NOTICE AUTH :*** Checking Ident\r\n"
      })
  void takesTheWordsOfAServerThatLooksUpItsClient(String text) {
    assertThat(answered(text)).isInstanceOf(Recognition.Recognised.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "ERROR\r\n", "ERROR: no\r\n", ":x\r\n", ":a 200 b :c\r\n", "451 x\r\n"})
  void refusesTheRest(String text) {
    assertThat(answered(text)).isEqualTo(Recognition.MISMATCH);
  }

  @Test
  void identifiesAServerByItsRefusal() {
    Fingerprint print =
        LineServer.detect(
            probe,
            HTTP_REFUSED,
            line ->
                line.equals("TIME")
                    ? ":irc.lab.example 451 * :Connection not registered\r\n"
                    : HTTP_REFUSED);
    assertThat(print.service().protocol()).isEqualTo("irc");
    assertThat(print.service().product()).isEqualTo("ngIRCd");
    assertThat(print.service().hostname()).isEqualTo("irc.lab.example");
    assertThat(print.confidence()).isGreaterThan(0.9);
  }

  @Test
  void identifiesAServerThatAnswersNothingButPing() {
    String greeting = ":localhost NOTICE * :BitlBee-IRCd initialized, please go on\r\n";
    Fingerprint print =
        LineServer.detect(
            probe,
            greeting,
            line ->
                line.startsWith("PING :")
                    ? ":localhost PONG localhost :" + line.substring(6) + "\r\n"
                    : null);
    assertThat(print.service().product()).isEqualTo("BitlBee");
    assertThat(print.confidence()).isGreaterThan(0.95);
  }

  @Test
  void identifiesABouncerByItsCapabilities() {
    Fingerprint print =
        LineServer.detect(
            probe,
            "NOTICE AUTH :hello\r\n",
            line ->
                line.equals("CAP LS")
                    ? ":irc.znc.in CAP unknown-nick LS :userhost-in-names multi-prefix\r\n"
                    : null);
    assertThat(print.service().product()).isEqualTo("ZNC");
  }

  @Test
  void refusesWhoeverSaysTheSameToEverything() {
    String notice = ":irc.example NOTICE * :*** Looking up your hostname...\r\n";
    assertThat(LineServer.detect(probe, notice, line -> notice).identified()).isFalse();
  }

  @Test
  void leavesOthersAlone() {
    assertThat(LineServer.detect(probe, "ERROR :no\r\n", line -> "ERROR :no\r\n").identified())
        .isFalse();
  }
}
