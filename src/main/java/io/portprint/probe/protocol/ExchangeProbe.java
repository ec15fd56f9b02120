package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
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
import io.portprint.probe.Specimen;
import io.portprint.signature.SignatureBook;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Recognises what an {@link Exchange} describes. */
final class ExchangeProbe implements Probe {

  /** Who is no more than suspected has claimed nothing that it could be caught at. */
  private static final double CLAIMED = 0.5;

  private final Exchange exchange;
  private final SignatureBook signatures;

  ExchangeProbe(Exchange exchange, SignatureBook signatures) {
    this.exchange = exchange;
    this.signatures = signatures;
  }

  Exchange exchange() {
    return exchange;
  }

  @Override
  public Description description() {
    return new Description(
        exchange.name(),
        exchange.protocol(),
        exchange.transport(),
        exchange.title(),
        exchange.summary(),
        exchange.references());
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return exchange.say().stream()
        .map(
            one ->
                new Opening(
                    one.name(), one.payload().fill(random), one.ports(), one.rarity(), one.alpn()))
        .toList();
  }

  @Override
  public List<Specimen> specimens(Bytes request) {
    Map<String, Exchange.Say> openings = exchange.openings();
    List<Specimen> specimens = new ArrayList<>();
    for (Exchange.Example example : exchange.examples()) {
      Exchange.Say say = openings.get(example.to());
      if (!example.outcome().equals("none")) {
        specimens.add(
            specimen(
                example.to().equals(Answer.GREETING),
                example.answer(),
                say == null ? null : say.payload(),
                request));
      }
    }
    for (Exchange.Ask question : exchange.ask()) {
      specimens.add(specimen(false, question.example(), question.payload(), request));
    }
    return List.copyOf(specimens);
  }

  private Specimen specimen(
      boolean greeting, Exchange.Payload answer, Exchange.@Nullable Payload asked, Bytes request) {
    SplittableRandom random = new SplittableRandom(request.hashCode());
    List<Bytes> places = asked == null ? List.of() : asked.placesIn(request, random);
    return new Specimen(exchange.protocol(), greeting, answer.fill(random, places));
  }

  @Override
  public Recognition recognise(Answer answer) {
    return rule(answer).map(rule -> heard(answer, rule)).orElse(Recognition.MISMATCH);
  }

  /** The first rule that an answer fits, as far as the answer alone can tell. */
  private Optional<Exchange.Hear> rule(Answer answer) {
    return rule(answer, Setting.of(answer.sent(), places(answer)));
  }

  /** What stood in the places of the opening that was said; none where it was another's. */
  private List<Bytes> places(Answer answer) {
    return exchange.said(answer.sent()).map(Map.Entry::getValue).orElse(List.of());
  }

  private Optional<Exchange.Hear> rule(Answer answer, Setting setting) {
    if (answer.silent()) {
      return Optional.empty();
    }
    String to =
        answer.isGreeting()
            ? Answer.GREETING
            : exchange.said(answer.sent()).map(one -> one.getKey().name()).orElse(answer.name());
    return exchange.hear().stream()
        .filter(rule -> rule.to().equals("any") || rule.to().equals(to))
        .filter(rule -> rule.shape().fits(answer.received(), setting))
        .filter(rule -> rule.length() == null || rule.length().agrees(answer.received()))
        .findFirst();
  }

  private Recognition heard(Answer answer, Exchange.Hear rule) {
    String field = rule.field() == null ? exchange.protocol() + ".answer" : rule.field();
    Finding finding =
        rule.told() == null
            ? Dossier.found(
                signatures, field, exchange.protocol(), answer, rule.confidence(), rule.reason())
            : Claims.found(
                Claims.named(
                    exchange.protocol(),
                    signatures.match(field, rule.told().of(answer.received()))),
                rule.confidence(),
                answer,
                rule.reason());
    return rule.sure() ? new Recognition.Recognised(finding) : new Recognition.Suspected(finding);
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    Dossier dossier = new Dossier(signatures, finding);
    if (rule(interview.first()).filter(Exchange.Hear::refusal).isPresent()) {
      dossier.tacit();
      return dossier.confirmed().orElseThrow();
    }
    if (exchange.again() != null) {
      Optional<Examination> refuted = again(exchange.again(), dossier, interview);
      if (refuted.isPresent()) {
        return refuted.get();
      }
    }
    for (Exchange.Ask question : exchange.ask()) {
      Bytes payload = question.payload().fill(interview.random());
      List<Bytes> places = question.payload().places(payload).orElse(List.of());
      Answer answer = ask(question, payload, places, interview);
      if (!question.shape().fits(answer.received(), Setting.of(payload, places))) {
        String reason = question.name() + " is not answered as it would be by such a server";
        return (exchange.greets() && finding.confidence() >= CLAIMED
                ? Dossier.caught(exchange.protocol(), answer, reason)
                : Dossier.other(answer, reason))
            .orElseThrow();
      }
      dossier.proven(answer, question.weight(), question.reason());
      if (question.field() != null) {
        dossier.learn(question.field(), answer, question.reason());
      }
    }
    return dossier.confirmed().orElseThrow();
  }

  /**
   * Says the opening anew, or hears the greeting anew, and compares all answers with what they have
   * to do with: us, the peer, the time, and each other.
   *
   * @return what refutes the claim; empty where nothing does
   */
  private Optional<Examination> again(Exchange.Again again, Dossier dossier, Interview interview)
      throws ConversationException {
    List<Answer> answers = new ArrayList<>();
    Exchange.@Nullable Hear rule = null;
    while (answers.size() < again.times()) {
      Answer answer = answers.isEmpty() ? interview.first() : anew(interview);
      Optional<Exchange.Hear> fits =
          rule(answer, Setting.of(answer, places(answer), interview, Instant.now()));
      if (fits.isEmpty()) {
        return Dossier.other(
            answer, "an answer to a fresh request differs from those that it was learned from");
      }
      rule = fits.get();
      answers.add(answer);
    }
    if (rule == null) {
      return Optional.empty();
    }
    for (Exchange.Stretch stretch : rule.vary()) {
      if (values(answers, stretch).distinct().count() < values(answers, stretch).count()) {
        return Dossier.other(answers.getLast(), "what has to differ in each answer does not");
      }
    }
    for (Exchange.Stretch stretch : rule.steady()) {
      if (values(answers, stretch).distinct().count() > 1) {
        return Dossier.other(answers.getLast(), "what has to be the same in each answer is not");
      }
    }
    answers.stream()
        .skip(1)
        .forEach(answer -> dossier.note(answer, "answers a fresh request likewise"));
    dossier.confidence(again.confidence());
    return Optional.empty();
  }

  /** What stands there in those answers that are long enough. */
  private static Stream<Bytes> values(List<Answer> answers, Exchange.Stretch stretch) {
    return answers.stream()
        .map(Answer::received)
        .filter(received -> received.length() >= stretch.at() + stretch.length())
        .map(received -> received.slice(stretch.at(), stretch.at() + stretch.length()));
  }

  /** What our opening draws this time, said twice where nothing came: datagrams get lost. */
  private Answer anew(Interview interview) throws ConversationException {
    if (exchange.greets()) {
      try (Conversation conversation = interview.converse()) {
        return conversation.receive(Answer.GREETING, soFar -> false);
      }
    }
    Exchange.Say say = exchange.say().getFirst();
    Answer answer = interview.ask(say.name(), say.payload().fill(interview.random()));
    return answer.silent() && exchange.transport() == Transport.UDP
        ? interview.ask(say.name(), say.payload().fill(interview.random()))
        : answer;
  }

  private Answer ask(Exchange.Ask question, Bytes payload, List<Bytes> places, Interview interview)
      throws ConversationException {
    try (Conversation conversation = interview.converse()) {
      if (exchange.greets()) {
        conversation.receive(Answer.GREETING, soFar -> greeting(soFar));
      }
      return conversation.ask(
          question.name(),
          payload,
          soFar -> question.shape().fits(soFar, Setting.of(payload, places)));
    }
  }

  private boolean greeting(Bytes soFar) {
    return exchange.hear().stream()
        .filter(rule -> rule.to().equals(Answer.GREETING))
        .anyMatch(rule -> rule.shape().fits(soFar, Setting.of(Bytes.EMPTY, List.of())));
  }
}
