package io.portprint.scope;

import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Transport;

/**
 * An endpoint that the scope allows to be probed. Only the scope makes one, and it holds a resolved
 * address, so neither a forgotten check nor a name that resolves anew can widen the scope.
 */
public final class ApprovedEndpoint {

  private final Endpoint endpoint;

  ApprovedEndpoint(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  /** The same port of the same address over another transport: the scope judges addresses. */
  public ApprovedEndpoint over(Transport transport) {
    return new ApprovedEndpoint(
        new Endpoint(endpoint.host(), endpoint.address(), endpoint.port(), transport));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ApprovedEndpoint approved && endpoint.equals(approved.endpoint);
  }

  @Override
  public int hashCode() {
    return endpoint.hashCode();
  }

  @Override
  public String toString() {
    return endpoint.toString();
  }
}
