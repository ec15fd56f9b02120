package io.portprint.engine;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.portprint.detect.DetectProperties;
import io.portprint.detect.Detector;
import io.portprint.detect.Effort;
import io.portprint.detect.Plan;
import io.portprint.fingerprint.CacheProperties;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.FingerprintCache;
import io.portprint.fingerprint.State;
import io.portprint.scope.ApprovedEndpoint;
import io.portprint.scope.ApprovedEndpoints;
import io.portprint.scope.HostResolver;
import io.portprint.scope.Scope;
import io.portprint.scope.ScopeProperties;
import io.portprint.scope.Selection;
import io.portprint.transport.Dialer;
import io.portprint.transport.Lifelines;
import io.portprint.transport.SweepMetrics;
import io.portprint.transport.SweepProperties;
import io.portprint.transport.Sweepers;
import io.portprint.transport.TransportMetrics;
import io.portprint.transport.TransportProperties;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.springframework.util.unit.DataSize;

/**
 * A program that sweeps {@code ADDRESS PORTS TIMES} and prints what it finds, a line for each
 * endpoint that is not closed and the count of those that are: for tests in network namespaces.
 */
final class SweepAlone {

  private SweepAlone() {}

  public static void main(String[] args) throws InterruptedException {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    EngineProperties properties = EngineProperties.defaults();
    Politeness politeness = new Politeness(properties, meters);
    Dialer dialer =
        new Dialer(politeness, TransportProperties.defaults(), new TransportMetrics(meters));
    try (Lifelines lifelines = new Lifelines();
        Engine engine =
            new Engine(
                new Detector(
                    List.of(), dialer, DetectProperties.defaults(), InstantSource.system()),
                new FingerprintCache(
                    new CacheProperties(
                        DataSize.ofMegabytes(1), Duration.ofMinutes(5), Duration.ofMinutes(1)),
                    InstantSource.system(),
                    Ticker.systemTicker(),
                    meters),
                lifelines,
                properties,
                new Slots(10, 10, 2_048),
                new Sweepers(politeness, SweepProperties.defaults(), new SweepMetrics(meters)),
                new EngineMetrics(meters),
                InstantSource.system())) {
      Scope scope =
          new Scope(
              ScopeProperties.allowing("127.0.0.0/8", "198.18.0.0/15"), HostResolver.system());
      for (int time = 0; time < Integer.parseInt(args[2]); time++) {
        Swept swept = new Swept(scope.approve(new Selection(List.of(args[0]), args[1], List.of())));
        engine.admit(swept);
        swept.end.await();
        swept.print(time);
      }
    }
  }

  private static final class Swept implements Assignment {

    private final ApprovedEndpoints endpoints;
    private final Map<Long, State> states = new ConcurrentHashMap<>();
    private final CountDownLatch end = new CountDownLatch(1);

    Swept(ApprovedEndpoints endpoints) {
      this.endpoints = endpoints;
    }

    void print(int time) {
      long closed = states.values().stream().filter(state -> state == State.CLOSED).count();
      System.out.printf("%d closed %d%n", time, closed);
      new TreeMap<>(states)
          .forEach(
              (index, state) -> {
                if (state != State.CLOSED) {
                  System.out.printf("%d %s %s%n", time, state, endpoints.get(index));
                }
              });
    }

    @Override
    public long size() {
      return endpoints.size();
    }

    @Override
    public ApprovedEndpoint endpoint(long index) {
      return endpoints.get(index);
    }

    @Override
    public long datagrams() {
      return 0;
    }

    @Override
    public long sweptAt(long place) {
      return place;
    }

    @Override
    public Plan plan() {
      return Plan.everything(Effort.NORMAL);
    }

    @Override
    public boolean identifies() {
      return false;
    }

    @Override
    public int weight() {
      return 1;
    }

    @Override
    public Duration maxAge() {
      return Duration.ZERO;
    }

    @Override
    public void started() {}

    @Override
    public void done(long index, Fingerprint fingerprint) {
      states.put(index, fingerprint.state());
    }

    @Override
    public void quiet(long index, State state) {
      states.put(index, state);
    }

    @Override
    public void ended(long notProbed) {
      end.countDown();
    }
  }
}
