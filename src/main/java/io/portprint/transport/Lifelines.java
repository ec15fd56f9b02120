package io.portprint.transport;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Makes lifelines and ends each at its deadline, from one thread of its own. */
public final class Lifelines implements AutoCloseable {

  private final ScheduledThreadPoolExecutor alarms;

  public Lifelines() {
    alarms =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("deadlines").daemon().factory());
    alarms.setRemoveOnCancelPolicy(true);
  }

  public Lifeline of(Duration time) {
    Lifeline line = new Lifeline(time);
    line.alarm(alarms.schedule(line::end, time.toNanos(), TimeUnit.NANOSECONDS));
    return line;
  }

  @Override
  public void close() {
    alarms.shutdownNow();
  }
}
