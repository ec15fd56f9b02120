package io.portprint.probe;

import io.portprint.fingerprint.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * All probes there are: those of the service, and those that are published while it runs. Who looks
 * twice may see two states; whoever needs one takes the list once.
 */
public final class Repertoire {

  private record State(
      int edition, List<Probe> probes, Map<Transport, List<Probe>> probesByTransport) {

    State(int edition, List<Probe> probes) {
      this(
          edition,
          List.copyOf(probes),
          probes.stream()
              .collect(
                  Collectors.groupingBy(
                      probe -> probe.description().transport(), Collectors.toUnmodifiableList())));
    }
  }

  private volatile State state;

  public Repertoire(List<Probe> own) {
    this.state = new State(0, own);
  }

  public List<Probe> probes() {
    return state.probes();
  }

  /** Those that speak over a transport. */
  public List<Probe> probes(Transport transport) {
    return state.probesByTransport().getOrDefault(transport, List.of());
  }

  /**
   * Changes with every change of the probes: what was found with other ones may be found no more.
   */
  public int edition() {
    return state.edition();
  }

  /**
   * @return whether there is a probe of that name
   */
  public boolean knows(String name) {
    return probes().stream().anyMatch(probe -> probe.description().name().equals(name));
  }

  /**
   * Adds a probe, which is asked from then on.
   *
   * @throws IllegalArgumentException where there is one of that name
   */
  public synchronized void add(Probe probe) {
    String name = probe.description().name();
    if (knows(name)) {
      throw new IllegalArgumentException("there is a probe named " + name);
    }
    List<Probe> all = new ArrayList<>(state.probes());
    all.add(probe);
    state = new State(state.edition() + 1, all);
  }

  /** Takes a probe away, which is then asked no more, but where it is being asked already. */
  public synchronized void remove(Probe probe) {
    List<Probe> all = new ArrayList<>(state.probes());
    all.remove(probe);
    state = new State(state.edition() + 1, all);
  }
}
