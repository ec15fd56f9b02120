package io.portprint.fingerprint;

import java.util.Locale;

/** A transport protocol. */
public enum Transport {
  TCP,
  UDP;

  /** The lower-case name, as it stands in an endpoint such as {@code 192.0.2.1:53/udp}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
