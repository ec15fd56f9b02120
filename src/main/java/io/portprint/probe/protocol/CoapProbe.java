package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Conversation;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Description;
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.probe.Interview;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBook;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/**
 * Finds CoAP servers (RFC 7252) by the answer to a confirmable request for their resources (RFC
 * 6690), which repeats message identifier and token. The list of resources names some products, and
 * what stands at the root names others.
 */
@Component
final class CoapProbe implements Probe {

  private static final String PROTOCOL = "coap";
  private static final Bytes WELL_KNOWN_CORE = Bytes.latin1("\u00bb.well-known\u0004core");
  private static final int TOKEN = 8;
  private static final double REPEATS_TOKEN = 0.99;
  private static final int MOST_OPTIONS = 64;

  private final SignatureBook signatures;

  CoapProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        "coap",
        PROTOCOL,
        Transport.UDP,
        "CoAP",
        "Requests /.well-known/core with a fresh token and requires an acknowledgement that repeats"
            + " it; then gets the root, which may tell what the server is.",
        List.of("RFC 7252", "RFC 6690"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    Bytes request = get(random).plus(WELL_KNOWN_CORE);
    return List.of(new Opening("coap/well-known-core", request, Set.of(5683), 7));
  }

  /** A confirmable GET of the root with a token of eight bytes. */
  private static Bytes get(RandomGenerator random) {
    return Bytes.hex("4801").plus(Claims.random(random, 2 + TOKEN));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Bytes sent = answer.sent();
    if (!sent.startsWith(Bytes.hex("4801"))
        || sent.length() != 4 + TOKEN + WELL_KNOWN_CORE.length()
        || !answers(sent, answer.received())) {
      return Recognition.MISMATCH;
    }
    int code = answer.received().at(1);
    Finding finding =
        Claims.found(
            Service.of(PROTOCOL),
            REPEATS_TOKEN,
            answer,
            "an acknowledgement that repeats identifier and token: %d.%02d"
                .formatted(code >> 5, code & 31));
    Bytes resources = content(answer.received());
    return new Recognition.Recognised(
        resources.isEmpty() ? finding : finding.withDetail("resources", Claims.text(resources)));
  }

  /** Whether this acknowledges that request and carries the response to it. */
  private static boolean answers(Bytes sent, Bytes received) {
    if (received.length() < 4 + TOKEN) {
      return false;
    }
    int kind = received.at(1) >> 5;
    return received.at(0) == 0x68
        && (kind == 2 || kind == 4 || kind == 5)
        && received.slice(2, 4 + TOKEN).equals(sent.slice(2, 4 + TOKEN));
  }

  /** What a response of success brings; empty where it is another or is not in good order. */
  static Bytes content(Bytes response) {
    if (response.length() < 4 + TOKEN || response.at(1) >> 5 != 2) {
      return Bytes.EMPTY;
    }
    try {
      Cursor cursor = Cursor.of(response);
      cursor.skip(4 + TOKEN);
      for (int option = 0; option < MOST_OPTIONS && !cursor.atEnd(); option++) {
        int head = cursor.u8();
        if (head == 0xff) {
          return cursor.rest();
        }
        extended(cursor, head >> 4);
        cursor.skip(extended(cursor, head & 15));
      }
    } catch (Cursor.Malformed notInGoodOrder) {
      return Bytes.EMPTY;
    }
    return Bytes.EMPTY;
  }

  /** A number of an option's head, which 13 and 14 say to follow in one or two bytes. */
  private static int extended(Cursor cursor, int nibble) throws Cursor.Malformed {
    return switch (nibble) {
      case 13 -> 13 + cursor.u8();
      case 14 -> 269 + cursor.u16();
      default -> nibble;
    };
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    Dossier dossier = new Dossier(signatures, finding);
    Answer first = interview.first();
    dossier.learn(
        "coap.resources", content(first.received()), first, "its resources are a product's");
    if (dossier.service().product() == null) {
      try (Conversation conversation = interview.converse()) {
        Bytes request = get(interview.random());
        Answer root = conversation.ask("coap/root", request, soFar -> true);
        if (answers(request, root.received())) {
          dossier.learn("coap.root", content(root.received()), root, "its root names it");
        }
      }
    }
    return dossier.confirmed().orElseThrow();
  }
}
