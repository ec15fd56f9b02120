package io.portprint.transport;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time that one endpoint has, and everything that ends with it: when the deadline passes or the
 * job is cancelled, all sockets on the line are closed at once, which wakes whoever waits on them.
 */
public final class Lifeline implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Lifeline.class);

  private final long endNanos;
  private final Set<Closeable> attached = new HashSet<>();
  private boolean ended;
  private volatile Future<?> alarm = CompletableFuture.completedFuture(null);

  Lifeline(Duration time) {
    this.endNanos = System.nanoTime() + time.toNanos();
  }

  void alarm(Future<?> pending) {
    this.alarm = pending;
  }

  /** What is left, never negative; nothing once cancelled. */
  public Duration remaining() {
    return ended() ? Duration.ZERO : Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
  }

  /** Whether the time is over, by the clock or by cancellation. */
  public synchronized boolean ended() {
    return ended || System.nanoTime() - endNanos >= 0;
  }

  /** Closes what is attached, and whatever will be. */
  public void end() {
    Set<Closeable> open;
    synchronized (this) {
      ended = true;
      open = Set.copyOf(attached);
      attached.clear();
    }
    open.forEach(Lifeline::shut);
  }

  /** Ties a socket to this line; closes it at once where the line has ended. */
  void attach(Closeable socket) {
    synchronized (this) {
      if (!ended) {
        attached.add(socket);
        return;
      }
    }
    shut(socket);
  }

  /** Closes a socket and forgets it. */
  void release(Closeable socket) {
    synchronized (this) {
      attached.remove(socket);
    }
    shut(socket);
  }

  @Override
  public void close() {
    alarm.cancel(false);
    end();
  }

  private static void shut(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      log.atDebug().setCause(e).log("socket did not close cleanly");
    }
  }
}
