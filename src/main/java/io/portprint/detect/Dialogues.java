package io.portprint.detect;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.State;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.AnswersFrom;
import io.portprint.probe.Conversation;
import io.portprint.probe.ConversationException;
import io.portprint.scope.ApprovedEndpoint;
import io.portprint.transport.Dialer;
import io.portprint.transport.Dialer.Dialed;
import io.portprint.transport.Lifeline;
import io.portprint.transport.Pace;
import io.portprint.transport.SourceAddresses;
import io.portprint.transport.Witness;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says to endpoints what somebody else has thought out, turn by turn, and hears what comes. */
public final class Dialogues {

  /** Says nothing, and hears what comes. */
  public static final Bytes LISTEN = Bytes.EMPTY;

  private static final Witness NOBODY =
      new Witness() {
        @Override
        public void heard(Answer answer) {}

        @Override
        public void closed() {}
      };

  private final Dialer dialer;

  Dialogues(Dialer dialer) {
    this.dialer = dialer;
  }

  /**
   * What was said.
   *
   * @param state open where a connection came about or a datagram was answered
   * @param turns those that were come to: fewer than were wanted where the peer ended it
   * @param localPort from which the endpoint was spoken to; 0 where it never was
   */
  public record Transcript(State state, List<Answer> turns, int localPort, Duration duration) {

    public Transcript {
      turns = List.copyOf(turns);
    }
  }

  /**
   * One conversation. Blocks until it is over, and never longer than the lifeline.
   *
   * @param sayings what to say in each turn; {@link #LISTEN} to say nothing
   * @param patience how long to wait for the first byte of an answer
   */
  public Transcript converse(
      ApprovedEndpoint endpoint, List<Bytes> sayings, Duration patience, Lifeline lifeline) {
    return converse(endpoint, sayings, patience, lifeline, null);
  }

  /** The addresses of this machine from which an endpoint can be spoken to, the usual one first. */
  public List<InetAddress> sourceAddresses(ApprovedEndpoint endpoint) {
    return SourceAddresses.of(endpoint);
  }

  /**
   * The same from a given address of this machine. Where it is not ours, or the machine has no port
   * or descriptor left, the state is not-probed.
   *
   * @param from null for the usual one
   */
  public Transcript converse(
      ApprovedEndpoint endpoint,
      List<Bytes> sayings,
      Duration patience,
      Lifeline lifeline,
      @Nullable InetAddress from) {
    long started = System.nanoTime();
    Pace pace = Effort.NORMAL.pace().withAnswer(patience);
    List<Answer> turns = new ArrayList<>();
    State state;
    int localPort = 0;
    try {
      Dialed dialed = dialer.dial(endpoint, AnswersFrom.PORT, pace, lifeline, NOBODY, from);
      localPort = dialed.localPort();
      try (Conversation conversation = dialed.conversation()) {
        state = State.OPEN;
        for (Bytes saying : sayings) {
          if (!conversation.open()) {
            break;
          }
          if (!saying.isEmpty()) {
            conversation.send(saying);
          }
          turns.add(conversation.receive("exchange", soFar -> false, patience));
        }
      }
    } catch (ConversationException e) {
      state = turns.isEmpty() ? stateAfter(e) : State.OPEN;
    }
    return new Transcript(
        silentDatagrams(endpoint, state, turns),
        turns,
        localPort,
        Duration.ofNanos(System.nanoTime() - started));
  }

  static State stateAfter(ConversationException e) {
    return switch (e.failure()) {
      case REFUSED, RESET -> State.CLOSED;
      case TIMEOUT -> State.FILTERED;
      case UNREACHABLE -> State.UNREACHABLE;
      case ENDED, LOCAL -> State.NOT_PROBED;
    };
  }

  /** Over UDP there is no connection to tell by: only an answer says that somebody is there. */
  private static State silentDatagrams(ApprovedEndpoint endpoint, State state, List<Answer> turns) {
    if (state != State.OPEN || endpoint.endpoint().transport() == Transport.TCP) {
      return state;
    }
    if (turns.stream().anyMatch(turn -> !turn.silent())) {
      return State.OPEN;
    }
    return turns.stream().anyMatch(turn -> turn.ending() == Answer.Ending.RESET)
        ? State.CLOSED
        : State.OPEN_OR_FILTERED;
  }
}
