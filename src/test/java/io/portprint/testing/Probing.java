package io.portprint.testing;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.portprint.detect.DetectProperties;
import io.portprint.detect.Detector;
import io.portprint.detect.Effort;
import io.portprint.detect.Plan;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Probe;
import io.portprint.scope.ApprovedEndpoint;
import io.portprint.transport.Dialer;
import io.portprint.transport.Gate;
import io.portprint.transport.Lifeline;
import io.portprint.transport.Lifelines;
import io.portprint.transport.TransportMetrics;
import io.portprint.transport.TransportProperties;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Detection of a port of 127.0.0.1 by some probes, over real sockets and without an application
 * context.
 */
public final class Probing {

  private Probing() {}

  /** What the probes make of a port, in the time of {@link Effort#QUICK}. */
  public static Fingerprint detect(int port, Transport transport, Probe... probes) {
    return detect(port, transport, Effort.QUICK, Effort.QUICK.deadline(), probes);
  }

  public static Fingerprint detect(
      int port, Transport transport, Effort effort, Duration deadline, Probe... probes) {
    return session(probes).detect(port, transport, effort, deadline);
  }

  /** A detector for several ports, one after the other. */
  public static Session session(Probe... probes) {
    return new Session(detector(probes));
  }

  /** A detector that remembers what it has met. */
  public record Session(Detector detector) {

    public Fingerprint detect(int port, Transport transport, Effort effort, Duration deadline) {
      try (Lifelines lifelines = new Lifelines();
          Lifeline lifeline = lifelines.of(deadline)) {
        return detector.fingerprint(approved(port, transport), Plan.everything(effort), lifeline);
      }
    }
  }

  /** Detection that goes on in the background until it is done or its lifeline ends. */
  public static Running start(int port, Transport transport, Effort effort, Probe... probes) {
    Lifelines lifelines = new Lifelines();
    Lifeline lifeline = lifelines.of(effort.deadline());
    CompletableFuture<Fingerprint> verdict = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () ->
                verdict.complete(
                    detector(probes)
                        .fingerprint(
                            approved(port, transport), Plan.everything(effort), lifeline)));
    return new Running(lifelines, lifeline, verdict);
  }

  /** Detection in the background. */
  public record Running(
      Lifelines lifelines, Lifeline lifeline, CompletableFuture<Fingerprint> verdict)
      implements AutoCloseable {

    @Override
    public void close() {
      lifeline.close();
      lifelines.close();
    }
  }

  private static Detector detector(Probe... probes) {
    Dialer dialer =
        new Dialer(
            Gate.OPEN,
            TransportProperties.defaults(),
            new TransportMetrics(new SimpleMeterRegistry()));
    return new Detector(
        List.of(probes), dialer, DetectProperties.defaults(), InstantSource.system());
  }

  private static ApprovedEndpoint approved(int port, Transport transport) {
    return Scopes.loopback().approve("127.0.0.1", port, transport);
  }
}
