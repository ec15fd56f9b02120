package io.portprint.job;

import io.portprint.detect.Effort;
import io.portprint.detect.Plan;
import io.portprint.engine.Assignment;
import io.portprint.engine.Engine;
import io.portprint.engine.Run;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.State;
import io.portprint.fingerprint.Transport;
import io.portprint.scope.ApprovedEndpoint;
import io.portprint.scope.Scope;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One endpoint now: an assignment of one, which takes its turn like any other. */
public final class Lookups {

  /** How long a look-up may wait for its turn, beyond the endpoint's own deadline. */
  private static final Duration QUEUE = Duration.ofSeconds(20);

  private final Scope scope;
  private final Engine engine;
  private final Protocols protocols;

  Lookups(Scope scope, Engine engine, Protocols protocols) {
    this.scope = scope;
    this.engine = engine;
    this.protocols = protocols;
  }

  /**
   * The fingerprint of one endpoint. Blocks until the verdict.
   *
   * @param names the only protocols to look for; empty for every one
   * @param maxAge how old a known fingerprint may be to do
   * @throws LookupTimeoutException where its turn did not come in time
   */
  public Fingerprint fingerprint(
      String host,
      int port,
      Transport transport,
      Set<String> names,
      Effort effort,
      Duration maxAge) {
    protocols.check(names);
    One one = new One(scope.approve(host, port, transport), new Plan(effort, names), maxAge);
    Run run = engine.admit(one);
    try {
      return one.verdict.get(effort.deadline().plus(QUEUE).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      run.cancel();
      throw new LookupTimeoutException();
    } catch (InterruptedException e) {
      run.cancel();
      Thread.currentThread().interrupt();
      throw new LookupTimeoutException();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a look-up ended without a verdict", e);
    }
  }

  private record One(
      ApprovedEndpoint only, Plan plan, Duration maxAge, CompletableFuture<Fingerprint> verdict)
      implements Assignment {

    One(ApprovedEndpoint only, Plan plan, Duration maxAge) {
      this(only, plan, maxAge, new CompletableFuture<>());
    }

    @Override
    public long size() {
      return 1;
    }

    @Override
    public ApprovedEndpoint endpoint(long index) {
      return only;
    }

    @Override
    public long sweptAt(long place) {
      return place;
    }

    @Override
    public long datagrams() {
      return only.endpoint().transport() == Transport.UDP ? 1 : 0;
    }

    @Override
    public boolean identifies() {
      return true;
    }

    @Override
    public int weight() {
      return 1;
    }

    @Override
    public void started() {}

    @Override
    public void done(long index, Fingerprint fingerprint) {
      verdict.complete(fingerprint);
    }

    @Override
    public void quiet(long index, State state) {
      throw new IllegalStateException("one endpoint is not swept");
    }

    @Override
    public void ended(long notProbed) {
      verdict.completeExceptionally(new LookupTimeoutException());
    }
  }
}
