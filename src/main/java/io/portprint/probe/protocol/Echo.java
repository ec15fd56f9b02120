package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Confidence;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Span;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Description;
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.probe.Interview;
import io.portprint.probe.Recognition;
import java.util.List;

/**
 * The Echo protocol (RFC 862), which is the same over both transports: whatever comes is sent back.
 * It needs no opening, for it answers everybody's; two lots of bytes that nobody could know
 * beforehand prove it.
 */
final class Echo {

  private static final String PROTOCOL = "echo";
  private static final int LOT = 24;
  private static final double SENT_BACK = 0.5;

  private Echo() {}

  static Description description(Transport transport) {
    return new Description(
        "echo-" + transport.label(),
        PROTOCOL,
        transport,
        "Echo Protocol",
        "Recognises a peer that sends back what others said, and proves it with two random lots.",
        List.of("RFC 862"));
  }

  static Recognition recognise(Answer answer) {
    Bytes sent = answer.sent();
    Bytes received = answer.received();
    if (sent.length() < 4 || received.isEmpty() || !sent.startsWith(received)) {
      return Recognition.MISMATCH;
    }
    if (received.length() < sent.length()) {
      return answer.ended() ? Recognition.MISMATCH : Recognition.INCOMPLETE;
    }
    return new Recognition.Suspected(
        Finding.of(
            Service.of(PROTOCOL),
            SENT_BACK,
            answer.because(
                "sends back what it was sent", List.of(new Span(0, received.length())))));
  }

  static Examination examine(Finding finding, Interview interview) throws ConversationException {
    Finding proven = finding;
    for (int lot = 0; lot < 2; lot++) {
      byte[] random = new byte[LOT];
      interview.random().nextBytes(random);
      Answer answer = interview.ask("echo/random", Bytes.of(random));
      if (!answer.received().equals(answer.sent())) {
        return new Examination.Refuted(
            "it sends back one thing, and not another",
            null,
            List.of(answer.because("not what was sent", List.of())));
      }
      proven =
          proven.withEvidence(
              answer.because(
                  "sends back 24 random bytes", List.of(new Span(0, answer.received().length()))));
    }
    return new Examination.Confirmed(proven.withConfidence(Confidence.ofBits(2 * 8 * LOT)));
  }
}
