package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Recognition;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Probing;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NscaProbeTests {

  private static final long NOW = 1_800_000_000;

  private final NscaProbe probe =
      new NscaProbe(Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC));

  private static Bytes greeting(int seed, long time) {
    return Claims.random(new SplittableRandom(seed), 128)
        .plus(Bytes.of((byte) (time >> 24), (byte) (time >> 16), (byte) (time >> 8), (byte) time));
  }

  @Nested
  class Recognise {

    @ParameterizedTest
    @CsvSource({"0, true", "-86400, true", "3600, true", "86401, false", "-1000000, false"})
    void aClockThatIsNearOurs(long off, boolean near) {
      assertThat(probe.recognise(OtherAnswers.greeting(greeting(1, NOW + off))))
          .isInstanceOf(near ? Recognition.Suspected.class : Recognition.Mismatch.class);
    }

    @Test
    void noOtherLength() {
      Bytes greeting = greeting(1, NOW);
      assertThat(probe.greets(greeting.head(131))).isFalse();
      assertThat(probe.greets(greeting.plus(Bytes.of((byte) 0)))).isFalse();
    }

    @Test
    void noGreetingOfFewValues() {
      assertThat(probe.greets(Bytes.of(new byte[128]).plus(greeting(1, NOW).slice(128, 132))))
          .isFalse();
    }

    @Test
    void claimsNobodyElse() {
      OtherAnswers.areNotClaimedBy(probe);
    }
  }

  @Nested
  class Examine {

    private Fingerprint detect(IntFunction<Bytes> greetings) {
      AtomicInteger connections = new AtomicInteger();
      try (LoopbackPeer peer =
          LoopbackPeer.tcp(
              connection ->
                  LoopbackPeer.say(connection, greetings.apply(connections.incrementAndGet())))) {
        return Probing.detect(peer.port(), Transport.TCP, probe);
      }
    }

    @Test
    void confirmsByAnotherGreeting() {
      Fingerprint found = detect(connection -> greeting(connection, NOW + connection));
      assertThat(found.service()).extracting(Service::protocol).isEqualTo("nsca");
      assertThat(found.confidence()).isGreaterThan(0.9);
    }

    @Test
    void refutesTheSameGreetingOrAClockThatLeaps() {
      assertThat(detect(_ -> greeting(1, NOW)).service()).matches(NscaProbeTests::unknown);
      assertThat(detect(connection -> greeting(connection, NOW + 1000L * connection)).service())
          .matches(NscaProbeTests::unknown);
    }
  }

  private static boolean unknown(Service service) {
    return service == null || service.protocol() == null;
  }

  @FuzzTest
  void recognitionIsTotal(byte[] received) {
    assertThat(probe.recognise(OtherAnswers.greeting(Bytes.of(received)))).isNotNull();
  }
}
