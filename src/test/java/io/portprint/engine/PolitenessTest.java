package io.portprint.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.ConversationException;
import io.portprint.probe.ConversationException.Failure;
import io.portprint.scope.ApprovedEndpoint;
import io.portprint.scope.HostResolver;
import io.portprint.scope.Scope;
import io.portprint.scope.ScopeProperties;
import io.portprint.transport.Lifelines;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The rates, judged without any traffic: the gate is passed before a socket is opened. */
class PolitenessTest {

  private static final Duration SHORT = Duration.ofMillis(50);

  private final Lifelines lifelines = new Lifelines();
  private final Scope scope =
      new Scope(
          ScopeProperties.allowing("127.0.0.0/8", "192.0.2.0/24"),
          (HostResolver)
              name -> {
                throw new UnknownHostException(name);
              });

  @AfterEach
  void close() {
    lifelines.close();
  }

  private static Politeness politeness(int perHost, int inAll) {
    return new Politeness(
        new EngineProperties(
            512, 256, 32, 1_000, perHost, inAll, Duration.ofSeconds(5), Duration.ofSeconds(1)),
        new SimpleMeterRegistry());
  }

  private ApprovedEndpoint at(String address) {
    return scope.approve(address, 80, Transport.TCP);
  }

  @Nested
  class BeyondLoopback {

    @Test
    void aHostIsSpokenToNoOftenerThanItsRate() throws ConversationException {
      Politeness politeness = politeness(1, 1_000_000);
      politeness.pass(at("192.0.2.1"), lifelines.of(SHORT));

      assertThatThrownBy(() -> politeness.pass(at("192.0.2.1"), lifelines.of(SHORT)))
          .isInstanceOfSatisfying(
              ConversationException.class,
              refused -> assertThat(refused.failure()).isEqualTo(Failure.ENDED));
      assertThatCode(() -> politeness.pass(at("192.0.2.2"), lifelines.of(SHORT)))
          .doesNotThrowAnyException();
    }

    @Test
    void allHostsTogetherAreSpokenToNoOftenerThanTheRateInAll() throws ConversationException {
      Politeness politeness = politeness(1_000, 1);
      politeness.pass(at("192.0.2.1"), lifelines.of(SHORT));

      assertThatThrownBy(() -> politeness.pass(at("192.0.2.2"), lifelines.of(SHORT)))
          .isInstanceOf(ConversationException.class);
    }

    @Test
    void whoHasTheTimeWaits() {
      Politeness politeness = politeness(20, 1_000);

      for (int turn = 0; turn < 6; turn++) {
        assertThatCode(() -> politeness.pass(at("192.0.2.1"), lifelines.of(Duration.ofSeconds(30))))
            .doesNotThrowAnyException();
      }
    }
  }

  @Test
  void attemptsOfASweepAreBookedAheadByTheRate() {
    Politeness politeness = politeness(10, 1_000_000);

    List<Long> waits =
        Stream.generate(() -> politeness.reserve(at("192.0.2.1"))).limit(21).toList();

    assertThat(waits.getFirst()).isZero();
    // a tenth of a second each, but for the one that could be saved up
    assertThat(waits.getLast()).isBetween(1_500_000_000L, 2_000_000_000L);
    assertThat(waits).isSorted();
    assertThat(politeness.reserve(at("192.0.2.2"))).isZero();
    assertThat(politeness.reserve(at("127.0.0.1"))).isZero();
  }

  @Test
  void loopbackIsExempt() {
    Politeness politeness = politeness(1, 1);

    for (int turn = 0; turn < 100; turn++) {
      assertThatCode(() -> politeness.pass(at("127.0.0.1"), lifelines.of(SHORT)))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void slotsAreConversationsInEndpoints() {
    EngineProperties properties = EngineProperties.defaults();

    assertThat(Slots.of(properties, 3, 256)).isEqualTo(new Slots(170, 10, 256));
    assertThat(Slots.of(properties, 16, 256).perHost()).isEqualTo(2);
    assertThat(
            List.of(
                Slots.of(properties, 100, 256).perHost(), Slots.of(properties, 600, 256).inAll()))
        .containsOnly(1);
  }
}
