package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
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
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What is said to a name server and made of its answers, the same over both transports but for the
 * length that goes before a message in a stream.
 *
 * @param framed whether the messages go over a stream
 */
record DomainExchange(SignatureBook signatures, boolean framed) {

  static final String PROTOCOL = "domain";
  static final List<String> REFERENCES = List.of("RFC 1035", "RFC 4892", "RFC 7766");

  private static final Set<Integer> PORTS = Set.of(53, 1053, 5353, 8053, 5300);

  // an identifier of 16 bits, the question word for word, and a response in good order
  private static final double RESPONSE = 0.97;
  private static final double BARE_RESPONSE = 0.60;
  private static final double TWO_RESPONSES = 0.99;

  List<Opening> openings(RandomGenerator random) {
    return List.of(
        new Opening("domain/version-bind", wire(random, DomainMessage.VERSION), PORTS, 2));
  }

  private Bytes wire(RandomGenerator random, Bytes question) {
    Bytes query = DomainMessage.query(random, question);
    return framed ? DomainMessage.framed(query) : query;
  }

  Recognition recognise(Answer answer) {
    if (!asked(answer.sent())) {
      return Recognition.MISMATCH;
    }
    Optional<DomainMessage> read = read(answer);
    if (read.isEmpty()) {
      return Claims.notYet(answer, framed && begun(answer));
    }
    DomainMessage message = read.get();
    Finding finding = describe(answer, message);
    return message.tells()
        ? new Recognition.Recognised(finding)
        : new Recognition.Suspected(finding.withConfidence(BARE_RESPONSE));
  }

  private boolean asked(Bytes sent) {
    return DomainMessage.isQuery(unframed(sent).orElse(Bytes.EMPTY));
  }

  /** Whether the identifier is there, as far as anything is. */
  private static boolean begun(Answer answer) {
    Bytes received = answer.received();
    return received.length() < 4 || received.u16(2) == answer.sent().u16(2);
  }

  private Optional<DomainMessage> read(Answer answer) {
    return unframed(answer.sent())
        .flatMap(
            query ->
                unframed(answer.received())
                    .flatMap(response -> DomainMessage.read(query, response)));
  }

  /** The one message that these bytes are. */
  private Optional<Bytes> unframed(Bytes wire) {
    if (!framed) {
      return Optional.of(wire);
    }
    return wire.length() >= 2 && wire.u16(0) == wire.length() - 2
        ? Optional.of(wire.slice(2, wire.length()))
        : Optional.empty();
  }

  private Finding describe(Answer answer, DomainMessage message) {
    if (message.texts().isEmpty()) {
      return Claims.found(
              Service.of(PROTOCOL),
              RESPONSE,
              answer,
              "a response that repeats identifier and question, and says " + message.codeName())
          .withDetail("versionBind", message.codeName());
    }
    Bytes version = message.texts().getFirst();
    Optional<Match> match = signatures.match("domain.version", version);
    Finding finding =
        Finding.of(
            Claims.named(PROTOCOL, match),
            RESPONSE,
            answer.because(
                "a response that repeats identifier and question, and tells a version",
                List.of(),
                match.map(Match::signature).orElse(null)));
    return finding.withDetail("versionBind", Claims.text(version));
  }

  /** Asks for the server's name, and for its authors where it does not tell its version. */
  Examination examine(Finding finding, Interview interview) throws ConversationException {
    Finding better = finding;
    int responses = 0;
    try (Conversation conversation = interview.converse()) {
      Answer host = ask(conversation, interview, "domain/hostname-bind", DomainMessage.HOSTNAME);
      Optional<DomainMessage> name = read(host);
      if (name.isPresent()) {
        responses += name.get().tells() ? 1 : 0;
        better = named(better, host, name.get());
      }
      if (finding.service().product() == null && conversation.open()) {
        Answer authors = ask(conversation, interview, "domain/authors-bind", DomainMessage.AUTHORS);
        Optional<DomainMessage> response = read(authors);
        if (response.isPresent()) {
          responses += response.get().tells() ? 1 : 0;
          better = authored(better, authors, response.get());
        }
      }
    }
    if (responses > 0) {
      return new Examination.Confirmed(better.withConfidence(TWO_RESPONSES));
    }
    return finding.confidence() > BARE_RESPONSE
        ? new Examination.Confirmed(finding)
        : new Examination.Refuted(
            "nothing but our own query with the bit of a response", null, finding.evidence());
  }

  private Answer ask(Conversation in, Interview interview, String name, Bytes question)
      throws ConversationException {
    Bytes wire = wire(interview.random(), question);
    return in.ask(name, wire, soFar -> unframed(soFar).isPresent());
  }

  private static Finding named(Finding finding, Answer answer, DomainMessage message) {
    if (message.texts().isEmpty()) {
      return finding.withEvidence(
          answer.because("answers a second question: " + message.codeName(), List.of()));
    }
    String name = Claims.text(message.texts().getFirst());
    return finding
        .withService(Claims.onHost(finding.service(), name))
        .withEvidence(answer.because("tells the name of its host", List.of()));
  }

  private Finding authored(Finding finding, Answer answer, DomainMessage message) {
    StringBuilder authors = new StringBuilder();
    message.texts().forEach(text -> authors.append(text.latin1()).append('\n'));
    return signatures
        .match("domain.authors", Bytes.latin1(authors.toString()))
        .map(
            match ->
                finding
                    .withService(finding.service().orElse(match.service()).withProtocol(PROTOCOL))
                    .withEvidence(
                        answer.because("tells its authors", List.of(), match.signature())))
        .orElse(finding);
  }
}
