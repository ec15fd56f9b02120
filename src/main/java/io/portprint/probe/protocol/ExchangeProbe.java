package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
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
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

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
  public Recognition recognise(Answer answer) {
    return rule(answer).map(rule -> heard(answer, rule)).orElse(Recognition.MISMATCH);
  }

  /** The first rule that an answer fits. */
  private Optional<Exchange.Hear> rule(Answer answer) {
    if (answer.silent()) {
      return Optional.empty();
    }
    Optional<Map.Entry<Exchange.Say, List<Bytes>>> said = exchange.said(answer.sent());
    String to =
        answer.isGreeting()
            ? Answer.GREETING
            : said.map(one -> one.getKey().name()).orElse(answer.name());
    List<Bytes> places = said.map(Map.Entry::getValue).orElse(List.of());
    return exchange.hear().stream()
        .filter(rule -> rule.to().equals("any") || rule.to().equals(to))
        .filter(rule -> rule.shape().fits(answer.received(), places))
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
    for (Exchange.Ask question : exchange.ask()) {
      Bytes payload = question.payload().fill(interview.random());
      List<Bytes> places = question.payload().places(payload).orElse(List.of());
      Answer answer = ask(question, payload, places, interview);
      if (!question.shape().fits(answer.received(), places)) {
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

  private Answer ask(Exchange.Ask question, Bytes payload, List<Bytes> places, Interview interview)
      throws ConversationException {
    try (Conversation conversation = interview.converse()) {
      if (exchange.greets()) {
        conversation.receive(Answer.GREETING, soFar -> greeting(soFar));
      }
      return conversation.ask(
          question.name(), payload, soFar -> question.shape().fits(soFar, places));
    }
  }

  private boolean greeting(Bytes soFar) {
    return exchange.hear().stream()
        .filter(rule -> rule.to().equals(Answer.GREETING))
        .anyMatch(rule -> rule.shape().fits(soFar, List.of()));
  }
}
