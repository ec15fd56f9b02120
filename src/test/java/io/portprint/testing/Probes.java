package io.portprint.testing;

import io.portprint.probe.Probe;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** The probes that the service has, put together as it puts them together. */
public final class Probes {

  private Probes() {}

  /** Every one of them, with the own signature book. */
  public static Probe[] all() {
    try (AnnotationConfigApplicationContext context =
        new AnnotationConfigApplicationContext("io.portprint.probe", "io.portprint.signature")) {
      return context.getBeansOfType(Probe.class).values().toArray(Probe[]::new);
    }
  }
}
