package io.portprint.probe.protocol;

import static io.portprint.testing.LoopbackPeer.say;
import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Fingerprint;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBooks;
import io.portprint.testing.LoopbackPeer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XmppProbeTests {

  private static final String HEAD =
      "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xml:lang='en' from='localhost'"
          + " xmlns:stream='http://etherx.jabber.org/streams' id='acf0af03' version='1.0'>";
  private static final String ERROR =
      "<stream:error><not-well-formed xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
          + "</stream:stream>";
  private static final String FEATURES =
      "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>"
          + "<mechanisms><mechanism>PLAIN</mechanism></mechanisms></stream:features>";

  private final XmppProbe probe = new XmppProbe(SignatureBooks.own());

  private Recognition answered(String sent, String text) {
    return probe.recognise(LineServer.answer(sent, text, Ending.CLOSED));
  }

  private Fingerprint detect(String greeting, String answer) {
    return LineServer.detect(
        probe,
        connection -> {
          say(connection, greeting);
          LoopbackPeer.hear(connection);
          say(connection, answer);
        });
  }

  @Test
  void takesAStreamOfClients() {
    assertThat(answered("GET / HTTP/1.0\r\n\r\n", HEAD + ERROR))
        .isInstanceOfSatisfying(
            Recognition.Recognised.class,
            one -> {
              assertThat(one.finding().protocol()).isEqualTo("xmpp-client");
              assertThat(one.finding().service().hostname()).isEqualTo("localhost");
            });
  }

  @Test
  void takesAStreamOfServers() {
    assertThat(answered("x", HEAD.replace("jabber:client", "jabber:server") + ERROR))
        .isInstanceOfSatisfying(
            Recognition.Recognised.class,
            one -> assertThat(one.finding().protocol()).isEqualTo("xmpp-server"));
  }

  /** A stream without a namespace of its own answers something that was none. */
  @Test
  void suspectsAStreamOfNobodys() {
    assertThat(answered("x", HEAD.replace("xmlns='jabber:client' ", "") + ERROR))
        .isInstanceOf(Recognition.Suspected.class);
  }

  @Test
  void refusesAnEcho() {
    assertThat(answered(HEAD, HEAD)).isEqualTo(Recognition.MISMATCH);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<?xml version='1.0'?><html>",
        "<?xml version='1.0'?><stream:stream xmlns='jabber:client'>",
        "<stream:stream xmlns='x' xmlns:stream='http://etherx.jabber.org/streams'>"
      })
  void refusesTheRest(String text) {
    assertThat(answered("x", text)).isEqualTo(Recognition.MISMATCH);
  }

  @Test
  void readsTheFeatures() {
    Fingerprint print = detect("", "");
    assertThat(print.identified()).isFalse();
    print =
        LineServer.detect(
            probe,
            connection -> {
              say(connection, HEAD);
              if (LoopbackPeer.hear(connection).latin1().startsWith("<")) {
                say(connection, FEATURES);
                LoopbackPeer.waitForEnd(connection);
              }
            });
    assertThat(print.service().protocol()).isEqualTo("xmpp-client");
    assertThat(print.details())
        .containsEntry("startTls", true)
        .containsEntry("mechanisms", List.of("PLAIN"));
  }

  @Test
  void catchesAStreamWithNothingInIt() {
    Fingerprint print = detect(HEAD, "");
    assertThat(print.identified()).isFalse();
    assertThat(print.impostor()).isNotNull();
  }
}
