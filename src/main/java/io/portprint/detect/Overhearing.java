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
    return new Panel(repertoire.probes(transport), sayings)
        .judge(answer).stream()
            .map(candidate -> new Overheard(candidate.finding(), candidate.recognised()))
            .toList();
  }
}
