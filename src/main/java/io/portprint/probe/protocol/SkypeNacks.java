package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Answer;
import io.portprint.probe.Conversation;
import io.portprint.probe.ConversationException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What a peer answered to datagrams that a Skype node can't decrypt, and to one that a node
 * ignores.
 *
 * @param answers to the former, without those that were lost; each with the datagram that it
 *     answers
 * @param control the answer to the latter, silent where there was none
 */
record SkypeNacks(List<Answer> answers, Answer control) {

  /** So many answers settle it even where it isn't known under which address the peer sees us. */
  static final int ENOUGH = 3;

  /** The most that acknowledgements of the lesser known form are worth. */
  static final double MOST_OF_OTHER_FORM = 0.60;

  private static final int FRESH = 3;
  private static final int ATTEMPTS = 2;
  private static final int MOST_STRAYS = 4;
  private static final int MOST_SILENT_TURNS = 2;
  private static final int ROUND_TRIPS = 4;
  private static final Duration LEAST_PATIENCE = Duration.ofMillis(250);
  private static final Duration BETWEEN = Duration.ofMillis(30);

  SkypeNacks {
    answers = List.copyOf(answers);
  }

  /** What the answers prove. */
  sealed interface Verdict {

    /**
     * It is a node.
     *
     * @param client the address under which it sees us
     * @param addressKnown whether that is known to be ours
     * @param form {@code NACK} only if all answers are
     */
    record Node(
        double confidence, String client, int answers, boolean addressKnown, SkypeNack.Form form)
        implements Verdict {}

    /** It is not, or nothing shows it. */
    record NotShown(String reason) implements Verdict {}

    /** It answers as a node does not. */
    record Caught(String reason, Answer answer) implements Verdict {}
  }

  /**
   * Asks three times with fresh IDs, and once with an ID that was asked already, spaced out; what
   * is lost is sent again. Then comes the datagram that a node ignores.
   *
   * @param first an answer that is there already, from another conversation
   */
  static SkypeNacks ask(
      Conversation conversation,
      RandomGenerator random,
      Set<InetAddress> own,
      Optional<Answer> first)
      throws ConversationException {
    List<Answer> answers = new ArrayList<>();
    first.ifPresent(answers::add);
    List<Bytes> sent = new ArrayList<>();
    boolean lossy = false;
    int silentTurns = 0;
    for (int turn = 0;
        turn <= FRESH && conversation.open() && silentTurns < MOST_SILENT_TURNS;
        turn++) {
      Bytes request = turn < FRESH ? SkypeNack.request(random, own) : sent.getFirst();
      sent.add(request);
      boolean answered = false;
      for (int attempt = 0; attempt < ATTEMPTS && !answered && conversation.open(); attempt++) {
        conversation.send(request);
        answered = collect(conversation, request, sent, answers);
        lossy |= !answered;
      }
      silentTurns = answered ? 0 : silentTurns + 1;
      if (answers.isEmpty()) {
        break;
      }
      pause(conversation, request, sent, answers);
    }
    int attempts = answers.isEmpty() ? 0 : lossy ? ATTEMPTS : 1;
    Answer control = provoke(conversation, random, own, sent, answers, attempts);
    return new SkypeNacks(answers, control);
  }

  /** Receives the answer to a request, and before it late ones to earlier requests. */
  private static boolean collect(
      Conversation conversation, Bytes request, List<Bytes> sent, List<Answer> answers)
      throws ConversationException {
    for (int stray = 0; stray < MOST_STRAYS; stray++) {
      Answer answer = hear(conversation, "skype/nack", answers);
      if (answer.silent()) {
        return false;
      }
      Bytes asked = askedBy(answer, request, sent);
      if (asked.equals(request)) {
        answers.add(answering(asked, answer));
        return true;
      }
      keepUnlessCopy(answering(asked, answer), answers);
    }
    return false;
  }

  /** Receives a datagram, with a patience that suits the round trips seen so far. */
  private static Answer hear(Conversation conversation, String name, List<Answer> answers)
      throws ConversationException {
    Optional<Duration> slowest =
        answers.stream()
            .flatMap(answer -> Optional.ofNullable(answer.roundTrip()).stream())
            .max(Comparator.naturalOrder());
    if (slowest.isEmpty()) {
      return conversation.receive(name, _ -> true);
    }
    Duration patience = slowest.get().multipliedBy(ROUND_TRIPS).plus(LEAST_PATIENCE);
    return conversation.receive(name, _ -> true, patience);
  }

  /** Lets a moment pass between datagrams; what arrives in it is a late answer, and counts. */
  private static void pause(
      Conversation conversation, Bytes request, List<Bytes> sent, List<Answer> answers)
      throws ConversationException {
    for (int stray = 0; stray < MOST_STRAYS && conversation.open(); stray++) {
      Answer late = conversation.receive("skype/nack", _ -> true, BETWEEN);
      if (late.silent()) {
        return;
      }
      keepUnlessCopy(answering(askedBy(late, request, sent), late), answers);
    }
  }

  /** Keeps a late answer, unless it is one that the network delivered twice. */
  private static void keepUnlessCopy(Answer late, List<Answer> answers) {
    if (answers.stream().noneMatch(one -> one.received().equals(late.received()))) {
      answers.add(late);
    }
  }

  private static Answer provoke(
      Conversation conversation,
      RandomGenerator random,
      Set<InetAddress> own,
      List<Bytes> sent,
      List<Answer> answers,
      int attempts)
      throws ConversationException {
    Bytes control = SkypeNack.control(random, own);
    Answer last =
        new Answer(
            "skype/control",
            control,
            Bytes.EMPTY,
            Answer.Ending.SILENCE,
            InetAddress.getLoopbackAddress(),
            null);
    for (int attempt = 0; attempt < attempts && conversation.open(); attempt++) {
      conversation.send(control);
      for (int stray = 0; stray < MOST_STRAYS; stray++) {
        last = answering(control, hear(conversation, "skype/control", answers));
        Bytes asked = askedBy(last, control, sent);
        if (last.silent() || asked.equals(control)) {
          break;
        }
        keepUnlessCopy(answering(asked, last), answers);
      }
      if (!last.silent()) {
        break;
      }
    }
    return last;
  }

  /**
   * The datagram whose ID an answer carries: the latest one, unless it carries that of an earlier
   * one.
   */
  private static Bytes askedBy(Answer answer, Bytes latest, List<Bytes> sent) {
    Bytes received = answer.received();
    if (received.length() < 2 || received.u16(0) == latest.u16(0)) {
      return latest;
    }
    return sent.stream().filter(one -> one.u16(0) == received.u16(0)).findFirst().orElse(latest);
  }

  private static Answer answering(Bytes request, Answer answer) {
    return new Answer(
        answer.name(),
        request,
        answer.received(),
        answer.ending(),
        answer.local(),
        answer.roundTrip());
  }

  /** Judges the answers. Pure. */
  Verdict judge(Set<InetAddress> own) {
    List<SkypeNack> nacks = new ArrayList<>();
    for (Answer answer : answers) {
      Optional<SkypeNack> nack = SkypeNack.read(answer.sent(), answer.received());
      if (nack.isEmpty()) {
        return new Verdict.NotShown(
            "an answer to a datagram that can't be decrypted is no negative acknowledgement: "
                + answer.received().head(16).escaped());
      }
      nacks.add(nack.get());
    }
    if (nacks.isEmpty()) {
      return new Verdict.NotShown("no answer to any datagram that can't be decrypted");
    }
    Set<Integer> nonces = new HashSet<>();
    for (int at = 0; at < nacks.size(); at++) {
      if (nacks.get(at).client() != nacks.getFirst().client()) {
        return new Verdict.Caught(
            "the address that it claims to see us under changes from answer to answer",
            answers.get(at));
      }
      if (!nonces.add(nacks.get(at).nonce())) {
        return new Verdict.Caught(
            "the nonce of its acknowledgement is the same as in an earlier one", answers.get(at));
      }
    }
    if (SkypeNack.hasShape(control.sent(), control.received())) {
      return new Verdict.Caught(
          "it acknowledges a control datagram in the same form, so it acknowledges anything",
          control);
    }
    return grade(nacks, own);
  }

  private static Verdict grade(List<SkypeNack> nacks, Set<InetAddress> own) {
    SkypeNack one = nacks.getFirst();
    boolean known = one.saw(own);
    boolean enough = nacks.size() >= ENOUGH;
    if (!known && !one.saysPlausibleClient()) {
      return new Verdict.NotShown(
          one.clientText() + ", under which it claims to see us, is no address of a host");
    }
    if (!known && !enough) {
      return new Verdict.NotShown(
          "it does not see us under an address of ours, and there are too few answers to show that"
              + " the address is constant");
    }
    SkypeNack.Form form =
        nacks.stream().allMatch(nack -> nack.form() == SkypeNack.Form.NACK)
            ? SkypeNack.Form.NACK
            : SkypeNack.Form.OTHER;
    double confidence = known ? (enough ? 0.99 : 0.95) : 0.90;
    double most =
        switch (form) {
          case NACK -> confidence;
          case OTHER -> Math.min(MOST_OF_OTHER_FORM, confidence);
        };
    return new Verdict.Node(most, one.clientText(), nacks.size(), known, form);
  }
}
