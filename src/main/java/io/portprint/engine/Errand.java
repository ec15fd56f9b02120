package io.portprint.engine;

import io.portprint.scope.ApprovedEndpoint;
import io.portprint.transport.Lifeline;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Something other than an examination that is to be done with an endpoint: it takes its turn and a
 * place like one, and ends with its lifeline.
 */
public final class Errand<T> implements Stage {

  private final ApprovedEndpoint endpoint;
  private final Duration time;
  private final Function<Lifeline, T> deed;
  private final CompletableFuture<T> outcome = new CompletableFuture<>();
  private boolean given;

  /**
   * @param time what it may take, once its turn has come
   */
  public Errand(ApprovedEndpoint endpoint, Duration time, Function<Lifeline, T> deed) {
    this.endpoint = endpoint;
    this.time = time;
    this.deed = deed;
  }

  public CompletableFuture<T> outcome() {
    return outcome;
  }

  Duration time() {
    return time;
  }

  void carryOut(Lifeline lifeline) {
    try {
      outcome.complete(deed.apply(lifeline));
    } catch (RuntimeException e) {
      outcome.completeExceptionally(e);
    }
  }

  /** Whether it stood in line in vain; it won't be given its turn from now on. */
  boolean withdraw() {
    boolean inVain = !given;
    given = true;
    return inVain;
  }

  @Override
  public @Nullable Waiting next() {
    if (given) {
      return null;
    }
    given = true;
    return new Waiting(0, endpoint);
  }

  @Override
  public int weight() {
    return 1;
  }
}
