package io.portprint.scope;

import java.net.InetAddress;

/** A target of which at least one address may not be probed. */
public final class OutOfScopeException extends ScopeException {

  private static final long serialVersionUID = 1L;

  private final InetAddress address;
  private final String property;

  public OutOfScopeException(
      String field,
      String target,
      InetAddress address,
      String property,
      String reason,
      String remedy) {
    super(field, target, reason, remedy);
    this.address = address;
    this.property = property;
  }

  /** The first address of the target that is outside the scope. */
  public InetAddress address() {
    return address;
  }

  /** The property that decided: {@code portprint.scope.allow} or {@code portprint.scope.deny}. */
  public String property() {
    return property;
  }
}
