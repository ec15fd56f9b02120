package io.portprint.job;

import io.portprint.engine.Engine;
import io.portprint.engine.Errand;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Things done with one endpoint while somebody waits for them. */
final class Errands {

  /** How long one may wait for its turn, beyond its own time. */
  private static final Duration QUEUE = Duration.ofSeconds(20);

  private final Engine engine;

  Errands(Engine engine) {
    this.engine = engine;
  }

  /**
   * Blocks until it is done.
   *
   * @param time that it may take
   * @throws LookupTimeoutException where its turn did not come in time
   */
  <T> T carryOut(Errand<T> errand, Duration time) {
    engine.admit(errand);
    try {
      return errand.outcome().get(time.plus(QUEUE).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new LookupTimeoutException();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LookupTimeoutException();
    } catch (ExecutionException e) {
      throw new IllegalStateException("an errand failed", e.getCause());
    } finally {
      engine.withdraw(errand);
    }
  }
}
