package io.portprint.job;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/** The memory that the results of all jobs may take together. */
final class ResultBudget {

  private final long limit;
  private final AtomicLong used = new AtomicLong();

  ResultBudget(long limit, MeterRegistry registry) {
    this.limit = limit;
    Gauge.builder("portprint.jobs.results", used, AtomicLong::get)
        .description("Weight of the results of all jobs")
        .baseUnit("bytes")
        .register(registry);
  }

  /** Whether evidence still fits: it may fill three quarters. */
  boolean takeWithEvidence(int weight) {
    return take(weight, limit - limit / 4);
  }

  boolean take(int weight) {
    return take(weight, limit);
  }

  private boolean take(int weight, long upTo) {
    if (used.addAndGet(weight) <= upTo) {
      return true;
    }
    used.addAndGet(-weight);
    return false;
  }

  void giveBack(long weight) {
    used.addAndGet(-weight);
  }
}
