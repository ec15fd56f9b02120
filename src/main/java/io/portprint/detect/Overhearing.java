package io.portprint.detect;

import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Finding;
import io.portprint.probe.Repertoire;
import java.util.List;

/** What the probes make of answers that others got: nobody can be asked again. */
public final class Overhearing {

  private final Repertoire repertoire;
  private final Sayings sayings = new Sayings();

  Overhearing(Repertoire repertoire) {
    this.repertoire = repertoire;
  }

  /**
   * What an answer may be.
   *
   * @param recognised whether it proves that; otherwise only an examination would tell
   */
  public record Overheard(Finding finding, boolean recognised) {}

  /** What an answer proves, or fits; the most likely first. */
  public List<Overheard> of(Transport transport, Answer answer) {
    Panel panel =
        new Panel(
            repertoire.probes().stream()
                .filter(probe -> probe.description().transport() == transport)
                .toList(),
            sayings);
    return panel.judge(answer).stream()
        .map(candidate -> new Overheard(candidate.finding(), candidate.recognised()))
        .toList();
  }
}
