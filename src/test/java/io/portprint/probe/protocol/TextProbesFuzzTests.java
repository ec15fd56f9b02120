package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBook;
import io.portprint.signature.SignatureBooks;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever a peer says, these probes come to an opinion, and take nobody else's words for theirs.
 */
class TextProbesFuzzTests {

  private static final SignatureBook BOOK = SignatureBooks.own();

  private static final List<Probe> PROBES =
      List.of(
          new SshProbe(BOOK),
          new SmtpProbe(BOOK),
          new ImapProbe(BOOK),
          new Pop3Probe(BOOK),
          new MysqlProbe(BOOK),
          new MpdProbe(BOOK),
          new NatsProbe(BOOK),
          new RsyncProbe(BOOK),
          new RfbProbe(BOOK),
          new IrcProbe(BOOK),
          new XmppProbe(BOOK),
          new TelnetProbe(BOOK));

  /** What only one of them may recognise. */
  private static final Map<String, String> OWN =
      Map.of(
          "ssh", "SSH-2.0-x\r\n",
          "smtp", "220 x ESMTP\r\n",
          "imap", "* OK IMAP4rev1\r\n",
          "pop3", "+OK POP3\r\n",
          "mpd", "OK MPD 0.23.5\n",
          "rsync", "@RSYNCD: 31.0\n",
          "rfb", "RFB 003.008\n",
          "irc", ":a.b 451 * :You have not registered\r\n",
          "telnet", "\u00ff\u00fd\1\u00ff\u00fd\3");

  @FuzzTest
  void recognisersAreTotal(FuzzedDataProvider data) {
    Ending ending = data.pickValue(Ending.values());
    Bytes sent = Bytes.of(data.consumeBytes(data.consumeInt(0, 8)));
    Bytes received = Bytes.of(data.consumeRemainingAsBytes());
    Answer like = LineServer.answer("", "", ending);
    Answer answer = new Answer(like.name(), sent, received, ending, like.local(), like.roundTrip());
    long claims =
        PROBES.stream()
            .map(probe -> probe.recognise(answer))
            .filter(Recognition.Recognised.class::isInstance)
            .count();
    assertThat(claims).isLessThanOrEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "GET / HTTP/1.0\r\n\r\n",
        "HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n",
        "220 (vsFTPd 3.0.3)\r\n",
        "-ERR wrong number of arguments for 'get' command\r\n",
        "ERROR\r\n",
        "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefg\r\n",
        "AMQP\0\0\11\1",
        "\25\3\3\0\2\2\50",
        "\0\0\22\4\0\0\0\0\0\0\3\0\0\0\u0080",
        "E\0\0\0\210SFATAL\0",
        "JDWP-Handshake",
        "RTSP/1.0 400 Bad Request\r\n\r\n",
        "200 news.example ready\r\n",
        "+PONG\r\n"
      })
  void recogniseNoStranger(String text) {
    for (Ending ending : Ending.values()) {
      for (Probe probe : PROBES) {
        assertThat(probe.recognise(LineServer.answer("", text, ending)))
            .as("%s of %s", probe.description().name(), text)
            .isNotInstanceOf(Recognition.Recognised.class);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ssh", "smtp", "imap", "pop3", "mpd", "rsync", "rfb", "irc", "telnet"})
  void recogniseOnlyTheirOwn(String name) {
    assertThat(
            PROBES.stream()
                .filter(
                    probe ->
                        probe.recognise(LineServer.greeting(OWN.get(name), Ending.SILENCE))
                            instanceof Recognition.Recognised)
                .map(probe -> probe.description().name()))
        .containsExactly(name);
  }
}
