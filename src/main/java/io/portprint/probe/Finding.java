package io.portprint.probe;

import io.portprint.fingerprint.Evidence;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Tls;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a probe believes an endpoint to be, and why.
 *
 * @param service names at least the protocol
 * @param confidence 0 to 0.99, see {@link io.portprint.fingerprint.Confidence}
 * @param details in terms of JSON: strings, numbers, booleans, lists, maps
 * @param tls what a TLS handshake in the course of the conversation showed
 */
public record Finding(
    Service service,
    double confidence,
    List<Evidence> evidence,
    Map<String, Object> details,
    @Nullable Tls tls) {

  public Finding {
    Objects.requireNonNull(service.protocol(), "a finding names a protocol");
    evidence = List.copyOf(evidence);
    details = Map.copyOf(details);
  }

  public static Finding of(Service service, double confidence, Evidence evidence) {
    return new Finding(service, confidence, List.of(evidence), Map.of(), null);
  }

  public String protocol() {
    return Objects.requireNonNull(service.protocol());
  }

  public Finding withService(Service better) {
    return new Finding(better, confidence, evidence, details, tls);
  }

  public Finding withConfidence(double value) {
    return new Finding(service, value, evidence, details, tls);
  }

  public Finding withEvidence(Evidence more) {
    List<Evidence> all = new ArrayList<>(evidence);
    all.add(more);
    return new Finding(service, confidence, all, details, tls);
  }

  public Finding withDetail(String name, Object value) {
    Map<String, Object> all = new LinkedHashMap<>(details);
    all.put(name, value);
    return new Finding(service, confidence, evidence, all, tls);
  }

  public Finding withTls(Tls handshake) {
    return new Finding(service, confidence, evidence, details, handshake);
  }
}
