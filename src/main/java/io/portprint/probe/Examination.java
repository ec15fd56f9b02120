package io.portprint.probe;

import io.portprint.fingerprint.Evidence;
import io.portprint.fingerprint.Impostor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the examination of a finding ended. */
public sealed interface Examination {

  /**
   * It is what was found, and this is all that it told.
   *
   * @param tacit whether a true server may leave all that we ask unanswered, or answer it alike:
   *     its greeting speaks for itself, or the probe has made sure of it by a challenge of its own
   */
  record Confirmed(Finding finding, boolean tacit) implements Examination {

    public Confirmed(Finding finding) {
      this(finding, false);
    }
  }

  /** It is what was found, and that is but a layer (TLS): what speaks inside is to be found out. */
  record Layer(Finding finding) implements Examination {}

  /**
   * It is not what it seemed.
   *
   * @param reason in a sentence
   * @param impostor set where a challenge caught the endpoint pretending
   * @param evidence the turns that showed it
   */
  record Refuted(String reason, @Nullable Impostor impostor, List<Evidence> evidence)
      implements Examination {

    public Refuted {
      evidence = List.copyOf(evidence);
    }
  }
}
