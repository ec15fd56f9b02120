package io.portprint.probe.protocol;

import static io.portprint.testing.LoopbackPeer.say;
import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Recognition;
import io.portprint.probe.protocol.TelnetProbe.Negotiation;
import io.portprint.signature.SignatureBooks;
import io.portprint.testing.LoopbackPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TelnetProbeTests {

  private static final String OPTIONS = "\u00ff\u00fd\30\u00ff\u00fd\40\u00ff\u00fb\1";

  private final TelnetProbe probe = new TelnetProbe(SignatureBooks.own());

  private Recognition heard(String sent, String text) {
    return probe.recognise(LineServer.answer(sent, text, Ending.SILENCE));
  }

  @ParameterizedTest
  @ValueSource(strings = {OPTIONS, OPTIONS + "login: ", OPTIONS + "\u00ff\u00fa\30\1\u00ff\u00f0"})
  void takesANegotiation(String text) {
    assertThat(heard("", text)).isInstanceOf(Recognition.Recognised.class);
  }

  @Test
  void suspectsASingleCommand() {
    assertThat(heard("", "\u00ff\u00fd\30")).isInstanceOf(Recognition.Suspected.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\u00ff",
        "\u00ff\u00fd",
        "\u00ff\u00fd\u0080\u00ff\u00fd\1",
        "\u00ff\u0001\u0002",
        OPTIONS + "\1\2\3",
        "login: "
      })
  void refusesTheRest(String text) {
    assertThat(heard("", text)).isEqualTo(Recognition.MISMATCH);
  }

  @Test
  void refusesAnEcho() {
    assertThat(heard(OPTIONS, OPTIONS)).isEqualTo(Recognition.MISMATCH);
  }

  @Test
  void saysNoToEverythingOnce() {
    assertThat(Negotiation.read(Bytes.latin1(OPTIONS + OPTIONS)).refusals())
        .isEqualTo(Bytes.hex("fffc18 fffc20 fffe01"));
  }

  @Test
  void identifiesAServerThatAnswersForTheMark() {
    Fingerprint print =
        LineServer.detect(
            probe,
            connection -> {
              say(connection, OPTIONS);
              LoopbackPeer.hear(connection);
              say(connection, "\u00ff\u00fc\6");
              LoopbackPeer.hear(connection);
              say(connection, "Debian GNU/Linux 12\r\nlab login: ");
              LoopbackPeer.waitForEnd(connection);
            });
    assertThat(print.service().protocol()).isEqualTo("telnet");
    assertThat(print.service().os()).isEqualTo("Debian Linux");
    assertThat(print.confidence()).isGreaterThan(0.95);
  }

  @Test
  void takesAServerThatTakesOurRefusalsWithoutAWord() {
    Fingerprint print =
        LineServer.detect(
            probe,
            connection -> {
              say(
                  connection,
                  "\u00ff\u00fd\1\u00ff\u00fd\37\u00ff\u00fb\1\u00ff\u00fb\3lab login: ");
              LoopbackPeer.waitForEnd(connection);
            });
    assertThat(print.service().protocol()).isEqualTo("telnet");
    assertThat(print.service().product()).isEqualTo("BusyBox telnetd");
    assertThat(print.confidence()).isBetween(0.85, 0.95);
  }

  @Test
  void catchesWhoeverAnswersForNothing() {
    Fingerprint print =
        LineServer.detect(
            probe,
            connection -> {
              say(connection, OPTIONS);
              LoopbackPeer.hear(connection);
              say(connection, OPTIONS);
              LoopbackPeer.waitForEnd(connection);
            });
    assertThat(print.identified()).isFalse();
    assertThat(print.impostor()).isNotNull();
  }
}
