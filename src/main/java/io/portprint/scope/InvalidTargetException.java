package io.portprint.scope;

/** A target, an endpoint or ports that are not understood, or more of them than a bound allows. */
public final class InvalidTargetException extends ScopeException {

  private static final long serialVersionUID = 1L;

  public InvalidTargetException(String field, String target, String reason, String remedy) {
    super(field, target, reason, remedy);
  }
}
