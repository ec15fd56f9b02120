package io.portprint.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.State;
import io.portprint.scope.ApprovedEndpoints;
import io.portprint.scope.Selection;
import io.portprint.testing.Scopes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class JobEventsTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Duration LONG = Duration.ofHours(1);

  private final ApprovedEndpoints endpoints =
      Scopes.loopback().approve(new Selection(List.of("127.0.0.1"), "1-1000", List.of()));
  private final AtomicBoolean remembered = new AtomicBoolean(true);
  private final JobRun job = JobRuns.of(endpoints, InstantSource.fixed(NOW));

  private void settle(int from, int to, State state) {
    for (int index = from; index < to; index++) {
      job.done(
          index, Fingerprint.without(endpoints.get(index).endpoint(), state, NOW, Duration.ZERO));
    }
  }

  private JobEvents events(long after) {
    return events(ResultFilter.ALL, after, LONG);
  }

  private JobEvents events(ResultFilter filter, long after, Duration silence) {
    return new JobEvents(job, remembered::get, filter, after, silence);
  }

  /** Everything up to what nothing follows, but for progress. */
  private static List<JobEvent> all(JobEvents events) {
    List<JobEvent> all = new ArrayList<>();
    JobEvent event;
    do {
      try {
        event = events.next();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      if (!(event instanceof JobEvent.Progress)) {
        all.add(event);
      }
    } while (!(event instanceof JobEvent.Ended || event instanceof JobEvent.Forgotten));
    return all;
  }

  private static List<Long> positions(List<JobEvent> events) {
    return events.stream()
        .filter(JobEvent.Found.class::isInstance)
        .map(event -> ((JobEvent.Found) event).position())
        .toList();
  }

  private static List<Long> from1To(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }

  @Test
  void beginWithTheProgressSoFarAndEndWithTheJob() throws InterruptedException {
    settle(0, 3, State.OPEN);
    settle(3, 10, State.CLOSED);
    JobEvents events = events(0);

    assertThat(events.next())
        .isInstanceOfSatisfying(
            JobEvent.Progress.class,
            progress -> assertThat(progress.job().counts().done()).isEqualTo(10));
    job.ended(990);
    List<JobEvent> rest = all(events);

    assertThat(rest).hasSize(4);
    assertThat(positions(rest)).isEqualTo(from1To(3));
    assertThat(rest.getLast())
        .isInstanceOfSatisfying(
            JobEvent.Ended.class, end -> assertThat(end.job().counts().notProbed()).isEqualTo(990));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 39, 40})
  void goOnAfterAPosition(int after) {
    settle(0, 40, State.OPEN);
    job.ended(960);

    List<JobEvent> rest = all(events(after));

    assertThat(positions(rest)).isEqualTo(from1To(40).subList(after, 40));
    assertThat(rest.getLast()).isInstanceOf(JobEvent.Ended.class);
  }

  @Test
  void positionsAreThoseInTheWholeOrder() {
    settle(0, 1, State.FILTERED);
    settle(1, 2, State.OPEN);
    settle(2, 5, State.FILTERED);
    settle(5, 6, State.OPEN);
    job.ended(994);

    List<JobEvent> open = all(events(new ResultFilter(State.OPEN, null), 0, LONG));

    assertThat(positions(open)).containsExactly(2L, 6L);
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 1_000, Integer.MAX_VALUE, Integer.MAX_VALUE + 1L, Long.MAX_VALUE})
  void refuseAPositionThatWasNeverGiven(long after) {
    settle(0, 3, State.OPEN);

    assertThatThrownBy(() -> events(after)).isInstanceOf(UnknownPositionException.class);
    job.ended(997);
    assertThatThrownBy(() -> events(after)).isInstanceOf(UnknownPositionException.class);
  }

  @Test
  void tellOfSilence() throws InterruptedException {
    JobEvents events = events(ResultFilter.ALL, 0, Duration.ofMillis(1));

    assertThat(events.next()).isInstanceOf(JobEvent.Progress.class);
    assertThat(events.next()).isInstanceOf(JobEvent.Silence.class);
    assertThat(events.next()).isInstanceOf(JobEvent.Silence.class);
  }

  @Test
  void progressThatWasMissedIsNotMadeUpFor() throws InterruptedException {
    JobEvents events = events(0);
    events.next();
    settle(0, 400, State.CLOSED);
    JobEvent second = events.next();
    settle(400, 900, State.CLOSED);
    JobEvent third = events.next();

    assertThat(second)
        .isInstanceOfSatisfying(
            JobEvent.Progress.class,
            progress -> assertThat(progress.job().counts().done()).isEqualTo(400));
    assertThat(third)
        .isInstanceOfSatisfying(
            JobEvent.Progress.class,
            progress -> assertThat(progress.job().counts().done()).isEqualTo(900));
  }

  @Test
  void aJobThatIsForgottenMeanwhileHasNotEndedForTheReader() throws InterruptedException {
    settle(0, 40, State.OPEN);
    job.ended(960);
    JobEvents events = events(0);
    events.next();
    events.next();

    remembered.set(false);
    job.results().forget();
    List<JobEvent> rest = all(events);

    assertThat(rest.getLast()).isInstanceOf(JobEvent.Forgotten.class);
    assertThat(positions(rest)).isEqualTo(from1To(16).subList(1, 16));
  }

  @Test
  void aHundredReadersAtOnceMissNothing() {
    List<CompletableFuture<List<Long>>> readers =
        IntStream.range(0, 100)
            .mapToObj(
                _ -> {
                  CompletableFuture<List<Long>> read = new CompletableFuture<>();
                  JobEvents events = events(0);
                  Thread.ofVirtual().start(() -> read.complete(positions(all(events))));
                  return read;
                })
            .toList();
    settle(0, 500, State.OPEN);
    settle(500, 900, State.CLOSED);
    settle(900, 1_000, State.OPEN);
    job.ended(0);

    for (CompletableFuture<List<Long>> reader : readers) {
      assertThat(reader.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo(from1To(600));
    }
  }
}
