package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Answer;
import io.portprint.probe.Conversation;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.probe.Interview;
import io.portprint.probe.Opening;
import io.portprint.probe.Recognition;
import io.portprint.signature.Match;
import io.portprint.signature.SignatureBook;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** What is said to a STUN server and made of its answers, the same over both transports. */
record StunExchange(SignatureBook signatures) {

  static final String PROTOCOL = "stun";
  static final List<String> REFERENCES = List.of("RFC 8489", "RFC 5389", "RFC 8656");

  private static final Set<Integer> PORTS = Set.of(3478, 3479, 5349, 5350, 19302);
  private static final double REPEATS_96_BITS = 0.97;
  private static final double SEES_US = 0.99;

  List<Opening> openings(RandomGenerator random) {
    return List.of(new Opening("stun/binding", StunMessage.request(random), PORTS, 4));
  }

  Recognition recognise(Answer answer) {
    Bytes request = answer.sent();
    if (!StunMessage.isRequest(request)) {
      return Recognition.MISMATCH;
    }
    Optional<StunMessage> message = StunMessage.read(request, answer.received());
    return message.isPresent()
        ? new Recognition.Recognised(describe(answer, message.get()))
        : Claims.notYet(answer, begun(request, answer.received()));
  }

  private static boolean begun(Bytes request, Bytes received) {
    return received.isEmpty()
        || received.at(0) == 1
            && (received.length() < StunMessage.HEADER
                || StunMessage.length(request, received)
                    .filter(length -> length > received.length())
                    .isPresent());
  }

  private Finding describe(Answer answer, StunMessage message) {
    Bytes software = message.software();
    Optional<Match> match =
        software == null ? Optional.empty() : signatures.match("stun.software", software);
    Finding finding =
        Finding.of(
            Claims.named(PROTOCOL, match),
            REPEATS_96_BITS,
            answer.because(
                "a response to a binding request that repeats the transaction's 96 random bits",
                List.of(),
                match.map(Match::signature).orElse(null)));
    if (software != null) {
      finding = finding.withDetail("software", Claims.text(software));
    }
    InetAddress client = message.client();
    if (client == null) {
      return finding.withDetail("error", message.error());
    }
    finding = finding.withDetail("observedClientAddress", client.getHostAddress());
    return client.equals(answer.local()) ? finding.withConfidence(SEES_US) : finding;
  }

  /** Asks again: the transaction is another, our address must be the same. */
  Examination examine(Finding finding, Interview interview) throws ConversationException {
    Bytes request = StunMessage.request(interview.random());
    try (Conversation conversation = interview.converse()) {
      Answer again =
          conversation.ask(
              "stun/binding-again",
              request,
              soFar -> StunMessage.length(request, soFar).orElse(1 << 20) <= soFar.length());
      Optional<StunMessage> message = StunMessage.read(request, again.received());
      InetAddress client = message.map(StunMessage::client).orElse(null);
      if (client == null || !finding.details().containsKey("observedClientAddress")) {
        return new Examination.Confirmed(finding);
      }
      if (client.getHostAddress().equals(finding.details().get("observedClientAddress"))) {
        return new Examination.Confirmed(
            finding
                .withConfidence(SEES_US)
                .withEvidence(again.because("sees the same address of ours again", List.of())));
      }
      // many clients share public addresses: two of them prove nothing either way
      return new Examination.Confirmed(finding);
    }
  }
}
