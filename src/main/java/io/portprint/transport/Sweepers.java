package io.portprint.transport;

/** What sweeps are made with. */
public record Sweepers(Gate gate, SweepProperties limits, SweepMetrics metrics) {

  /** A sweep, which works once it is started. */
  public <K extends Sweeper.Knock> Sweeper<K> of(Sweeper.Office<K> office) {
    return new Sweeper<>(office, gate, limits, metrics);
  }

  /** The same, with no more than so many endpoints at a time. */
  public Sweepers within(int room) {
    return new Sweepers(gate, limits.within(room), metrics);
  }
}
