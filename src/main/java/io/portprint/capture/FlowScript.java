package io.portprint.capture;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What the client of a flow said, as what can be said again to somebody else. */
public sealed interface FlowScript {

  /** Says nothing, and hears what comes. */
  Bytes LISTEN = Bytes.EMPTY;

  /**
   * It can be said again.
   *
   * @param sayings in their order, one or more, each to be followed by listening; {@link #LISTEN}
   *     to listen only. The last is the turn that was asked for
   */
  record Sayable(List<Bytes> sayings) implements FlowScript {
    public Sayable {
      sayings = List.copyOf(sayings);
    }
  }

  /**
   * It can't be.
   *
   * @param cause whether another turn could be, or nothing of the flow
   * @param reason in words for people
   */
  record Unsayable(Cause cause, String reason) implements FlowScript {}

  /** What stands in the way. */
  enum Cause {
    /** The turn that was asked for is not there. */
    NO_SUCH_TURN,
    /** A turn up to the one that was asked for, or so many of them. */
    TURN,
    /** The capture lacks all that the client said. */
    FLOW
  }

  /**
   * What bounds a script.
   *
   * @param turns how many there may be, those that listen among them
   * @param bytes of one turn
   */
  record Bounds(int turns, int bytes) {}

  /**
   * What the client said up to one of its turns. The server is listened to first where it spoke
   * first, and over UDP for each datagram that it sent before the client's next.
   *
   * @param last which of the client's turns is the last one, from 1; null for the first that the
   *     server answered, or the first where it answered none
   */
  static FlowScript of(Flow flow, @Nullable Integer last, Bounds bounds) {
    List<Turn> turns = flow.turns();
    int[] ofClient =
        IntStream.range(0, turns.size())
            .filter(i -> turns.get(i).speaker() == Speaker.CLIENT)
            .toArray();
    if (last != null && (last < 1 || last > ofClient.length)) {
      return new Unsayable(
          Cause.NO_SUCH_TURN,
          "the flow has %d turns of its client%s"
              .formatted(ofClient.length, flow.turnCount() > turns.size() ? " that are kept" : ""));
    }
    if (ofClient.length == 0) {
      return flow.fromClient().bytes() + flow.fromClient().missing() > 0
          ? new Unsayable(Cause.FLOW, "the capture lacks what the client said")
          : new Sayable(List.of(LISTEN));
    }
    int wanted = last == null ? firstAnswered(turns, ofClient) : last - 1;
    return script(flow, ofClient, wanted, bounds);
  }

  private static int firstAnswered(List<Turn> turns, int[] ofClient) {
    return IntStream.range(0, ofClient.length)
        .filter(
            i -> {
              int next = ofClient[i] + 1;
              return next < turns.size()
                  && turns.get(next).speaker() == Speaker.SERVER
                  && !turns.get(next).payload().isEmpty();
            })
        .findFirst()
        .orElse(0);
  }

  private static FlowScript script(Flow flow, int[] ofClient, int wanted, Bounds bounds) {
    List<Turn> turns = flow.turns();
    List<Bytes> sayings = new ArrayList<>();
    if (ofClient[0] > 0) {
      sayings.add(LISTEN);
    }
    for (int i = 0; i <= wanted; i++) {
      String fault = fault(flow, ofClient[i], bounds);
      if (fault != null) {
        return new Unsayable(Cause.TURN, "turn %d of the client %s".formatted(i + 1, fault));
      }
      sayings.add(turns.get(ofClient[i]).payload());
      if (i < wanted && flow.transport() == Transport.UDP) {
        int answers = ofClient[i + 1] - ofClient[i] - 1;
        for (int further = 1; further < answers && sayings.size() <= bounds.turns(); further++) {
          sayings.add(LISTEN);
        }
      }
      if (sayings.size() > bounds.turns()) {
        return new Unsayable(
            Cause.TURN,
            "up to turn %d of the client there are more than %d to say or to listen to"
                .formatted(i + 1, bounds.turns()));
      }
    }
    return new Sayable(sayings);
  }

  /** Why a turn can't be said again as it was, or null. */
  private static @Nullable String fault(Flow flow, int at, Bounds bounds) {
    Turn turn = flow.turns().get(at);
    if (turn.missing() > 0) {
      return "has %d bytes before it that the capture lacks".formatted(turn.missing());
    }
    if (turn.truncated()) {
      return "is in the capture, or kept of it, with %d of its %d bytes only"
          .formatted(turn.payload().length(), turn.length());
    }
    if (flow.transport() == Transport.TCP && at + 1 < flow.turns().size()) {
      Turn next = flow.turns().get(at + 1);
      if (next.speaker() == Speaker.CLIENT && next.missing() > 0) {
        return "ends with %d bytes that the capture lacks".formatted(next.missing());
      }
    }
    if (turn.payload().isEmpty()) {
      return "is an empty datagram, which can't be said";
    }
    return turn.payload().length() > bounds.bytes()
        ? "has %d bytes, more than %d".formatted(turn.payload().length(), bounds.bytes())
        : null;
  }
}
