package io.portprint.detect;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Tls;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.AnswersFrom;
import io.portprint.probe.Conversation;
import io.portprint.probe.ConversationException;
import io.portprint.probe.ConversationException.Failure;
import io.portprint.scope.ApprovedEndpoint;
import io.portprint.transport.Caller;
import io.portprint.transport.Dialer;
import io.portprint.transport.Dialer.Dialed;
import io.portprint.transport.Lifeline;
import io.portprint.transport.Pace;
import io.portprint.transport.Witness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The way to one endpoint, plain or inside TLS: begins conversations, never more at a time than one
 * endpoint may have, and keeps what was said in them.
 */
final class Layer {

  private final Dialer dialer;
  private final ApprovedEndpoint approved;
  private final Lifeline lifeline;
  private final Semaphore places;
  private final int maxTurns;
  private final boolean insideTls;
  private final List<Answer> turns = new ArrayList<>();
  private Doubt.@Nullable Drip drip;
  private @Nullable Challenge challenge;
  private volatile Pace pace;
  private volatile Duration roundTrip = Duration.ZERO;

  private Layer(
      Dialer dialer,
      ApprovedEndpoint approved,
      Lifeline lifeline,
      Semaphore places,
      int maxTurns,
      boolean insideTls,
      Pace pace) {
    this.dialer = dialer;
    this.approved = approved;
    this.lifeline = lifeline;
    this.places = places;
    this.maxTurns = maxTurns;
    this.insideTls = insideTls;
    this.pace = pace;
  }

  static Layer plain(
      Dialer dialer,
      ApprovedEndpoint approved,
      Lifeline lifeline,
      DetectProperties limits,
      Pace pace) {
    Semaphore places = new Semaphore(limits.connectionsPerEndpoint());
    return new Layer(dialer, approved, lifeline, places, limits.maxTurns(), false, pace);
  }

  /** The same endpoint inside TLS; both layers share the places. */
  Layer insideTlsOf() {
    Layer inside = new Layer(dialer, approved, lifeline, places, maxTurns, true, pace);
    inside.roundTrip = roundTrip;
    return inside;
  }

  /** The same port over another transport, in plain. */
  Layer over(Transport transport) {
    return new Layer(dialer, approved.over(transport), lifeline, places, maxTurns, false, pace);
  }

  boolean isInsideTls() {
    return insideTls;
  }

  Lifeline lifeline() {
    return lifeline;
  }

  /** From now on, waits suit this round trip. */
  void roundTrip(Duration measured) {
    roundTrip = measured;
    pace = pace.forRoundTrip(measured);
  }

  /** How long to wait for an answer that is likely. */
  Duration patience() {
    return pace.answer();
  }

  /** How long to wait for an answer that is not likely: ten round trips, within reason. */
  Duration shortPatience() {
    return tenRoundTrips(pace.answer().dividedBy(4));
  }

  /** How long to wait for it at first, while much else is still to be said. */
  Duration briefPatience() {
    return tenRoundTrips(pace.answer().dividedBy(8));
  }

  private Duration tenRoundTrips(Duration least) {
    Duration few = roundTrip.multipliedBy(10);
    return few.compareTo(least) < 0
        ? least
        : few.compareTo(pace.answer()) < 0 ? few : pace.answer();
  }

  /** Waits for a place, connects, and shakes hands where this is inside TLS. */
  Dialed dial(List<String> alpn) throws ConversationException {
    return dial(alpn, AnswersFrom.PORT);
  }

  private Dialed dial(List<String> alpn, AnswersFrom answersFrom) throws ConversationException {
    takePlace();
    boolean begun = false;
    try {
      Dialed dialed = dialer.dial(approved, answersFrom, pace, lifeline, new Listener());
      begun = true;
      if (insideTls) {
        Tls tls = dialed.conversation().startTls("", alpn);
        if (tls.failure() != null) {
          dialed.conversation().close();
          throw new ConversationException(Failure.RESET, "no TLS: " + tls.failure());
        }
      }
      return dialed;
    } finally {
      if (!begun) {
        places.release();
      }
    }
  }

  /** Goes on with a connection that was made before. */
  Dialed goOn(Caller caller) throws ConversationException {
    takePlace();
    boolean begun = false;
    try {
      Dialed dialed = dialer.goOn(approved, caller, pace, lifeline, new Listener());
      begun = true;
      return dialed;
    } finally {
      if (!begun) {
        places.release();
      }
    }
  }

  Conversation converse(List<String> alpn) throws ConversationException {
    return converse(alpn, AnswersFrom.PORT);
  }

  Conversation converse(List<String> alpn, AnswersFrom answersFrom) throws ConversationException {
    return dial(alpn, answersFrom).conversation();
  }

  /** One question in a conversation of its own, and all of the answer. */
  Answer ask(String name, Bytes payload) throws ConversationException {
    try (Conversation conversation = converse(List.of())) {
      return conversation.ask(name, payload, soFar -> false);
    }
  }

  private void takePlace() throws ConversationException {
    try {
      if (places.tryAcquire(lifeline.remaining().toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new ConversationException(Failure.ENDED, "no place for another conversation in time");
  }

  /** The one challenge of this layer, for everybody who wants to know. */
  Challenge challenge(RandomGenerator random) {
    synchronized (turns) {
      Challenge known = challenge;
      if (known == null) {
        known = new Challenge(this, random);
        challenge = known;
      }
      return known;
    }
  }

  /** Remembers the greeting that came in the most pieces, each after a pause. */
  void dripped(Answer greeting, int pieces) {
    synchronized (turns) {
      if (drip == null || pieces > drip.pieces()) {
        drip = new Doubt.Drip(greeting, pieces);
      }
    }
  }

  /** The greeting that came in the most pieces; null where nobody listened. */
  Doubt.@Nullable Drip drip() {
    synchronized (turns) {
      return drip;
    }
  }

  /** What was said so far, oldest first. */
  List<Answer> turns() {
    synchronized (turns) {
      return List.copyOf(turns);
    }
  }

  /** Whether the peer has said anything at all in this layer. */
  boolean spoke() {
    synchronized (turns) {
      return turns.stream().anyMatch(turn -> !turn.silent());
    }
  }

  private final class Listener implements Witness {

    @Override
    public void heard(Answer answer) {
      synchronized (turns) {
        if (turns.size() < maxTurns) {
          turns.add(answer);
        }
      }
    }

    @Override
    public void closed() {
      places.release();
    }
  }
}
