package io.portprint.scope;

/** A host name that has no address, or none that was told in time. */
public final class UnresolvableHostException extends ScopeException {

  private static final long serialVersionUID = 1L;

  public UnresolvableHostException(String field, String target, String reason, String remedy) {
    super(field, target, reason, remedy);
  }
}
