package io.portprint.job;

import io.portprint.engine.Engine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Stops the work before the web server: what runs is given the grace period, jobs that don't end in
 * it are cut and named, and meanwhile clients can read what was found, and are told of the shutdown
 * when they ask for more.
 */
final class Shutdown implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(Shutdown.class);

  private final Engine engine;
  private final Jobs jobs;
  private volatile boolean running;

  Shutdown(Engine engine, Jobs jobs) {
    this.engine = engine;
    this.jobs = jobs;
  }

  @Override
  public void start() {
    engine.resume(); // a context that was paused goes on
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    long unfinished = engine.drain();
    int cut = jobs.cutShort("the service was shut down");
    engine.cancelAll();
    log.atInfo()
        .addKeyValue("unfinishedEndpoints", unfinished)
        .addKeyValue("jobsCut", cut)
        .log("work stopped");
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
