package io.portprint.job;

import io.portprint.capture.learning.Trial;
import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Answer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * One conversation of a replay, as it went.
 *
 * @param trial what is learnt from it
 * @param planned turns that belong to it; the last one is the request's
 * @param turns all that were come to, in their order; 4,096 bytes of what came back in them are
 *     kept, the last ones first
 */
public record HeldConversation(Trial trial, int planned, List<Answer> turns) {

  private static final int KEPT = 4_096;

  /** Of one turn, as of what is learnt from. */
  private static final int KEPT_OF_A_TURN = 2_048;

  /** In bytes of memory, rounded up, without what was said, which conversations share. */
  private static final int WEIGHT = 512;

  private static final int WEIGHT_OF_A_TURN = 200;

  public HeldConversation {
    turns = kept(turns);
  }

  /** What one of so many turns takes at most, in bytes of memory, without what was said. */
  static long mostWeight(int turns) {
    return WEIGHT + KEPT + KEPT_OF_A_TURN + (long) turns * WEIGHT_OF_A_TURN;
  }

  /** What it takes, likewise. */
  long weight() {
    long weight = WEIGHT;
    for (Bytes answer : trial.answers()) {
      weight += answer.length();
    }
    for (Answer turn : turns) {
      weight += WEIGHT_OF_A_TURN + turn.received().length();
    }
    return weight;
  }

  private static List<Answer> kept(List<Answer> turns) {
    Deque<Answer> kept = new ArrayDeque<>();
    int room = KEPT;
    for (Answer turn : turns.reversed()) {
      Bytes received = turn.received().head(Math.min(KEPT_OF_A_TURN, room));
      room -= received.length();
      kept.addFirst(
          received.length() == turn.received().length()
              ? turn
              : new Answer(
                  turn.name(),
                  turn.sent(),
                  received,
                  Answer.Ending.LIMIT,
                  turn.local(),
                  turn.localPort(),
                  turn.roundTrip()));
    }
    return List.copyOf(kept);
  }
}
