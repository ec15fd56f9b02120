package io.portprint.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.AnswersFrom;
import io.portprint.probe.Conversation;
import io.portprint.probe.ConversationException;
import io.portprint.probe.ConversationException.Failure;
import io.portprint.scope.ApprovedEndpoint;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Scopes;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SourceAddressTest {

  private static final InetAddress ANOTHER = InetAddress.ofLiteral("127.0.0.2");
  private static final InetAddress NOT_OURS = InetAddress.ofLiteral("203.0.113.9");
  private static final Pace PACE =
      new Pace(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(50));
  private static final Witness NOBODY =
      new Witness() {
        @Override
        public void heard(Answer answer) {}

        @Override
        public void closed() {}
      };

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Dialer dialer =
      new Dialer(Gate.OPEN, TransportProperties.defaults(), new TransportMetrics(meters));

  private static ApprovedEndpoint endpoint(String address, int port, Transport transport) {
    return Scopes.loopback().approve(address, port, transport);
  }

  /** A peer that tells who speaks to it. */
  private static LoopbackPeer teller() {
    return LoopbackPeer.both(
        connection -> {
          LoopbackPeer.hear(connection);
          LoopbackPeer.say(connection, Bytes.of(connection.getInetAddress().getAddress()));
          LoopbackPeer.waitForEnd(connection);
        },
        (said, sender) -> List.of(Bytes.of(sender.getAddress().getAddress())));
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "only there all of 127.0.0.0/8 can be bound to")
  void loopbackHasSeveral() {
    assertThat(SourceAddresses.of(endpoint("127.0.0.1", 9, Transport.UDP)))
        .startsWith(InetAddress.ofLiteral("127.0.0.1"))
        .contains(ANOTHER)
        .allMatch(InetAddress::isLoopbackAddress)
        .doesNotHaveDuplicates()
        .hasSizeBetween(2, 4);
    assertThat(SourceAddresses.of(endpoint("127.0.0.2", 9, Transport.TCP)))
        .startsWith(InetAddress.ofLiteral("127.0.0.1"))
        .contains(InetAddress.ofLiteral("127.0.0.3"))
        .doesNotContain(ANOTHER);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  @EnabledOnOs(value = OS.LINUX, disabledReason = "only there all of 127.0.0.0/8 can be bound to")
  void aConversationIsHeldFromTheAddressThatIsGiven(Transport transport) throws Exception {
    try (LoopbackPeer peer = teller();
        Lifelines lifelines = new Lifelines();
        Lifeline lifeline = lifelines.of(Duration.ofSeconds(20))) {
      ApprovedEndpoint there = endpoint("127.0.0.1", peer.port(), transport);
      for (AnswersFrom from : AnswersFrom.values()) {
        try (Conversation conversation =
            dialer.dial(there, from, PACE, lifeline, NOBODY, ANOTHER).conversation()) {
          conversation.send(Bytes.latin1("who am I"));
          Answer answer = conversation.receive("who", _ -> false);

          assertThat(answer.received())
              .isEqualTo(Bytes.of((byte) 127, (byte) 0, (byte) 0, (byte) 2));
          assertThat(answer.local()).isEqualTo(ANOTHER);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void anAddressThatIsNotOursIsATroubleOfThisMachine(Transport transport) {
    try (LoopbackPeer peer = teller();
        Lifelines lifelines = new Lifelines();
        Lifeline lifeline = lifelines.of(Duration.ofSeconds(20))) {
      ApprovedEndpoint there = endpoint("127.0.0.1", peer.port(), transport);

      ConversationException refusal =
          catchThrowableOfType(
              ConversationException.class,
              () -> dialer.dial(there, AnswersFrom.PORT, PACE, lifeline, NOBODY, NOT_OURS));

      assertThat(refusal.failure()).isEqualTo(Failure.LOCAL);
      assertThat(peer.datagrams()).isEmpty();
      assertThat(peer.openConnections()).isZero();
    }
  }
}
