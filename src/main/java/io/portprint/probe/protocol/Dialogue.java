package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Answer;
import io.portprint.probe.Conversation;
import io.portprint.probe.ConversationException;
import io.portprint.probe.ConversationException.Failure;
import io.portprint.probe.Examination;
import io.portprint.probe.Interview;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A conversation by questions and answers with a server that greets. A peer that hangs up on us is
 * one that does not answer, and an answer that arrives in pieces is put together.
 */
final class Dialogue {

  /** Pieces, each after a pause, of which one answer may be made. */
  private static final int MOST_PIECES = 32;

  private static final Duration FAREWELL = Duration.ofMillis(300);

  private final Interview interview;
  private final Conversation conversation;

  private Dialogue(Interview interview, Conversation conversation) {
    this.interview = interview;
    this.conversation = conversation;
  }

  /** What to ask after a greeting. */
  @FunctionalInterface
  interface Questions {
    /**
     * @return empty where the peer says nothing that counts after its greeting
     */
    Optional<Examination> ask(Dialogue dialogue, Answer greeting) throws ConversationException;
  }

  /**
   * Asks in the conversation that is going on, if nothing but the greeting was said in it; and,
   * where that leads nowhere, in one of its own: the server may have closed the first in the
   * meantime.
   *
   * @param greeted whether all of the greeting is there
   */
  static Optional<Examination> afterGreeting(
      Interview interview, Predicate<Bytes> greeted, Questions questions)
      throws ConversationException {
    Optional<Conversation> ongoing =
        interview.first().isGreeting() ? interview.ongoing() : Optional.empty();
    if (ongoing.isPresent()) {
      try (Conversation conversation = ongoing.get()) {
        Dialogue dialogue = new Dialogue(interview, conversation);
        Optional<Examination> examination =
            questions.ask(dialogue, dialogue.finish(interview.first(), greeted));
        if (examination.isPresent()) {
          return examination;
        }
      }
    }
    try (Conversation conversation = interview.converse()) {
      Dialogue dialogue = new Dialogue(interview, conversation);
      Answer greeting = conversation.receive(Answer.GREETING, greeted);
      return questions.ask(dialogue, dialogue.finish(greeting, greeted));
    }
  }

  /** Speaks first, in a conversation of its own. */
  static Optional<Examination> speakingFirst(
      Interview interview, Bytes opening, String name, Predicate<Bytes> complete, Questions then)
      throws ConversationException {
    try (Conversation conversation = interview.converse()) {
      Dialogue dialogue = new Dialogue(interview, conversation);
      return then.ask(dialogue, dialogue.ask(name, opening, complete));
    }
  }

  Interview interview() {
    return interview;
  }

  Conversation conversation() {
    return conversation;
  }

  Answer ask(String name, String line, Predicate<Bytes> complete) throws ConversationException {
    return ask(name, Bytes.latin1(line), complete);
  }

  /** Asks; an answer that never came is silent. */
  Answer ask(String name, Bytes payload, Predicate<Bytes> complete) throws ConversationException {
    return ask(name, payload, complete, null);
  }

  /** Says goodbye, and waits but a little for the answer. */
  Answer farewell(String name, String line, Predicate<Bytes> complete)
      throws ConversationException {
    return ask(name, Bytes.latin1(line), complete, FAREWELL);
  }

  private Answer ask(
      String name, Bytes payload, Predicate<Bytes> complete, @Nullable Duration patience)
      throws ConversationException {
    if (conversation.open()) {
      try {
        conversation.send(payload);
        return finish(
            patience == null
                ? conversation.receive(name, complete)
                : conversation.receive(name, complete, patience),
            complete);
      } catch (ConversationException e) {
        if (e.failure() != Failure.RESET) {
          throw e;
        }
      }
    }
    return new Answer(
        name, payload, Bytes.EMPTY, Answer.Ending.RESET, interview.first().local(), null);
  }

  /** A turn in which nothing was said, for what came too early. */
  Answer unasked(String name) {
    return new Answer(
        name,
        Bytes.EMPTY,
        Bytes.EMPTY,
        Answer.Ending.COMPLETE,
        interview.first().local(),
        interview.first().roundTrip());
  }

  /** The answer with what follows it, where only a part of it came before a pause. */
  private Answer finish(Answer beginning, Predicate<Bytes> complete) throws ConversationException {
    Answer whole = beginning;
    for (int more = 0; more < MOST_PIECES && conversation.open(); more++) {
      Bytes before = whole.received();
      if (before.isEmpty() || complete.test(before)) {
        return whole;
      }
      Answer piece =
          conversation.receive(whole.name(), next -> complete.test(before.plus(next)), FAREWELL);
      if (piece.silent()) {
        return whole;
      }
      whole = whole.with(piece);
    }
    return whole;
  }

  /** Whether a line has come to its end. */
  static boolean hasLine(Bytes soFar) {
    return soFar.latin1().indexOf('\n') >= 0;
  }
}
