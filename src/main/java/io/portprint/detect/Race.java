package io.portprint.detect;

import io.portprint.detect.Panel.Candidate;
import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Conversation;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Opening;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The race on one layer of an endpoint: one conversation listens for a greeting while others speak
 * first, a few at a time. It stops at the first answer that somebody recognises or suspects, and
 * can go on from there should that come to nothing.
 *
 * <p>What speaks unasked is given a short head start (as address families are in RFC 8305): servers
 * that greet are then seldom bothered by strange requests.
 */
final class Race {

  private static final Logger log = LoggerFactory.getLogger(Race.class);
  private static final Duration LEAST_HEAD_START = Duration.ofMillis(8);
  private static final Duration MOMENT = Duration.ofMillis(100);
  private static final Duration LEAST_GRACE = Duration.ofMillis(150);
  private static final int WORD = 32;
  private static final Duration MOST_HEAD_START = Duration.ofMillis(250);

  /**
   * An answer that somebody has an opinion of; the conversation is still open where the peer left
   * it so.
   */
  record Heard(Answer answer, List<Candidate> candidates, @Nullable Conversation ongoing) {

    void drop() {
      if (ongoing != null) {
        ongoing.close();
      }
    }
  }

  private sealed interface Turn {
    /**
     * @param patience a short one at first: a server of one client at a time serves nobody else
     *     meanwhile
     */
    record Listen(Duration patience) implements Turn {}

    /**
     * @param suggested whether the port suggests it
     * @param again whether it was said before and not answered: datagrams get lost, and some
     *     servers take their time
     */
    record Say(Opening opening, boolean suggested, boolean again) implements Turn {}
  }

  private final Layer layer;
  private final Panel panel;
  private int width;
  private final Duration greetingPatience;
  private final Duration headStart;
  private final Duration grace;
  private final boolean datagrams;
  private final Deque<Turn> pending = new ArrayDeque<>();
  private final List<Runner> running = new ArrayList<>();
  private final BlockingQueue<Runner> finished = new LinkedBlockingQueue<>();
  private final List<Turn.Say> turnedAway = new ArrayList<>();
  private boolean served;
  private @Nullable Conversation first;
  private volatile Bytes greeting = Bytes.EMPTY;
  private final Set<Bytes> dismissed = ConcurrentHashMap.newKeySet();
  private int started;

  private Race(
      Layer layer,
      Panel panel,
      int width,
      Duration greetingPatience,
      Duration roundTrip,
      boolean datagrams,
      @Nullable Conversation first) {
    this.layer = layer;
    this.panel = panel;
    this.width = width;
    this.greetingPatience = greetingPatience;
    this.datagrams = datagrams;
    this.first = first;
    Duration several = roundTrip.multipliedBy(8);
    this.grace = several.compareTo(LEAST_GRACE) < 0 ? LEAST_GRACE : several;
    Duration few = roundTrip.multipliedBy(2);
    this.headStart =
        few.compareTo(LEAST_HEAD_START) < 0
            ? LEAST_HEAD_START
            : few.compareTo(MOST_HEAD_START) > 0 ? MOST_HEAD_START : few;
  }

  /**
   * A race over TCP.
   *
   * @param first a connection in which nothing was said yet, to listen in; null to make one
   */
  static Race overTcp(
      Layer layer,
      Panel panel,
      int width,
      Duration greetingPatience,
      Duration roundTrip,
      List<Opening> openings,
      int port,
      @Nullable Conversation first) {
    Race race = new Race(layer, panel, width, greetingPatience, roundTrip, false, first);
    race.pending.add(
        new Turn.Listen(openings.isEmpty() ? greetingPatience : greetingPatience.dividedBy(3)));
    race.enter(openings, port);
    return race;
  }

  /** A race over UDP, where nobody greets. */
  static Race overUdp(Layer layer, Panel panel, int width, List<Opening> openings, int port) {
    Race race = new Race(layer, panel, width, Duration.ZERO, Duration.ZERO, true, null);
    race.enter(openings, port);
    return race;
  }

  private void enter(List<Opening> openings, int port) {
    openings.forEach(
        opening -> pending.add(new Turn.Say(opening, opening.ports().contains(port), false)));
  }

  /**
   * Runs until an answer is worth an examination, or nothing is left to say or no time to say it.
   */
  Optional<Heard> run() {
    try {
      fill();
      while (!running.isEmpty()) {
        Runner done = await();
        if (done == null) {
          fill();
          continue;
        }
        running.remove(done);
        if (done.heard != null && !done.heard.candidates().isEmpty()) {
          return Optional.of(datagrams ? done.heard : earlier(done, done.heard));
        }
        if (done.heard != null) {
          done.heard.drop();
          note(done.turn, done.heard.answer());
          onceMore(done, done.heard.answer());
          if (datagrams && done.heard.answer().ending() == Ending.RESET) {
            return Optional.empty(); // port unreachable: nobody is there to be asked
          }
        }
        fill();
      }
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      recall();
    }
  }

  /**
   * Some ports speak two protocols, HTTP and TLS for instance: which answer comes first must not
   * decide which is named. So openings that come earlier in order and are still out are given a
   * little longer.
   */
  private Heard earlier(Runner done, Heard heard) throws InterruptedException {
    if (running.stream().noneMatch(other -> other.precedes(done))) {
      return heard;
    }
    // a server of one client at a time (CUPS is one) comes to the others only when this one has
    // gone
    heard.drop();
    Heard alone = new Heard(heard.answer(), heard.candidates(), null);
    long end = System.nanoTime() + grace.toNanos();
    while (running.stream().anyMatch(other -> other.precedes(done))) {
      Runner next = finished.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (next == null) {
        return alone;
      }
      running.remove(next);
      Heard other = next.heard;
      if (other == null) {
        continue;
      }
      if (next.precedes(done) && other.candidates().stream().anyMatch(Candidate::recognised)) {
        pending.addFirst(done.turn);
        return other;
      }
      other.drop();
      if (!other.candidates().isEmpty()) {
        pending.addFirst(next.turn);
      }
    }
    return alone;
  }

  /**
   * Who said nothing in a short while may greet after a long one, a datagram may be lost, and what
   * is not likely was not waited for long: all are tried again, after everything else was.
   */
  private void onceMore(Runner done, Answer answer) {
    if (answer.ending() != Ending.SILENCE) {
      return;
    }
    switch (done.turn) {
      case Turn.Listen(Duration patience) -> {
        if (patience.compareTo(greetingPatience) < 0 && mayGoOn(answer.received())) {
          sayInSingleFile();
          pending.add(new Turn.Listen(greetingPatience));
        }
      }
      case Turn.Say(Opening opening, boolean suggested, boolean again) -> {
        if (answer.silent() && !again && (datagrams || !suggested)) {
          pending.add(new Turn.Say(opening, suggested, true));
        }
      }
    }
  }

  /** Whether a greeting is not there yet, or may be but a drop of one. */
  private static boolean mayGoOn(Bytes greeting) {
    return greeting.length() < WORD && greeting.latin1().indexOf('\n') < 0;
  }

  /** The same answer to another question is not worth another examination. */
  void dismiss(Answer answer) {
    dismissed.add(answer.received());
  }

  /** Remembers who was hung up on without a word, and whether anybody was not. */
  private void note(Turn turn, Answer answer) {
    if (!(turn instanceof Turn.Say(Opening opening, boolean suggested, boolean again)) || again) {
      return;
    }
    switch (answer.ending()) {
      case CLOSED, RESET -> {
        if (answer.silent()) {
          turnedAway.add(new Turn.Say(opening, suggested, true));
        } else {
          served = true;
        }
      }
      case OPEN, COMPLETE, SILENCE, LIMIT -> served = true;
    }
  }

  /**
   * Where everybody was hung up on while we listened in silence, the peer may serve one connection
   * of an address at a time (Transmission does): what was said in vain is said again, one at a
   * time.
   */
  private void sayInSingleFile() {
    if (!datagrams && !served && pending.isEmpty() && !turnedAway.isEmpty()) {
      width = 1;
      pending.addAll(turnedAway);
      turnedAway.clear();
    }
  }

  /** Starts what there is room for, and what need not wait a little. */
  private void fill() {
    while (room() && pause() <= 0) {
      Runner runner = new Runner(pending.remove(), started++);
      running.add(runner);
      Thread.ofVirtual().name("race").start(runner);
    }
  }

  private boolean room() {
    return running.size() < width && !pending.isEmpty() && !layer.lifeline().ended();
  }

  /**
   * The nanoseconds until the next turn may begin. While only the listener runs, what the port does
   * not suggest gives a greeting a head start; and what is said to every port is given a moment to
   * be answered before more is said.
   */
  private long pause() {
    long now = System.nanoTime();
    if (running.size() == 1
        && running.getFirst().turn instanceof Turn.Listen
        && !(pending.peek() instanceof Turn.Say(_, boolean suggested, _) && suggested)) {
      return running.getFirst().startedAt + headStart.toNanos() - now;
    }
    return running.stream()
        .filter(
            runner ->
                runner.turn instanceof Turn.Say(Opening opening, _, _) && opening.rarity() == 1)
        .mapToLong(runner -> runner.startedAt + MOMENT.toNanos() - now)
        .max()
        .orElse(0);
  }

  /** The next runner to come in; null when a turn may begin before. */
  private @Nullable Runner await() throws InterruptedException {
    if (room()) {
      return finished.poll(Math.max(1, pause()), TimeUnit.NANOSECONDS);
    }
    // sockets wake their runners at the deadline, so this ends
    return finished.take();
  }

  /** Calls back who is still out; what they were to say is first in line should the race go on. */
  private void recall() {
    for (Runner runner : running.reversed()) {
      runner.recall();
      pending.addFirst(runner.turn);
    }
    running.clear();
    finished.clear();
  }

  private final class Runner implements Runnable {

    private final Turn turn;
    private final int place;
    private final long startedAt = System.nanoTime();
    private volatile @Nullable Heard heard;
    private @Nullable Conversation conversation;
    private boolean recalled;

    Runner(Turn turn, int place) {
      this.turn = turn;
      this.place = place;
    }

    boolean precedes(Runner other) {
      return turn instanceof Turn.Say && place < other.place;
    }

    @Override
    public void run() {
      try {
        heard = hear();
      } catch (ConversationException e) {
        log.atTrace().addKeyValue("failure", e.failure()).log("an opening came to nothing");
        drop();
      } finally {
        come();
      }
    }

    private Heard hear() throws ConversationException {
      return switch (turn) {
        case Turn.Listen(Duration patience) -> listen(hold(takeFirst()), patience);
        case Turn.Say(Opening opening, boolean suggested, boolean again) ->
            say(
                hold(layer.converse(opening.alpn(), opening.answersFrom())),
                opening,
                patience(opening, suggested, again));
      };
    }

    private Conversation takeFirst() throws ConversationException {
      Conversation given = first;
      first = null;
      return given != null && given.open() ? given : layer.converse(List.of());
    }

    private Heard listen(Conversation listening, Duration patience) throws ConversationException {
      long end = System.nanoTime() + patience.toNanos();
      Answer heard = receive(listening, Bytes.EMPTY, patience);
      int pieces = 1;
      while (goesOn(listening, heard) && System.nanoTime() < end) {
        Answer more =
            receive(listening, heard.received(), Duration.ofNanos(end - System.nanoTime()));
        if (more.silent()) {
          break;
        }
        heard = heard.with(more);
        pieces++;
      }
      layer.dripped(heard, pieces);
      return judge(listening, heard);
    }

    private Answer receive(Conversation listening, Bytes before, Duration patience)
        throws ConversationException {
      return listening.receive(
          Answer.GREETING,
          soFar -> {
            greeting = before.plus(soFar);
            return decided(Answer.GREETING, Bytes.EMPTY, greeting);
          },
          patience);
    }

    /** Whether more of a greeting may come that nobody knows as it is. */
    private boolean goesOn(Conversation listening, Answer heard) {
      return !heard.silent()
          && heard.ending() == Ending.SILENCE
          && listening.open()
          && panel.judge(heard).isEmpty();
    }

    /**
     * What is seldom answered is not waited for as long as what is asked everywhere, and what is
     * said again longer than at first.
     */
    private Duration patience(Opening opening, boolean suggested, boolean again) {
      if (suggested) {
        return layer.patience();
      }
      if (opening.rarity() == 1) {
        return again ? layer.patience() : layer.patience().dividedBy(2);
      }
      return again ? layer.shortPatience() : layer.briefPatience();
    }

    private Heard say(Conversation speaking, Opening opening, Duration patience)
        throws ConversationException {
      speaking.send(opening.payload());
      return judge(
          speaking,
          speaking.receive(
              opening.name(),
              soFar -> decided(opening.name(), opening.payload(), soFar),
              patience));
    }

    private boolean decided(String name, Bytes sent, Bytes soFar) {
      InetAddress anywhere = InetAddress.getLoopbackAddress();
      return panel.decided(new Answer(name, sent, soFar, Ending.OPEN, anywhere, Duration.ZERO));
    }

    private Heard judge(Conversation in, Answer answer) {
      boolean nothing = !answer.isGreeting() && knownForNothing(answer.received());
      List<Candidate> candidates = answer.silent() || nothing ? List.of() : panel.judge(answer);
      if (candidates.isEmpty() || !in.open()) {
        in.close();
        return new Heard(answer, candidates, null);
      }
      return new Heard(answer, candidates, in);
    }

    /** What it says unasked is no answer, nor is what proved to be nothing before. */
    private boolean knownForNothing(Bytes received) {
      return Doubt.repeats(received, greeting)
          || dismissed.stream().anyMatch(one -> Doubt.repeats(received, one));
    }

    private synchronized Conversation hold(Conversation begun) {
      conversation = begun;
      if (recalled) {
        begun.close();
      }
      return begun;
    }

    private synchronized void drop() {
      if (conversation != null) {
        conversation.close();
      }
    }

    private synchronized void come() {
      if (!recalled) {
        finished.add(this);
      }
    }

    synchronized void recall() {
      recalled = true;
      drop();
    }
  }
}
