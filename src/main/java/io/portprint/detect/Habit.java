package io.portprint.detect;

import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How an open port is, as far as it can be compared with others: what it says unasked, and to an
 * HTTP request.
 *
 * @param named whether it was recognised; then the rest says nothing
 */
record Habit(boolean named, Manner greeting, Manner toRequest) {

  static final Habit NAMED = new Habit(true, Manner.NOT_ASKED, Manner.NOT_ASKED);

  private static final String REQUEST = "http/get";
  private static final int COMPARED = 256;

  /** How an answer is: its words only where they were the same each time. */
  sealed interface Manner {

    Manner NOT_ASKED = new Quiet("not asked");
    Manner SILENT = new Quiet("silent");
    Manner CLOSED = new Quiet("closed");
    Manner CHANGING = new Quiet("changing");

    /** Says nothing, or nothing twice. */
    record Quiet(String how) implements Manner {}

    /** Says this. */
    record Words(Bytes words) implements Manner {}
  }

  /** The habit of an endpoint that stayed unknown. */
  static Habit of(List<Answer> turns) {
    Set<Bytes> answers = new HashSet<>();
    turns.stream()
        .filter(turn -> !turn.isGreeting() && !turn.silent())
        .forEach(turn -> answers.add(turn.received().head(COMPARED)));
    boolean changing = answers.size() > 1;
    return new Habit(
        false, manner(turns, Answer.GREETING, false), manner(turns, REQUEST, changing));
  }

  private static Manner manner(List<Answer> turns, String name, boolean changing) {
    for (Answer turn : turns) {
      if (turn.name().equals(name)) {
        if (!turn.silent()) {
          return changing ? Manner.CHANGING : new Manner.Words(turn.received().head(COMPARED));
        }
        return turn.ending() == Ending.CLOSED || turn.ending() == Ending.RESET
            ? Manner.CLOSED
            : Manner.SILENT;
      }
    }
    return Manner.NOT_ASKED;
  }
}
