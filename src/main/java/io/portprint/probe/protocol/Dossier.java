package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Confidence;
import io.portprint.fingerprint.Evidence;
import io.portprint.fingerprint.Impostor;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Span;
import io.portprint.fingerprint.Tls;
import io.portprint.probe.Answer;
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.signature.Match;
import io.portprint.signature.SignatureBook;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an examination has gathered so far. */
final class Dossier {

  /** The longest text of a peer's that is shown as a detail. */
  private static final int LONGEST_DETAIL = 200;

  private static final int MOST_ENTRIES = 64;

  private final SignatureBook signatures;
  private Service service;
  private double confidence;
  private final List<Evidence> evidence;
  private final Map<String, Object> details;
  private @Nullable Tls tls;
  private boolean tacit;

  Dossier(SignatureBook signatures, Finding finding) {
    this.signatures = signatures;
    this.service = finding.service();
    this.confidence = finding.confidence();
    this.evidence = new ArrayList<>(finding.evidence());
    this.details = new LinkedHashMap<>(finding.details());
  }

  Service service() {
    return service;
  }

  void service(Service better) {
    service = better;
  }

  /** Counts a check that came out right. */
  void proven(Answer turn, double weight, String reason) {
    weigh(weight);
    note(turn, reason);
  }

  /** Counts a check of which there are no bytes to show. */
  void weigh(double weight) {
    confidence = Confidence.combine(confidence, weight);
  }

  /** How sure a check of several answers together makes. */
  void confidence(double of) {
    confidence = Math.max(confidence, of);
  }

  void note(Answer turn, String reason) {
    evidence.add(turn.because(reason, List.of(firstLine(turn.received()))));
  }

  /** Adds what a signature reads out of a stretch of an answer. */
  void learn(String field, Answer turn, int from, int to, String reason) {
    signatures
        .match(field, turn.received().slice(from, to))
        .ifPresent(
            match -> {
              evidence.add(turn.because(reason, shifted(match, from), match.signature()));
              service = service.orElse(match.service());
            });
  }

  void learn(String field, Answer turn, String reason) {
    learn(field, turn, 0, turn.received().length(), reason);
  }

  /** Adds what a signature reads out of a text that was put together from several turns. */
  void learn(String field, Bytes text, Answer turn, String reason) {
    signatures
        .match(field, text)
        .ifPresent(
            match -> {
              evidence.add(turn.because(reason, List.of(), match.signature()));
              service = service.orElse(match.service());
            });
  }

  void detail(String name, Object value) {
    details.put(name, value);
  }

  /** Its greeting speaks for itself: that it answers nothing is not held against it. */
  void tacit() {
    tacit = true;
  }

  void tls(Tls handshake) {
    tls = handshake;
  }

  Optional<Examination> confirmed() {
    return Optional.of(
        new Examination.Confirmed(new Finding(service, confidence, evidence, details, tls), tacit));
  }

  /** It was caught answering as no true server would. */
  static Optional<Examination> caught(String protocol, Answer turn, String reason) {
    String asked = turn.sent().isEmpty() ? turn.name() : shown(turn.sent().latin1());
    return Optional.of(
        new Examination.Refuted(
            reason,
            new Impostor(protocol, asked, shown(turn.received().latin1()), reason),
            List.of(turn.because(reason, List.of()))));
  }

  /** It is simply something else. */
  static Optional<Examination> other(Answer turn, String reason) {
    return Optional.of(
        new Examination.Refuted(reason, null, List.of(turn.because(reason, List.of()))));
  }

  /** A finding that rests on a signature, or else on the first line of an answer. */
  static Finding found(
      SignatureBook signatures,
      String field,
      String protocol,
      Answer answer,
      double confidence,
      String reason) {
    Optional<Match> match = signatures.match(field, answer.received());
    return match
        .map(
            known ->
                Finding.of(
                    known.service().orElse(Service.of(protocol)),
                    confidence,
                    answer.because(reason, known.matched(), known.signature())))
        .orElseGet(
            () ->
                Finding.of(
                    Service.of(protocol),
                    confidence,
                    answer.because(reason, List.of(firstLine(answer.received())))));
  }

  private static List<Span> shifted(Match match, int by) {
    return match.matched().stream()
        .map(span -> new Span(span.offset() + by, span.length()))
        .toList();
  }

  static Span firstLine(Bytes received) {
    int to = 0;
    while (to < received.length() && received.at(to) != '\n' && to < 1024) {
      to++;
    }
    return new Span(0, to);
  }

  /** Text of a peer's, fit to be shown. */
  static String shown(String text) {
    return Bytes.latin1(text.strip()).head(LONGEST_DETAIL).escaped();
  }

  static List<String> shown(List<String> texts) {
    return texts.stream().limit(MOST_ENTRIES).map(Dossier::shown).toList();
  }
}
