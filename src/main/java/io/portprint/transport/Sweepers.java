package io.portprint.transport;

import java.util.function.Supplier;

/** What sweeps are made with. */
public final class Sweepers {

  private final Gate gate;
  private final SweepProperties limits;
  private final SweepMetrics metrics;
  private final Supplier<Refusals> refusals;

  public Sweepers(Gate gate, SweepProperties limits, SweepMetrics metrics) {
    this(gate, limits, metrics, Refusals::ofThisSystem);
  }

  private Sweepers(
      Gate gate, SweepProperties limits, SweepMetrics metrics, Supplier<Refusals> refusals) {
    this.gate = gate;
    this.limits = limits;
    this.metrics = metrics;
    this.refusals = refusals;
  }

  /** The same, but loopback is swept in the way in which other addresses are. */
  public Sweepers alikeOnLoopback() {
    return new Sweepers(gate, limits, metrics, Refusals::silent);
  }

  /** The same, with no more than so many endpoints at a time. */
  public Sweepers within(int room) {
    return new Sweepers(gate, limits.within(room), metrics, refusals);
  }

  /** A sweep, which works once it is started. */
  public <K extends Sweeper.Knock> Sweeper<K> of(Sweeper.Office<K> office) {
    return new Sweeper<>(office, gate, limits, metrics, refusals);
  }
}
