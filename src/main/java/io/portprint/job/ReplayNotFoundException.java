package io.portprint.job;

import java.util.UUID;

/** There is no such replay: it never was, it has expired, or it is another client's. */
public final class ReplayNotFoundException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public ReplayNotFoundException(UUID id) {
    super("there is no replay " + id);
  }
}
