package io.portprint.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.portprint.detect.Dialogues.Transcript;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.State;
import io.portprint.fingerprint.Transport;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Scopes;
import io.portprint.transport.Dialer;
import io.portprint.transport.Gate;
import io.portprint.transport.Lifeline;
import io.portprint.transport.Lifelines;
import io.portprint.transport.TransportMetrics;
import io.portprint.transport.TransportProperties;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DialoguesTest {

  private final Dialogues dialogues =
      new Dialogues(
          new Dialer(
              Gate.OPEN,
              TransportProperties.defaults(),
              new TransportMetrics(new SimpleMeterRegistry())));

  /** Nobody was spoken to, which is another thing than silence. */
  @Test
  void fromAnAddressThatIsNotOursNothingIsSaid() {
    try (LoopbackPeer peer = LoopbackPeer.udp((said, sender) -> List.of(said));
        Lifelines lifelines = new Lifelines();
        Lifeline lifeline = lifelines.of(Duration.ofSeconds(20))) {
      var endpoint = Scopes.loopback().approve("127.0.0.1", peer.port(), Transport.UDP);
      List<Bytes> sayings = List.of(Bytes.latin1("hello"));
      Duration patience = Duration.ofSeconds(5);

      Transcript foreign =
          dialogues.converse(
              endpoint, sayings, patience, lifeline, InetAddress.ofLiteral("203.0.113.9"));
      Transcript own =
          dialogues.converse(
              endpoint,
              sayings,
              patience,
              lifeline,
              dialogues.sourceAddresses(endpoint).getFirst());

      assertThat(foreign.state()).isEqualTo(State.NOT_PROBED);
      assertThat(foreign.turns()).isEmpty();
      assertThat(own.state()).isEqualTo(State.OPEN);
      assertThat(peer.datagrams()).hasSize(1);
    }
  }
}
