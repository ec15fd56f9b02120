package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Description;
import io.portprint.probe.Finding;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/**
 * Finds CoAP servers (RFC 7252) by the answer to a confirmable request for their resources (RFC
 * 6690), which repeats message identifier and token.
 */
@Component
final class CoapProbe implements Probe {

  private static final String PROTOCOL = "coap";
  private static final Bytes WELL_KNOWN_CORE = Bytes.latin1("\u00bb.well-known\u0004core");
  private static final int TOKEN = 8;
  private static final double REPEATS_TOKEN = 0.99;

  @Override
  public Description description() {
    return new Description(
        "coap",
        PROTOCOL,
        Transport.UDP,
        "CoAP",
        "Requests /.well-known/core with a fresh token and requires an acknowledgement that repeats"
            + " it.",
        List.of("RFC 7252", "RFC 6690"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    Bytes request = Bytes.hex("4801").plus(Claims.random(random, 2 + TOKEN)).plus(WELL_KNOWN_CORE);
    return List.of(new Opening("coap/well-known-core", request, Set.of(5683), 7));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Bytes sent = answer.sent();
    Bytes received = answer.received();
    if (!sent.startsWith(Bytes.hex("4801"))
        || sent.length() != 4 + TOKEN + WELL_KNOWN_CORE.length()
        || received.length() < 4 + TOKEN) {
      return Recognition.MISMATCH;
    }
    int kind = received.at(1) >> 5;
    boolean answers =
        received.at(0) == 0x68
            && (kind == 2 || kind == 4 || kind == 5)
            && received.slice(2, 4 + TOKEN).equals(sent.slice(2, 4 + TOKEN));
    if (!answers) {
      return Recognition.MISMATCH;
    }
    String code = "%d.%02d".formatted(kind, received.at(1) & 31);
    Finding finding =
        Claims.found(
            Service.of(PROTOCOL),
            REPEATS_TOKEN,
            answer,
            "an acknowledgement that repeats identifier and token: " + code);
    int payload = received.slice(4 + TOKEN, received.length()).indexOf(Bytes.hex("ff"));
    return new Recognition.Recognised(
        payload < 0 || kind != 2
            ? finding
            : finding.withDetail(
                "resources",
                Claims.text(received.slice(4 + TOKEN + payload + 1, received.length()))));
  }
}
