package io.portprint.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.State;
import io.portprint.scope.ApprovedEndpoints;
import io.portprint.scope.Selection;
import io.portprint.testing.Scopes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobRunTest {

  private final ApprovedEndpoints endpoints =
      Scopes.loopback().approve(new Selection(List.of("127.0.0.1"), "1-100", List.of()));
  private Instant now = Instant.parse("2026-01-02T03:04:05Z");
  private final JobRun job = JobRuns.of(endpoints, () -> now);

  private void settle(int from, int to) {
    for (int index = from; index < to; index++) {
      job.done(
          index,
          Fingerprint.without(endpoints.get(index).endpoint(), State.CLOSED, now, Duration.ZERO));
    }
  }

  private void secondPasses() {
    now = now.plusSeconds(1);
    job.takeNote();
  }

  @Test
  void tellsItsRateAndTheTimeLeftWhileItRuns() {
    secondPasses();
    assertThat(job.snapshot())
        .matches(queued -> queued.rate() == null && queued.timeLeft() == null);

    job.started();
    secondPasses();
    settle(0, 10);
    secondPasses();
    assertThat(job.snapshot().rate()).isEqualTo(10.0);
    assertThat(job.snapshot().timeLeft()).isEqualTo(Duration.ofSeconds(9));

    settle(10, 100);
    job.ended(0);
    assertThat(job.snapshot()).matches(ended -> ended.rate() == null && ended.timeLeft() == null);
  }
}
