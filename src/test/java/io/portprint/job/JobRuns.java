package io.portprint.job;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.portprint.detect.Effort;
import io.portprint.scope.ApprovedEndpoints;
import io.portprint.scope.Selection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Jobs at work, which no engine works on. */
final class JobRuns {

  private JobRuns() {}

  static JobRun of(ApprovedEndpoints endpoints, InstantSource clock) {
    JobRequest request =
        new JobRequest(
            new Selection(List.of(), null, List.of()),
            Set.of(),
            Effort.QUICK,
            true,
            false,
            JobPriority.NORMAL,
            Duration.ZERO,
            null,
            null);
    return new JobRun(
        new UUID(0, 1),
        "anonymous",
        endpoints,
        request,
        Duration.ofHours(1),
        clock,
        new ResultBudget(10_000_000, new SimpleMeterRegistry()));
  }
}
