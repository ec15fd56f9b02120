package io.portprint.engine;

import static io.portprint.testing.LoopbackPeer.say;
import static io.portprint.testing.LoopbackPeer.waitForEnd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.portprint.detect.DetectProperties;
import io.portprint.detect.Detector;
import io.portprint.detect.Effort;
import io.portprint.detect.Plan;
import io.portprint.fingerprint.CacheProperties;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.FingerprintCache;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.State;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Description;
import io.portprint.probe.Finding;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.scope.ApprovedEndpoint;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Scopes;
import io.portprint.transport.Dialer;
import io.portprint.transport.Lifelines;
import io.portprint.transport.TransportMetrics;
import io.portprint.transport.TransportProperties;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class EngineTest {

  private static final Duration SOON = Duration.ofSeconds(5);

  /** Knows a peer that says hello. */
  private static final class HelloProbe implements Probe {

    @Override
    public Description description() {
      return new Description("hello", "hello", Transport.TCP, "Hello", "Says hello.", List.of());
    }

    @Override
    public Recognition recognise(Answer answer) {
      return answer.received().latin1().startsWith("hello\n")
          ? new Recognition.Recognised(
              Finding.of(Service.of("hello"), 0.9, answer.because("says hello", List.of())))
          : Recognition.MISMATCH;
    }
  }

  /** What the engine told. */
  private static final class Asked implements Assignment {

    private final List<ApprovedEndpoint> endpoints;
    private final Duration maxAge;
    private final List<Fingerprint> verdicts = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Long> end = new CompletableFuture<>();
    private final CountDownLatch start = new CountDownLatch(1);

    Asked(Duration maxAge, ApprovedEndpoint... endpoints) {
      this.maxAge = maxAge;
      this.endpoints = List.of(endpoints);
    }

    @Override
    public long size() {
      return endpoints.size();
    }

    @Override
    public ApprovedEndpoint endpoint(long index) {
      return endpoints.get((int) index);
    }

    @Override
    public Plan plan() {
      return Plan.everything(Effort.QUICK);
    }

    @Override
    public Duration maxAge() {
      return maxAge;
    }

    @Override
    public void started() {
      start.countDown();
    }

    @Override
    public void done(long index, Fingerprint fingerprint) {
      verdicts.add(fingerprint);
    }

    @Override
    public void ended(long notProbed) {
      end.complete(notProbed);
    }

    long awaitEnd() {
      return end.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
    }
  }

  private final Lifelines lifelines = new Lifelines();

  @AfterEach
  void closeLifelines() {
    lifelines.close();
  }

  private Engine engine(long maxEndpoints, int slots) {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    EngineProperties properties =
        new EngineProperties(
            512,
            256,
            32,
            maxEndpoints,
            1_000,
            10_000,
            Duration.ofSeconds(5),
            Duration.ofMillis(200));
    Dialer dialer =
        new Dialer(
            new Politeness(properties, meters),
            TransportProperties.defaults(),
            new TransportMetrics(meters));
    return new Engine(
        new Detector(
            List.of(new HelloProbe()), dialer, DetectProperties.defaults(), InstantSource.system()),
        new FingerprintCache(
            new CacheProperties(
                DataSize.ofMegabytes(1), Duration.ofMinutes(5), Duration.ofMinutes(1)),
            InstantSource.system(),
            Ticker.systemTicker(),
            meters),
        lifelines,
        properties,
        new Slots(slots, slots),
        new EngineMetrics(meters),
        InstantSource.system());
  }

  private static ApprovedEndpoint at(int port) {
    return Scopes.loopback().approve("127.0.0.1", port, Transport.TCP);
  }

  /** Says hello when told to, and counts who came. */
  private static final class Greeter implements AutoCloseable {

    private final CountDownLatch word = new CountDownLatch(1);
    private final CountDownLatch left = new CountDownLatch(1);
    private final AtomicInteger callers = new AtomicInteger();
    private final LoopbackPeer peer =
        LoopbackPeer.tcp(
            connection -> {
              callers.incrementAndGet();
              Thread.ofVirtual()
                  .start(
                      () -> {
                        try {
                          word.await();
                          say(connection, "hello\n");
                        } catch (IOException | InterruptedException e) {
                          left.countDown();
                        }
                      });
              waitForEnd(connection);
              left.countDown();
            });

    ApprovedEndpoint endpoint() {
      return at(peer.port());
    }

    @Override
    public void close() {
      word.countDown();
      peer.close();
    }
  }

  @Nested
  class SingleFlight {

    @Test
    void manyWhoAskForTheSameEndpointShareOneExamination() {
      try (Greeter greeter = new Greeter()) {
        Engine engine = engine(100, 10);
        List<Asked> asked =
            IntStream.range(0, 5)
                .mapToObj(i -> new Asked(Duration.ZERO, greeter.endpoint()))
                .toList();
        asked.forEach(engine::admit);
        // nobody holds a slot but the one who examines: the others wait without
        await().atMost(SOON).until(() -> greeter.callers.get() == 1 && engine.busy() == 1);

        greeter.word.countDown();

        asked.forEach(Asked::awaitEnd);
        assertThat(greeter.callers).hasValue(1);
        assertThat(asked)
            .allSatisfy(
                one -> assertThat(one.verdicts).singleElement().matches(Fingerprint::identified));
      }
    }

    @Test
    void oneWhoLeavesDoesNotEndItForTheOthers() {
      try (Greeter greeter = new Greeter()) {
        Engine engine = engine(100, 10);
        Asked leaving = new Asked(Duration.ZERO, greeter.endpoint());
        Asked staying = new Asked(Duration.ZERO, greeter.endpoint());
        Run first = engine.admit(leaving);
        await().atMost(SOON).until(() -> greeter.callers.get() == 1);
        engine.admit(staying);
        await().atMost(SOON).until(() -> staying.start.getCount() == 0 && engine.busy() == 1);

        first.cancel();
        greeter.word.countDown();

        leaving.awaitEnd();
        staying.awaitEnd();
        assertThat(leaving.verdicts)
            .singleElement()
            .extracting(Fingerprint::state)
            .isEqualTo(State.NOT_PROBED);
        assertThat(staying.verdicts).singleElement().matches(Fingerprint::identified);
      }
    }
  }

  @Nested
  class Cancellation {

    @Test
    void closesSocketsAtOnceAndCountsWhatHadNoTurn() throws InterruptedException {
      try (Greeter greeter = new Greeter()) {
        Engine engine = engine(100, 1);
        Asked asked =
            new Asked(Duration.ZERO, greeter.endpoint(), at(LoopbackPeer.closedPort()), at(1));
        Run run = engine.admit(asked);
        await().atMost(SOON).until(() -> greeter.callers.get() == 1);

        run.cancel();

        assertThat(asked.awaitEnd()).isEqualTo(2);
        assertThat(greeter.left.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(asked.verdicts).hasSize(1);
        await().atMost(SOON).until(() -> engine.admitted() == 0 && engine.busy() == 0);
      }
    }
  }

  @Nested
  class Admission {

    @Test
    void refusesWholeWhatDoesNotFit() {
      try (Greeter greeter = new Greeter()) {
        Engine engine = engine(2, 1);
        Asked first = new Asked(Duration.ZERO, greeter.endpoint());
        engine.admit(first);

        assertThatThrownBy(() -> engine.admit(new Asked(Duration.ZERO, at(1), at(2))))
            .isInstanceOfSatisfying(
                QueueFullException.class,
                full -> assertThat(full.retryAfter()).isEqualTo(Duration.ofSeconds(5)));

        assertThat(engine.admitted()).isEqualTo(1);
        greeter.word.countDown();
        first.awaitEnd();
        assertThat(engine.admitted()).isZero();
      }
    }

    @Test
    void endsWhenTheEngineStopsAndRunsAreCutAfterTheGracePeriod() {
      try (Greeter greeter = new Greeter()) {
        Engine engine = engine(10, 1);
        Asked asked = new Asked(Duration.ZERO, greeter.endpoint());
        engine.admit(asked);
        await().atMost(SOON).until(() -> greeter.callers.get() == 1);

        assertThat(engine.drain()).isEqualTo(1);
        engine.cancelAll();

        asked.awaitEnd();
        assertThatThrownBy(() -> engine.admit(asked)).isInstanceOf(ShuttingDownException.class);

        greeter.word.countDown();
        engine.resume();
        Asked later = new Asked(Duration.ZERO, greeter.endpoint());
        engine.admit(later);
        later.awaitEnd();
        assertThat(later.verdicts).singleElement().matches(Fingerprint::identified);
      }
    }
  }

  @Nested
  class Caching {

    @Test
    void answersFromTheCacheWhatIsYoungEnough() {
      try (Greeter greeter = new Greeter()) {
        greeter.word.countDown();
        Engine engine = engine(10, 1);
        Asked first = new Asked(Duration.ofMinutes(1), greeter.endpoint());
        engine.admit(first);
        first.awaitEnd();

        Asked again = new Asked(Duration.ofMinutes(1), greeter.endpoint());
        engine.admit(again);
        again.awaitEnd();
        Asked fresh = new Asked(Duration.ZERO, greeter.endpoint());
        engine.admit(fresh);
        fresh.awaitEnd();

        assertThat(first.verdicts).singleElement().matches(one -> !one.cached());
        assertThat(again.verdicts).singleElement().matches(Fingerprint::cached);
        assertThat(fresh.verdicts).singleElement().matches(one -> !one.cached());
        assertThat(greeter.callers).hasValue(2);
      }
    }
  }
}
