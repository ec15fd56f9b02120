package io.portprint.job;

import io.portprint.detect.Detector;
import io.portprint.detect.Effort;
import io.portprint.detect.Plan;
import io.portprint.engine.Engine;
import io.portprint.engine.Errand;
import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.probe.Probe;
import io.portprint.scope.ApprovedEndpoint;
import io.portprint.scope.Scope;
import java.time.Duration;
import java.util.Optional;

/** Examinations by one probe alone, each of which takes its turn like a look-up. */
public final class Confirmations {

  private final Scope scope;
  private final Errands errands;
  private final Detector detector;

  Confirmations(Scope scope, Engine engine, Detector detector) {
    this.scope = scope;
    this.errands = new Errands(engine);
    this.detector = detector;
  }

  /**
   * Whether a probe that may not be published yet names an endpoint. Blocks until that is known.
   *
   * @throws LookupTimeoutException where its turn did not come in time
   */
  public boolean names(Probe probe, Endpoint endpoint) {
    ApprovedEndpoint approved =
        scope.approve(endpoint.addressText(), endpoint.port(), endpoint.transport());
    Duration time = Effort.NORMAL.deadline();
    Plan plan = Plan.everything(Effort.NORMAL);
    Fingerprint fingerprint =
        errands.carryOut(
            new Errand<>(
                approved,
                time,
                lifeline -> detector.only(probe).fingerprint(approved, plan, lifeline)),
            time);
    return Optional.of(probe.description().protocol())
        .equals(Optional.ofNullable(fingerprint.service()).map(one -> one.protocol()));
  }
}
