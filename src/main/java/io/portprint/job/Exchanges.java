package io.portprint.job;

import io.portprint.detect.Dialogues;
import io.portprint.detect.Dialogues.Transcript;
import io.portprint.engine.Engine;
import io.portprint.engine.Errand;
import io.portprint.fingerprint.Bytes;
import io.portprint.scope.ApprovedEndpoint;
import io.portprint.scope.Scope;
import java.time.Duration;
import java.util.List;

/**
 * One conversation of a client's own making with one endpoint, which takes its turn like a look-up.
 */
public final class Exchanges {

  private final Scope scope;
  private final Errands errands;
  private final Dialogues dialogues;

  Exchanges(Scope scope, Engine engine, Dialogues dialogues) {
    this.scope = scope;
    this.errands = new Errands(engine);
    this.dialogues = dialogues;
  }

  /** What was said, and with whom. */
  public record Exchange(ApprovedEndpoint endpoint, Transcript transcript) {}

  /**
   * Blocks until the conversation is over.
   *
   * @param endpoint such as {@code 192.0.2.1:21/tcp}
   * @param sayings what to say in each turn; empty bytes to say nothing
   * @param patience how long to wait for the first byte of each answer
   * @param time that all of it may take
   * @throws LookupTimeoutException where its turn did not come in time
   */
  public Exchange converse(String endpoint, List<Bytes> sayings, Duration patience, Duration time) {
    ApprovedEndpoint approved = scope.approve("endpoint", endpoint);
    return new Exchange(
        approved,
        errands.carryOut(
            new Errand<>(
                approved,
                time,
                lifeline -> dialogues.converse(approved, sayings, patience, lifeline)),
            time));
  }
}
