package io.portprint.job;

import java.util.Set;
import java.util.TreeSet;

/** The request names a protocol that no probe looks for. */
public final class UnknownProtocolException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String name;
  private final TreeSet<String> known;

  public UnknownProtocolException(String name, Set<String> known) {
    super("no probe looks for the protocol");
    this.name = name;
    this.known = new TreeSet<>(known);
  }

  public String name() {
    return name;
  }

  public Set<String> known() {
    return known;
  }
}
