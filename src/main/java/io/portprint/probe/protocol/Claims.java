package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Span;
import io.portprint.probe.Answer;
import io.portprint.probe.Finding;
import io.portprint.probe.Recognition;
import io.portprint.signature.Match;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What probes of short exchanges have in common: how they word what they found. */
final class Claims {

  private Claims() {}

  /** Evidence of a whole answer. */
  static Finding found(Service service, double confidence, Answer answer, String reason) {
    return Finding.of(
        service,
        confidence,
        answer.because(reason, List.of(new Span(0, answer.received().length()))));
  }

  static Recognition recognised(Service service, double confidence, Answer answer, String reason) {
    return new Recognition.Recognised(found(service, confidence, answer, reason));
  }

  /** What to make of an answer that does not fit: a beginning may still become one that does. */
  static Recognition notYet(Answer answer, boolean begun) {
    return begun && !answer.ended() ? Recognition.INCOMPLETE : Recognition.MISMATCH;
  }

  /** A service of a protocol of which a signature may know more. */
  static Service named(String protocol, Optional<Match> match) {
    return match
        .map(known -> known.service().orElse(Service.of(protocol)))
        .map(known -> known.withProtocol(protocol))
        .orElseGet(() -> Service.of(protocol));
  }

  /** A service whose product is what the protocol itself names. */
  static Service product(
      String protocol, String product, @Nullable String version, List<String> cpe) {
    return new Service(protocol, product, version, null, null, null, null, cpe, false);
  }

  /** The same service that names its host. */
  static Service onHost(Service service, @Nullable String hostname) {
    return new Service(
        service.protocol(),
        service.product(),
        service.version(),
        service.info(),
        hostname == null || hostname.isBlank() ? service.hostname() : hostname,
        service.os(),
        service.device(),
        service.cpe(),
        service.tls());
  }

  /** Random bytes: an identifier that nobody could know beforehand. */
  static Bytes random(RandomGenerator random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return Bytes.of(bytes);
  }

  /** Text from a peer for a detail: printable ASCII, everything else escaped, cut at a bound. */
  static String text(Bytes raw) {
    return raw.head(256).escaped();
  }
}
