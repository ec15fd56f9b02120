package io.portprint.capture;

import static io.portprint.capture.FlowScript.LISTEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.capture.FlowScript.Bounds;
import io.portprint.capture.FlowScript.Cause;
import io.portprint.capture.FlowScript.Sayable;
import io.portprint.capture.FlowScript.Unsayable;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Transport;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FlowScriptTest {

  private static final Bounds BOUNDS = new Bounds(4, 8);

  private static Turn client(String text) {
    return new Turn(Speaker.CLIENT, null, Bytes.latin1(text), text.length(), 0);
  }

  private static Turn server(String text) {
    return new Turn(Speaker.SERVER, null, Bytes.latin1(text), text.length(), 0);
  }

  private static Flow flow(Transport transport, Turn... turns) {
    long bytes =
        Stream.of(turns)
            .filter(turn -> turn.speaker() == Speaker.CLIENT)
            .mapToLong(Turn::length)
            .sum();
    return FlowTest.flow(transport, bytes, List.of(turns));
  }

  private static List<Bytes> said(Flow flow, @Nullable Integer last) {
    FlowScript script = FlowScript.of(flow, last, BOUNDS);
    assertThat(script).isInstanceOf(Sayable.class);
    return ((Sayable) script).sayings();
  }

  private static Unsayable unsayable(Flow flow, @Nullable Integer last) {
    FlowScript script = FlowScript.of(flow, last, BOUNDS);
    assertThat(script).isInstanceOf(Unsayable.class);
    return (Unsayable) script;
  }

  private static List<Bytes> sayings(String... texts) {
    return Stream.of(texts).map(Bytes::latin1).toList();
  }

  @Nested
  class OverTcp {

    @Test
    void endsWithTheFirstTurnThatWasAnswered() {
      Flow flow = flow(Transport.TCP, client("GET"), server("200"), client("HEAD"), server("404"));

      assertThat(said(flow, null)).isEqualTo(sayings("GET"));
      assertThat(said(flow, 2)).isEqualTo(sayings("GET", "HEAD"));
    }

    @Test
    void listensFirstWhereTheServerSpokeFirst() {
      Flow flow = flow(Transport.TCP, server("220"), client("SYST"), server("215"), client("QUIT"));

      assertThat(said(flow, null)).containsExactly(LISTEN, Bytes.latin1("SYST"));
      assertThat(said(flow, 2)).containsExactly(LISTEN, Bytes.latin1("SYST"), Bytes.latin1("QUIT"));
    }

    @Test
    void listensOnlyWhereTheClientSaysNothing() {
      assertThat(said(flow(Transport.TCP, server("220")), null)).containsExactly(LISTEN);
      assertThat(said(flow(Transport.TCP), null)).containsExactly(LISTEN);
      assertThat(unsayable(flow(Transport.TCP, server("220")), 1).cause())
          .isEqualTo(Cause.NO_SUCH_TURN);
    }

    @Test
    void doesNotSayWhatTheCaptureLacks() {
      Turn behindGap = new Turn(Speaker.CLIENT, null, Bytes.latin1("b"), 1, 5);
      Turn cut = new Turn(Speaker.CLIENT, null, Bytes.latin1("b"), 9, 0);

      assertThat(unsayable(flow(Transport.TCP, behindGap, server("s")), null))
          .isEqualTo(
              new Unsayable(
                  Cause.TURN, "turn 1 of the client has 5 bytes before it that the capture lacks"));
      assertThat(unsayable(flow(Transport.TCP, client("a"), behindGap), null).reason())
          .isEqualTo("turn 1 of the client ends with 5 bytes that the capture lacks");
      assertThat(unsayable(flow(Transport.TCP, client("a"), server("s"), cut), 2).reason())
          .contains("turn 2", "with 1 of its 9 bytes only");
      assertThat(said(flow(Transport.TCP, client("a"), server("s"), cut), null))
          .isEqualTo(sayings("a"));
      assertThat(unsayable(FlowTest.flow(Transport.TCP, 7, List.of(server("s"))), null))
          .isEqualTo(new Unsayable(Cause.FLOW, "the capture lacks what the client said"));
    }

    @Test
    void staysWithinItsBounds() {
      assertThat(unsayable(flow(Transport.TCP, client("123456789"), server("s")), null).reason())
          .isEqualTo("turn 1 of the client has 9 bytes, more than 8");
      Flow long4 =
          flow(
              Transport.TCP,
              server("s"),
              client("1"),
              server("s"),
              client("2"),
              server("s"),
              client("3"),
              server("s"),
              client("4"));
      assertThat(said(long4, 3)).hasSize(4);
      assertThat(unsayable(long4, 4).cause()).isEqualTo(Cause.TURN);
      assertThat(unsayable(long4, 5))
          .isEqualTo(new Unsayable(Cause.NO_SUCH_TURN, "the flow has 4 turns of its client"));
      assertThat(unsayable(long4, 0).cause()).isEqualTo(Cause.NO_SUCH_TURN);
    }
  }

  @Nested
  class OverUdp {

    @Test
    void saysDatagramsOneByOne() {
      Flow flow =
          flow(Transport.UDP, client("a"), client("b"), server("2"), client("c"), server("3"));

      assertThat(said(flow, null)).isEqualTo(sayings("a", "b"));
      assertThat(said(flow, 3)).isEqualTo(sayings("a", "b", "c"));
    }

    @Test
    void listensForEachDatagramOfTheServerBeforeTheNextOfTheClient() {
      Flow flow =
          flow(Transport.UDP, client("a"), server("1"), server("2"), client("b"), server("3"));

      assertThat(said(flow, 2)).containsExactly(Bytes.latin1("a"), LISTEN, Bytes.latin1("b"));
    }

    @Test
    void endsWithTheFirstWhereNoneWasAnswered() {
      assertThat(said(flow(Transport.UDP, client("a"), client("b")), null)).isEqualTo(sayings("a"));
      assertThat(said(flow(Transport.UDP, client("a"), server(""), client("b")), null))
          .isEqualTo(sayings("a"));
    }

    @Test
    void doesNotSayEmptyDatagrams() {
      assertThat(unsayable(flow(Transport.UDP, client(""), server("s")), null).reason())
          .contains("empty datagram");
    }

    @Test
    void listensToNoFlood() {
      Turn[] turns = new Turn[200];
      for (int i = 0; i < turns.length; i++) {
        turns[i] = i == 0 || i == 199 ? client("c") : server("s");
      }
      assertThat(unsayable(flow(Transport.UDP, turns), 2).reason()).contains("more than 4");
    }
  }
}
