package io.portprint.detect;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Impostor;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.ConversationException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The last question to an endpoint that nobody recognised: does it understand anything at all? Who
 * gives one answer to everything, fresh noise to everything, or a banner by the drop has no
 * protocol; it is told as an impostor, with what it claims to be where it claims something.
 *
 * <p>An unknown protocol may have one error for all that it does not understand. So one answer to
 * everything is held against an endpoint only where that answer claims to be of a protocol which
 * would tell garbage from a request.
 */
final class Doubt {

  /** Different questions that have to be answered alike, or by noise alike. */
  private static final int LEAST_ANSWERS = 3;

  private static final int LEAST_PIECES = 3;
  private static final int LARGEST_PIECE = 16;
  private static final int LEAST_BEGINNING = 3;
  private static final int COMPARED = 1_024;
  private static final int LEAST_NOISE = 8;
  private static final int HEAD = 4;
  private static final double MOST_PRINTABLE = 0.6;
  private static final int SHOWN = 200;

  /** How answers begin that claim a protocol by themselves. */
  private static final Map<String, String> CLAIMS =
      Map.of(
          "HTTP/", "http",
          "RTSP/", "rtsp",
          "SIP/2.0", "sip",
          "SSH-", "ssh",
          "RFB 0", "rfb",
          "+OK", "pop3",
          "* OK", "imap",
          "+PONG", "redis",
          "AMQP", "amqp",
          "@RSYNCD:", "rsync");

  /**
   * A greeting that came in pieces, each after a pause.
   *
   * @param greeting as it stood when we stopped listening
   */
  record Drip(Answer greeting, int pieces) {}

  /** Asks garbage, each time other. */
  @FunctionalInterface
  interface Challenger {
    List<Answer> challenge() throws ConversationException;
  }

  private Doubt() {}

  /**
   * @param turns all that was said, in any order
   * @param challenger asked only where what was said so far calls for it
   */
  static Optional<Impostor> of(List<Answer> turns, @Nullable Drip drip, Challenger challenger)
      throws ConversationException {
    if (drip != null && isTarpit(drip)) {
      Bytes heard = drip.greeting().received();
      return Optional.of(
          new Impostor(
              claimed(heard),
              "nothing: we listened",
              shown(heard),
              "%d bytes in %d pieces, and no end: a tarpit, which holds who listens"
                  .formatted(heard.length(), drip.pieces())));
    }
    List<Answer> answers = answers(turns);
    if (answers.size() < LEAST_ANSWERS) {
      return Optional.empty();
    }
    if (isFixed(answers)) {
      String claim = claimed(answers.getFirst().received());
      return claim == null ? Optional.empty() : fixed(claim, answers, challenger.challenge());
    }
    return isNoise(answers) ? noise(answers, challenger.challenge()) : Optional.empty();
  }

  /**
   * Why a claim is not to be believed though its probe found nothing against it: nothing that was
   * asked in the examination drew an answer other than the one that made the claim. A greeting
   * alone proves a protocol only where there is nothing to be asked; and an answer to a question
   * only where not everything is answered so.
   *
   * @param first the answer that made the claim
   * @param questions what was asked in the examination
   * @param turns what was said to the endpoint before
   */
  static Optional<Impostor> unproven(
      String protocol,
      Answer first,
      List<Answer> questions,
      List<Answer> turns,
      Challenger challenger)
      throws ConversationException {
    Bytes claim = first.received();
    boolean understood =
        questions.stream().anyMatch(one -> !one.silent() && !repeats(one.received(), claim));
    if (understood || (first.isGreeting() && questions.isEmpty())) {
      return Optional.empty();
    }
    if (first.isGreeting()) {
      Answer question = questions.getFirst();
      return Optional.of(
          new Impostor(
              protocol,
              shown(question.sent()),
              shown(question.received()),
              "greets as a server of %s, and none of %d questions drew an answer of one"
                  .formatted(protocol, questions.size())));
    }
    List<Answer> others =
        turns.stream()
            .filter(turn -> !turn.isGreeting() && !turn.sent().equals(first.sent()))
            .filter(turn -> !turn.silent() || turn.ending() == Ending.SILENCE)
            .toList();
    boolean special =
        !others.isEmpty() && others.stream().noneMatch(turn -> repeats(turn.received(), claim));
    if (special) {
      return Optional.empty();
    }
    List<Answer> challenge = challenger.challenge();
    boolean toAnything =
        !challenge.isEmpty()
            && challenge.stream().allMatch(answer -> repeats(answer.received(), claim));
    return toAnything
        ? Optional.of(
            new Impostor(
                protocol,
                shown(challenge.getFirst().sent()),
                shown(challenge.getFirst().received()),
                "answers garbage as it answers a question of %s".formatted(protocol)))
        : Optional.empty();
  }

  /** Whether bytes are another's over and over, at least once. */
  static boolean repeats(Bytes bytes, Bytes once) {
    if (once.isEmpty() || bytes.isEmpty() || bytes.length() % once.length() != 0) {
      return false;
    }
    for (int at = 0; at < bytes.length(); at += once.length()) {
      if (!bytes.slice(at, at + once.length()).equals(once)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isTarpit(Drip drip) {
    return drip.pieces() >= LEAST_PIECES
        && drip.greeting().ending() == Ending.SILENCE
        && drip.greeting().received().length() <= drip.pieces() * LARGEST_PIECE;
  }

  /** One answer to each of the questions that were answered. */
  private static List<Answer> answers(List<Answer> turns) {
    Map<Bytes, Answer> byQuestion = new LinkedHashMap<>();
    for (Answer turn : turns) {
      if (!turn.silent() && !turn.isGreeting()) {
        byQuestion.putIfAbsent(turn.sent(), turn);
      }
    }
    return List.copyOf(byQuestion.values());
  }

  private static boolean isFixed(List<Answer> answers) {
    return answers.stream().map(Doubt::compared).distinct().count() == 1;
  }

  private static Bytes compared(Answer answer) {
    return answer.received().head(COMPARED);
  }

  private static Optional<Impostor> fixed(
      String claim, List<Answer> answers, List<Answer> challenge) {
    Bytes same = compared(answers.getFirst());
    if (challenge.isEmpty() || !challenge.stream().allMatch(one -> compared(one).equals(same))) {
      return Optional.empty();
    }
    return Optional.of(
        new Impostor(
            claim,
            shown(challenge.getFirst().sent()),
            shown(same),
            "the same answer to garbage as to %d different questions".formatted(answers.size())));
  }

  /**
   * Whether answers have nothing in common: no byte of their beginnings, no readable text, and
   * nothing of what was asked.
   */
  private static boolean isNoise(List<Answer> answers) {
    long printable = 0;
    long length = 0;
    for (Answer answer : answers) {
      Bytes received = answer.received().head(COMPARED);
      if (received.length() < LEAST_NOISE || begins(answer.sent(), received)) {
        return false;
      }
      length += received.length();
      printable += received.latin1().chars().filter(c -> c >= ' ' && c <= '~').count();
    }
    if (printable > length * MOST_PRINTABLE) {
      return false;
    }
    for (int at = 0; at < HEAD; at++) {
      int place = at;
      if (answers.stream().map(answer -> answer.received().at(place)).distinct().count() == 1) {
        return false;
      }
    }
    return true;
  }

  /** Whether an answer begins with bytes of its question. */
  private static boolean begins(Bytes sent, Bytes received) {
    return sent.length() > 1 && received.startsWith(sent.head(2));
  }

  private static Optional<Impostor> noise(List<Answer> answers, List<Answer> challenge) {
    List<Answer> all = new ArrayList<>(answers);
    all.addAll(challenge);
    if (challenge.isEmpty() || challenge.stream().anyMatch(Answer::silent) || !isNoise(all)) {
      return Optional.empty();
    }
    Answer garbage = challenge.getFirst();
    return Optional.of(
        new Impostor(
            null,
            shown(garbage.sent()),
            shown(garbage.received()),
            "other noise to each of %d questions, garbage among them".formatted(all.size())));
  }

  /** What an answer claims to be of, or begins to. */
  private static @Nullable String claimed(Bytes received) {
    String text = received.head(SHOWN).latin1();
    return CLAIMS.entrySet().stream()
        .filter(
            claim ->
                text.startsWith(claim.getKey())
                    || (text.length() >= LEAST_BEGINNING && claim.getKey().startsWith(text)))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  private static String shown(Bytes bytes) {
    return bytes.head(SHOWN).escaped();
  }
}
