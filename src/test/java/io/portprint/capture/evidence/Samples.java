package io.portprint.capture.evidence;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Evidence;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Span;
import io.portprint.fingerprint.State;
import io.portprint.fingerprint.Tls;
import io.portprint.fingerprint.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fingerprints with evidence, and the captures of them. */
final class Samples {

  static final Instant OBSERVED = Instant.parse("2026-11-02T20:00:05Z");
  static final Duration DURATION = Duration.ofMillis(1500);
  static final Duration ROUND_TRIP = Duration.ofNanos(412_345);

  private Samples() {}

  static byte[] capture(Fingerprint fingerprint) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      new EvidenceCapture(fingerprint, "Portprint 1.2.3").writeTo(out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Endpoint endpoint(String address, int port, Transport transport) {
    return new Endpoint("lab.internal", InetAddress.ofLiteral(address), port, transport);
  }

  static Fingerprint fingerprint(Endpoint endpoint, Evidence... evidence) {
    return fingerprint(endpoint, Service.of("ftp"), null, evidence);
  }

  static Fingerprint fingerprint(
      Endpoint endpoint, @Nullable Service service, @Nullable Tls tls, Evidence... evidence) {
    return new Fingerprint(
        endpoint,
        State.OPEN,
        service,
        0.9,
        List.of(),
        null,
        tls,
        Map.of(),
        List.of(evidence),
        OBSERVED,
        DURATION,
        false);
  }

  static Fingerprint tcp(Evidence... evidence) {
    return fingerprint(endpoint("127.0.0.1", 21, Transport.TCP), evidence);
  }

  static Fingerprint udp(Evidence... evidence) {
    return fingerprint(endpoint("127.0.0.1", 20_053, Transport.UDP), evidence);
  }

  /** The same as if it had been found at another address. */
  static Fingerprint at(String address, Fingerprint fingerprint) {
    Endpoint endpoint = fingerprint.endpoint();
    return fingerprint(
        endpoint(address, endpoint.port(), endpoint.transport()),
        fingerprint.service(),
        fingerprint.tls(),
        fingerprint.evidence().toArray(Evidence[]::new));
  }

  static Evidence evidence(String name, Bytes sent, Bytes received, String reason) {
    return new Evidence(
        name,
        sent,
        received,
        null,
        List.of(),
        reason,
        received.isEmpty() ? null : ROUND_TRIP,
        false);
  }

  static Evidence greeting() {
    return new Evidence(
        "greeting",
        Bytes.EMPTY,
        Bytes.latin1("220 (vsFTPd 3.0.3)\r\n"),
        "ftp/vsftpd",
        List.of(new Span(0, 3), new Span(5, 12)),
        "greeting names vsFTPd",
        ROUND_TRIP,
        false);
  }

  static Evidence exchange() {
    return evidence(
        "ftp/syst", Bytes.latin1("SYST\r\n"), Bytes.latin1("215 UNIX Type: L8\r\n"), "an answer");
  }

  static Evidence silence() {
    return evidence("http/get", Bytes.latin1("GET / HTTP/1.0\r\n\r\n"), Bytes.EMPTY, "no answer");
  }

  static Evidence connection() {
    return new Evidence(
        "sweep",
        Bytes.EMPTY,
        Bytes.EMPTY,
        null,
        List.of(),
        "it accepted a connection",
        ROUND_TRIP,
        false);
  }

  /** Bytes that don't repeat every power of two, so that a part in the wrong place shows. */
  static Bytes noise(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i % 251 ^ i / 251);
    }
    return Bytes.of(bytes);
  }
}
