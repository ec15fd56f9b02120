package io.portprint.engine;

import static io.portprint.fingerprint.Transport.TCP;
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
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.CacheProperties;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.FingerprintCache;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.State;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Description;
import io.portprint.probe.Finding;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.scope.ApprovedEndpoint;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Scopes;
import io.portprint.transport.Dialer;
import io.portprint.transport.Lifelines;
import io.portprint.transport.SweepMetrics;
import io.portprint.transport.SweepProperties;
import io.portprint.transport.Sweepers;
import io.portprint.transport.TransportMetrics;
import io.portprint.transport.TransportProperties;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class EngineTest {

  private static final Duration SOON = Duration.ofSeconds(20);

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
    private final Map<Long, State> quiet = new ConcurrentHashMap<>();
    private boolean identifies = true;
    private Plan plan = Plan.everything(Effort.QUICK);
    private long datagrams;
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
      return plan;
    }

    @Override
    public Duration maxAge() {
      return maxAge;
    }

    @Override
    public long datagrams() {
      return datagrams;
    }

    @Override
    public long sweptAt(long place) {
      return endpoints.size() - 1 - place;
    }

    @Override
    public boolean identifies() {
      return identifies;
    }

    @Override
    public int weight() {
      return 1;
    }

    @Override
    public void quiet(long index, State state) {
      quiet.put(index, state);
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

  private Engine engine(long maxEndpoints, int slots, Probe... more) {
    List<Probe> probes = new ArrayList<>(List.of(more));
    probes.add(new HelloProbe());
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
    Politeness politeness = new Politeness(properties, meters);
    Dialer dialer =
        new Dialer(politeness, TransportProperties.defaults(), new TransportMetrics(meters));
    return new Engine(
        new Detector(probes, dialer, DetectProperties.defaults(), InstantSource.system()),
        new FingerprintCache(
            new CacheProperties(
                DataSize.ofMegabytes(1), Duration.ofMinutes(5), Duration.ofMinutes(1)),
            InstantSource.system(),
            Ticker.systemTicker(),
            meters),
        lifelines,
        properties,
        new Slots(slots, slots, 256),
        new Sweepers(politeness, SweepProperties.defaults(), new SweepMetrics(meters))
            .alikeOnLoopback(),
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
  class Errands {

    @Test
    void takeTheirTurnAndAPlace() throws Exception {
      try (Greeter greeter = new Greeter()) {
        Engine engine = engine(10, 1);
        Asked asked = new Asked(Duration.ZERO, greeter.endpoint());
        engine.admit(asked);
        await().atMost(SOON).until(() -> greeter.callers.get() == 1);
        Errand<Integer> errand = new Errand<>(at(2), SOON, lifeline -> engine.busy());
        engine.admit(errand);

        assertThat(engine.admitted()).isEqualTo(2);
        assertThat(errand.outcome()).isNotDone();
        greeter.word.countDown();

        assertThat(errand.outcome().get(5, TimeUnit.SECONDS)).isEqualTo(1);
        asked.awaitEnd();
        await().atMost(SOON).until(() -> engine.admitted() == 0 && engine.busy() == 0);
      }
    }

    @Test
    void thatAreWithdrawnGetNoTurn() {
      try (Greeter greeter = new Greeter()) {
        Engine engine = engine(10, 1);
        Asked asked = new Asked(Duration.ZERO, greeter.endpoint());
        engine.admit(asked);
        await().atMost(SOON).until(() -> greeter.callers.get() == 1);
        Errand<Integer> errand = new Errand<>(at(2), SOON, lifeline -> 1);
        engine.admit(errand);

        engine.withdraw(errand);
        engine.withdraw(errand);

        assertThat(engine.admitted()).isEqualTo(1);
        greeter.word.countDown();
        asked.awaitEnd();
        await().atMost(SOON).until(() -> engine.busy() == 0);
        assertThat(errand.outcome()).isNotDone();
        assertThat(engine.admitted()).isZero();
      }
    }

    @Test
    void thatFailSayHow() {
      Engine engine = engine(10, 1);
      Errand<Integer> errand =
          new Errand<>(
              at(2),
              SOON,
              lifeline -> {
                throw new IllegalStateException("seeded");
              });

      engine.admit(errand);

      assertThat(errand.outcome())
          .failsWithin(SOON)
          .withThrowableOfType(ExecutionException.class)
          .withMessageContaining("seeded");
      await().atMost(SOON).until(() -> engine.busy() == 0);
    }
  }

  @Nested
  class Sweeping {

    /** More than are examined without a sweep; none of them is listened on but the last ones. */
    private Asked many(Greeter... greeters) {
      List<ApprovedEndpoint> endpoints = new ArrayList<>();
      for (int i = 0; i < 3 * Run.SMALL; i++) {
        // nobody listens on the first ports of an address that nobody uses
        endpoints.add(Scopes.loopback().approve("127.99.3." + (1 + i % 9), 2 + i / 9, TCP));
      }
      for (Greeter greeter : greeters) {
        endpoints.add(greeter.endpoint());
      }
      return new Asked(Duration.ZERO, endpoints.toArray(ApprovedEndpoint[]::new));
    }

    @Test
    void findsWhatIsOpenAndGoesOnWithTheConnectionThatFoundIt() {
      try (Greeter one = new Greeter();
          Greeter other = new Greeter()) {
        one.word.countDown();
        other.word.countDown();
        Asked asked = many(one, other);

        engine(10_000, 10).admit(asked);

        assertThat(asked.awaitEnd()).isZero();
        assertThat(asked.verdicts).hasSize(2).allMatch(Fingerprint::identified);
        assertThat(asked.quiet).hasSize(3 * Run.SMALL).containsValue(State.CLOSED);
        assertThat(asked.quiet.values()).containsOnly(State.CLOSED);
        assertThat(List.of(one.callers.get(), other.callers.get())).containsOnly(1);
      }
    }

    @Test
    void keepsNoPeerWaitingWhoseTurnDoesNotComeAtOnce() {
      try (Greeter one = new Greeter();
          Greeter other = new Greeter()) {
        Asked asked = many(one, other);

        // one place: who is found second is hung up on, and called again
        engine(10_000, 1).admit(asked);
        await().atMost(SOON).until(() -> one.left.getCount() == 0 || other.left.getCount() == 0);
        one.word.countDown();
        other.word.countDown();

        asked.awaitEnd();
        assertThat(asked.verdicts).hasSize(2).allMatch(Fingerprint::identified);
        assertThat(one.callers.get() + other.callers.get()).isEqualTo(3);
      }
    }

    @Test
    void tellsWhatIsOpenAloneWhereNothingIsToBeIdentified() {
      try (Greeter greeter = new Greeter()) {
        Asked asked = new Asked(Duration.ZERO, greeter.endpoint(), at(LoopbackPeer.closedPort()));
        asked.identifies = false;

        engine(10, 1).admit(asked);

        asked.awaitEnd();
        assertThat(asked.verdicts)
            .singleElement()
            .satisfies(
                open -> {
                  assertThat(open.state()).isEqualTo(State.OPEN);
                  assertThat(open.identified()).isFalse();
                  assertThat(open.evidence())
                      .singleElement()
                      .matches(one -> one.reason().equals("it accepted a connection"));
                });
        assertThat(asked.quiet).containsExactly(Map.entry(1L, State.CLOSED));
      }
    }

    @Test
    void overUdpTellsClosedFromSilentAndAsksWhoAnswers() {
      try (LoopbackPeer silent = LoopbackPeer.udp((said, sender) -> List.of());
          LoopbackPeer answering = LoopbackPeer.udp((said, sender) -> List.of(said))) {
        List<ApprovedEndpoint> endpoints = new ArrayList<>();
        for (int port = 2; port < 2 + 2 * Run.SMALL; port++) {
          endpoints.add(Scopes.loopback().approve("127.99.4.1", port, Transport.UDP));
        }
        endpoints.add(Scopes.loopback().approve("127.0.0.1", silent.port(), Transport.UDP));
        endpoints.add(Scopes.loopback().approve("127.0.0.1", answering.port(), Transport.UDP));
        Asked asked = new Asked(Duration.ZERO, endpoints.toArray(ApprovedEndpoint[]::new));
        asked.identifies = false;

        engine(10_000, 10).admit(asked);

        asked.awaitEnd();
        assertThat(asked.verdicts)
            .singleElement()
            .matches(open -> open.endpoint().port() == answering.port());
        assertThat(asked.quiet.remove((long) 2 * Run.SMALL)).isEqualTo(State.OPEN_OR_FILTERED);
        assertThat(asked.quiet).hasSize(2 * Run.SMALL);
        assertThat(asked.quiet.values()).containsOnly(State.CLOSED);
      }
    }

    /** Answers nothing but a rare question. */
    private static final class RareProbe implements Probe {

      private static final Bytes QUESTION = Bytes.latin1("rare?");

      @Override
      public Description description() {
        return new Description("rare", "rare", Transport.UDP, "Rare", "Is rare.", List.of());
      }

      @Override
      public List<Opening> openings(RandomGenerator random) {
        return List.of(new Opening("rare/question", QUESTION, Set.of(), 7));
      }

      @Override
      public Recognition recognise(Answer answer) {
        return answer.received().latin1().equals("rare!")
            ? new Recognition.Recognised(
                Finding.of(Service.of("rare"), 0.9, answer.because("says so", List.of())))
            : Recognition.MISMATCH;
      }
    }

    private Asked datagrams(int closed, List<LoopbackPeer> peers) {
      List<ApprovedEndpoint> endpoints = new ArrayList<>();
      for (int i = 0; i < closed; i++) {
        endpoints.add(Scopes.loopback().approve("127.99.6.1", 2 + i, Transport.UDP));
      }
      for (LoopbackPeer peer : peers) {
        endpoints.add(Scopes.loopback().approve("127.0.0.1", peer.port(), Transport.UDP));
      }
      Asked asked = new Asked(Duration.ZERO, endpoints.toArray(ApprovedEndpoint[]::new));
      asked.plan = Plan.everything(Effort.NORMAL);
      asked.datagrams = endpoints.size();
      return asked;
    }

    @Test
    void aFewThatAreSilentOverUdpAreAskedEverythingInTheEnd() {
      try (LoopbackPeer rare =
          LoopbackPeer.udp(
              (said, sender) ->
                  said.equals(RareProbe.QUESTION) ? List.of(Bytes.latin1("rare!")) : List.of())) {
        Asked asked = datagrams(1_100, List.of(rare));

        engine(10_000, 10, new RareProbe()).admit(asked);

        asked.awaitEnd();
        assertThat(asked.quiet).hasSize(1_100);
        assertThat(asked.verdicts).singleElement().matches(Fingerprint::identified);
      }
    }

    @Test
    void manyThatAreSilentAreNot() {
      List<LoopbackPeer> silent =
          Stream.generate(() -> LoopbackPeer.udp((said, sender) -> List.of()))
              .limit(Run.FEW_SILENT + 1)
              .toList();
      try {
        Asked asked = datagrams(1_100, silent);

        engine(10_000, 10, new RareProbe()).admit(asked);

        asked.awaitEnd();
        assertThat(asked.verdicts).isEmpty();
        assertThat(asked.quiet.values())
            .hasSize(1_100 + silent.size())
            .filteredOn(state -> state == State.OPEN_OR_FILTERED)
            .hasSize(silent.size());
      } finally {
        silent.forEach(LoopbackPeer::close);
      }
    }

    @Test
    void endsAtOnceAndGivesEverythingBack() {
      try (Greeter greeter = new Greeter()) {
        Engine engine = engine(1_000_000, 1);
        Asked asked = many(greeter);
        Run run = engine.admit(asked);
        await().atMost(SOON).until(() -> greeter.callers.get() == 1);

        run.cancel();

        long neverBegun = asked.awaitEnd();
        assertThat(neverBegun + asked.quiet.size() + asked.verdicts.size()).isEqualTo(asked.size());
        assertThat(asked.verdicts).allMatch(one -> one.state() == State.NOT_PROBED);
        await()
            .atMost(SOON)
            .until(
                () ->
                    engine.admitted() == 0
                        && engine.busy() == 0
                        && engine.sweeping() == 0
                        && greeter.left.getCount() == 0);
      }
    }

    @Test
    void whereEverythingIsOpenTheSweepWaitsForTheExaminations() throws IOException {
      try (ServerSocket peer = new ServerSocket(0, 4_096)) {
        // the same port of many addresses: all are open, and none says a word
        List<ApprovedEndpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
          endpoints.add(
              Scopes.loopback()
                  .approve(
                      "127.0.%d.%d".formatted(1 + i / 250, 1 + i % 250), peer.getLocalPort(), TCP));
        }
        Engine engine = engine(10_000, 2);
        Asked asked = new Asked(Duration.ZERO, endpoints.toArray(ApprovedEndpoint[]::new));

        Run run = engine.admit(asked);

        await().atMost(SOON).until(() -> engine.sweeping() == 0 && engine.busy() == 2);
        assertThat(run.waiting()).isBetween(1, 2_000);
        run.cancel();
        asked.awaitEnd();
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
