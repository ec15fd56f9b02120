package io.portprint.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Evidence;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.State;
import io.portprint.scope.ApprovedEndpoints;
import io.portprint.scope.Selection;
import io.portprint.testing.Scopes;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultsTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final ApprovedEndpoints endpoints =
      Scopes.loopback().approve(new Selection(List.of("127.0.0.1"), "1-1000", List.of()));
  private final ResultBudget budget = new ResultBudget(100_000, new SimpleMeterRegistry());
  private final Results results = new Results(endpoints, budget, NOW);

  private Fingerprint verdict(long index, State state, @Nullable String protocol, int evidence) {
    Evidence proof =
        new Evidence(
            "greeting",
            Bytes.EMPTY,
            Bytes.of(new byte[evidence]),
            null,
            List.of(),
            "because",
            Duration.ZERO,
            false);
    return new Fingerprint(
        endpoints.get(index).endpoint(),
        state,
        state == State.OPEN ? Service.of(protocol) : null,
        protocol == null ? 0 : 0.9,
        List.of(),
        null,
        null,
        Map.of(),
        List.of(proof),
        NOW,
        Duration.ZERO,
        false);
  }

  private void add(long index, State state, @Nullable String protocol) {
    results.add(index, verdict(index, state, protocol, 10));
  }

  @Nested
  class Counting {

    @Test
    void addsUpToWhatIsDone() {
      add(0, State.OPEN, "ftp");
      add(1, State.OPEN, null);
      add(2, State.CLOSED, null);
      add(3, State.FILTERED, null);
      add(4, State.NOT_PROBED, null);
      results.complete(995);

      assertThat(results.counts())
          .isEqualTo(new JobCounts(1_000, 1_000, 2, 1, 1, 0, 0, 996, 1, 0, 0));
    }
  }

  @Nested
  class Paging {

    @Test
    void goesThroughEverythingOnceInTheOrderOfArrival() {
      for (int index = 0; index < 25; index++) {
        add(index, index % 5 == 0 ? State.CLOSED : State.OPEN, "ftp");
      }
      List<Integer> ports = new ArrayList<>();
      String cursor = null;
      do {
        Page<Fingerprint> page = results.page(ResultFilter.ALL, 7, cursor);
        assertThat(page.items()).hasSizeLessThanOrEqualTo(7);
        page.items().forEach(one -> ports.add(one.endpoint().port()));
        cursor = page.nextCursor();
      } while (cursor != null);

      assertThat(ports).hasSize(20).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void listsClosedEndpointsOnRequestOnly() {
      add(3, State.CLOSED, null);
      add(1, State.CLOSED, null);
      add(2, State.OPEN, "ftp");

      Page<Fingerprint> first = results.page(new ResultFilter(State.CLOSED, null), 1, null);
      Page<Fingerprint> second =
          results.page(new ResultFilter(State.CLOSED, null), 1, first.nextCursor());

      assertThat(first.items()).singleElement().matches(one -> one.endpoint().port() == 2);
      assertThat(second.items()).singleElement().matches(one -> one.endpoint().port() == 4);
      assertThat(second.nextCursor()).isNull();
      assertThat(results.page(ResultFilter.ALL, 10, null).items()).hasSize(1);
    }

    @Test
    void filtersByProtocol() {
      add(0, State.OPEN, "ftp");
      add(1, State.OPEN, "http");
      add(2, State.OPEN, null);

      assertThat(results.page(new ResultFilter(State.OPEN, "http"), 10, null).items())
          .singleElement()
          .matches(one -> one.endpoint().port() == 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "!", "LTE", "eA", "OTk5OTk5OTk5OTk5OTk5OTk5OTk"})
    void refusesCursorsOfOthers(String cursor) {
      assertThatThrownBy(() -> results.page(ResultFilter.ALL, 10, cursor))
          .isInstanceOf(InvalidCursorException.class);
    }

    @Test
    void aCursorBeyondTheEndIsAnEmptyPage() {
      assertThat(results.page(ResultFilter.ALL, 10, Cursors.at(Integer.MAX_VALUE)).items())
          .isEmpty();
    }
  }

  @Nested
  class Waiting {

    @Test
    void isWokenByAResultAndByTheEnd() {
      CompletableFuture<Results.Batch> first = awaitFrom(0);
      add(0, State.OPEN, "ftp");
      assertThat(first.orTimeout(5, TimeUnit.SECONDS).join().items()).hasSize(1);

      CompletableFuture<Results.Batch> second = awaitFrom(1);
      results.complete(0);
      Results.Batch batch = second.orTimeout(5, TimeUnit.SECONDS).join();
      assertThat(batch.items()).isEmpty();
      assertThat(batch.last()).isTrue();
    }

    @Test
    void endsWithTheTimeWhereNothingComes() throws InterruptedException {
      add(0, State.OPEN, "ftp");

      Results.Batch batch = results.await(1, 10, Duration.ofMillis(1));

      assertThat(batch.items()).isEmpty();
      assertThat(batch.last()).isFalse();
      assertThat(results.await(0, 10, Duration.ZERO).items()).hasSize(1);
    }

    @Test
    void isNotWokenByWhatIsOnlyCounted() {
      CompletableFuture<Results.Batch> batch = new CompletableFuture<>();
      Thread waiter =
          Thread.ofPlatform().daemon().start(() -> complete(batch, () -> results.await(0, 10)));
      await().until(() -> waits(waiter) == 1);

      for (int index = 0; index < 999; index++) {
        add(index, State.CLOSED, null);
        Thread.yield(); // whoever was woken would wait anew here
      }

      assertThat(waits(waiter)).isEqualTo(1);
      add(999, State.OPEN, "ftp");
      assertThat(batch.orTimeout(5, TimeUnit.SECONDS).join().items()).hasSize(1);
    }

    /** How often a thread has begun to wait. */
    private static long waits(Thread thread) {
      ThreadInfo info = ManagementFactory.getThreadMXBean().getThreadInfo(thread.threadId());
      return info.getWaitedCount();
    }

    private CompletableFuture<Results.Batch> awaitFrom(int from) {
      CompletableFuture<Results.Batch> batch = new CompletableFuture<>();
      Thread.ofVirtual().start(() -> complete(batch, () -> results.await(from, 10)));
      return batch;
    }

    private static void complete(
        CompletableFuture<Results.Batch> batch, Callable<Results.Batch> task) {
      try {
        batch.complete(task.call());
      } catch (Exception e) {
        batch.completeExceptionally(e);
      }
    }
  }

  @Nested
  class Bounds {

    @Test
    void dropsEvidenceFirstAndVerdictsLast() {
      for (int index = 0; index < 400; index++) {
        results.add(index, verdict(index, State.OPEN, "ftp", 8_000));
      }

      List<Fingerprint> kept = results.page(ResultFilter.ALL, 1_000, null).items();
      assertThat(kept.getFirst().evidence()).isNotEmpty();
      assertThat(kept.getLast().evidence()).isEmpty();
      assertThat(results.counts().dropped()).isPositive().isEqualTo(400 - kept.size());
      assertThat(results.counts().identified()).isEqualTo(400);
      assertThat(kept.stream().mapToInt(Fingerprint::weight).sum()).isLessThanOrEqualTo(100_000);
    }

    @Test
    void givesTheMemoryBackWhenForgotten() {
      for (int index = 0; index < 400; index++) {
        results.add(index, verdict(index, State.OPEN, "ftp", 8_000));
      }
      results.forget();

      assertThat(budget.takeWithEvidence(75_000)).isTrue();
    }
  }
}
