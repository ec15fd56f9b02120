package io.portprint.engine;

import io.portprint.fingerprint.Fingerprint;
import io.portprint.transport.Lifeline;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One examination that several may wait for. It is cut short only when all of them have left. */
final class Flight {

  private final Lifeline lifeline;
  private final List<Consumer<Fingerprint>> waiting = new ArrayList<>();
  private int aboard;
  private boolean given;
  private @Nullable Fingerprint landed;

  Flight(Lifeline lifeline) {
    this.lifeline = lifeline;
  }

  Lifeline lifeline() {
    return lifeline;
  }

  /** Waits for the verdict with the others; false where all have left and it is being cut short. */
  boolean board(Consumer<Fingerprint> then) {
    Fingerprint known;
    synchronized (this) {
      if (given) {
        return false;
      }
      known = landed;
      if (known == null) {
        aboard++;
        waiting.add(then);
        return true;
      }
    }
    then.accept(known);
    return true;
  }

  /** One who waited does so no more. */
  void leave() {
    synchronized (this) {
      aboard--;
      if (aboard > 0 || landed != null) {
        return;
      }
      given = true;
    }
    lifeline.end();
  }

  /** Whether everybody left before the verdict. */
  synchronized boolean givenUp() {
    return given;
  }

  void land(Fingerprint fingerprint) {
    List<Consumer<Fingerprint>> all;
    synchronized (this) {
      landed = fingerprint;
      all = List.copyOf(waiting);
      waiting.clear();
    }
    all.forEach(one -> one.accept(fingerprint));
  }
}
