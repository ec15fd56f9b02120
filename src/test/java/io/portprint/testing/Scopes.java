package io.portprint.testing;

import io.portprint.scope.HostResolver;
import io.portprint.scope.Scope;
import io.portprint.scope.ScopeProperties;

/** Scopes for tests that need approved endpoints. */
public final class Scopes {

  private Scopes() {}

  /** The default scope: loopback alone, names resolved by the machine. */
  public static Scope loopback() {
    return new Scope(ScopeProperties.defaults(), HostResolver.system());
  }
}
