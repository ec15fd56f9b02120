package io.portprint.fingerprint;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What runs behind an open endpoint.
 *
 * @param protocol IANA service name in lower case where there is one; null where unknown
 * @param product as its makers spell it
 * @param info anything further that the service says of itself
 * @param hostname the name by which the service calls its host
 * @param cpe names in CPE 2.3 formatted-string binding (NISTIR 7695)
 * @param tls whether the protocol is spoken inside TLS from the first byte
 */
public record Service(
    @Nullable String protocol,
    @Nullable String product,
    @Nullable String version,
    @Nullable String info,
    @Nullable String hostname,
    @Nullable String os,
    @Nullable String device,
    List<String> cpe,
    boolean tls) {

  public static final Service UNKNOWN = of(null);

  public Service {
    cpe = List.copyOf(cpe);
  }

  /** A service of which only the protocol is known. */
  public static Service of(@Nullable String protocol) {
    return new Service(protocol, null, null, null, null, null, null, List.of(), false);
  }

  public Service withTls(boolean inside) {
    return new Service(protocol, product, version, info, hostname, os, device, cpe, inside);
  }

  public Service withProtocol(@Nullable String name) {
    return new Service(name, product, version, info, hostname, os, device, cpe, tls);
  }

  /**
   * This service, with what the other one knows wherever this one knows nothing. A version goes
   * with its product alone.
   */
  public Service orElse(Service other) {
    boolean same = product == null || product.equals(other.product);
    boolean versioned = same && version == null && other.version != null;
    return new Service(
        protocol != null ? protocol : other.protocol,
        product != null ? product : other.product,
        versioned ? other.version : version,
        info != null ? info : other.info,
        hostname != null ? hostname : other.hostname,
        os != null ? os : other.os,
        device != null ? device : other.device,
        cpe.isEmpty() || (versioned && !other.cpe.isEmpty()) ? other.cpe : cpe,
        tls || other.tls);
  }
}
