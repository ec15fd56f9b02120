package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Description;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/**
 * Finds key exchange for IPsec (RFC 7296) by the answer to the first message of IKE version 2,
 * which repeats the initiator's random identifier. Its key share is of another group than it
 * proposes, so that a gateway asks for another one and keeps no state.
 */
@Component
final class IkeProbe implements Probe {

  private static final String PROTOCOL = "isakmp";
  private static final int HEADER = 28;
  private static final int SA_INIT = 34;
  private static final int RESPONSE = 0x20;
  private static final int VERSION_1_INFORMATIONAL = 5;
  private static final double REPEATS_64_BITS = 0.99;

  /** What tells IKE from ESP on a port that carries both (RFC 3948): all but 500. */
  private static final Bytes NO_ESP = Bytes.hex("00000000");

  /** One proposal: AES-CBC-128, HMAC-SHA2-256-128, PRF-HMAC-SHA2-256, a group of 2048 bits. */
  private static final Bytes ASSOCIATION =
      Bytes.hex(
          "2200 0030 0000 002c 0101 0004 0300 000c 0100 000c 800e 0080 0300 0008 0200 0005"
              + " 0300 0008 0300 000c 0000 0008 0400 000e");

  @Override
  public Description description() {
    return new Description(
        "ike",
        PROTOCOL,
        Transport.UDP,
        "IKE",
        "Sends an IKEv2 SA_INIT with a key share of another group than it proposes, and requires a"
            + " response with our identifier.",
        List.of("RFC 7296", "RFC 2408", "RFC 3948"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    Bytes body =
        ASSOCIATION
            .plus(Bytes.hex("2800 0048 0013 0000"))
            .plus(Claims.random(random, 64))
            .plus(Bytes.hex("0000 0024"))
            .plus(Claims.random(random, 32));
    Bytes request =
        Claims.random(random, 8)
            .plus(Bytes.hex("0000000000000000 2120 2208 00000000"))
            .plus(Bytes.hex("%08x".formatted(HEADER + body.length())))
            .plus(body);
    Bytes another = Claims.random(random, 8).plus(request.slice(8, request.length()));
    return List.of(
        new Opening("ike/sa-init", request, Set.of(500), 7),
        new Opening("ike/sa-init-beside-esp", NO_ESP.plus(another), Set.of(4500), 7));
  }

  @Override
  public Recognition recognise(Answer answer) {
    boolean besideEsp = answer.sent().startsWith(NO_ESP) && answer.received().startsWith(NO_ESP);
    Bytes sent = besideEsp ? rest(answer.sent()) : answer.sent();
    Bytes received = besideEsp ? rest(answer.received()) : answer.received();
    if (sent.length() < HEADER
        || sent.at(17) != 0x20
        || sent.at(18) != SA_INIT
        || sent.u32(24) != sent.length()
        || received.length() < HEADER
        || !received.head(8).equals(sent.head(8))
        || received.u32(24) != received.length()) {
      return Recognition.MISMATCH;
    }
    boolean second =
        received.at(17) == 0x20 && received.at(18) == SA_INIT && (received.at(19) & RESPONSE) != 0;
    boolean first = received.at(17) == 0x10 && received.at(18) == VERSION_1_INFORMATIONAL;
    if (!second && !first) {
      return Recognition.MISMATCH;
    }
    return new Recognition.Recognised(
        Claims.found(
                Service.of(PROTOCOL),
                REPEATS_64_BITS,
                answer,
                "a response that repeats the initiator's random identifier")
            .withDetail("version", second ? 2 : 1));
  }

  private static Bytes rest(Bytes marked) {
    return marked.slice(NO_ESP.length(), marked.length());
  }
}
