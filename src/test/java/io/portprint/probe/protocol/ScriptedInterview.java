package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Tls;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.AnswersFrom;
import io.portprint.probe.Conversation;
import io.portprint.probe.ConversationException;
import io.portprint.probe.ConversationException.Failure;
import io.portprint.probe.Interview;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * An interview with a server of lines that exists in memory only: as fast as the code under test,
 * silent without waiting, and the same every time.
 *
 * <p>A script maps a line said to what the server answers: nothing for silence, {@link #HANG_UP} at
 * the end to close the connection. {@link #PAUSE} parts what arrives in different turns.
 */
final class ScriptedInterview implements Interview {

  static final String HANG_UP = "\u0100";
  static final String PAUSE = "\u0101";

  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private final String greeting;
  private final UnaryOperator<String> script;
  private final Answer first;
  private final boolean ongoing;
  private final boolean insideTls;
  private final Tls handshake;
  private final List<String> heard = new ArrayList<>();
  private int conversations;
  private int closed;

  private ScriptedInterview(
      String greeting,
      UnaryOperator<String> script,
      boolean ongoing,
      boolean insideTls,
      Tls handshake) {
    this.greeting = greeting;
    this.script = script;
    this.ongoing = ongoing;
    this.insideTls = insideTls;
    this.handshake = handshake;
    this.first = greeted(greeting);
  }

  /** The server's conversation goes on from its greeting. */
  static ScriptedInterview ongoing(String greeting, UnaryOperator<String> script) {
    Tls handshake = new Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", null, "AUTH TLS", null, null);
    return new ScriptedInterview(greeting, script, true, false, handshake);
  }

  /** The conversation of the first answer has ended. */
  ScriptedInterview anew() {
    return new ScriptedInterview(greeting, script, false, insideTls, handshake);
  }

  ScriptedInterview withinTls() {
    return new ScriptedInterview(greeting, script, ongoing, true, handshake);
  }

  ScriptedInterview failingTls(String failure) {
    return new ScriptedInterview(
        greeting, script, ongoing, insideTls, new Tls(null, null, null, "AUTH TLS", null, failure));
  }

  /** A turn in which this was the greeting, up to a pause. */
  static Answer greeted(String text) {
    int end = text.indexOf(PAUSE);
    String now = end < 0 ? text : text.substring(0, end);
    return new Answer(
        Answer.GREETING,
        Bytes.EMPTY,
        Bytes.latin1(now.replace(HANG_UP, "")),
        now.endsWith(HANG_UP) ? Ending.CLOSED : Ending.SILENCE,
        LOOPBACK,
        Duration.ofMillis(1));
  }

  /** What the server was told, line by line. */
  List<String> heard() {
    return heard;
  }

  int conversations() {
    return conversations;
  }

  boolean everyConversationIsClosed() {
    return closed == conversations;
  }

  @Override
  public Endpoint endpoint() {
    return new Endpoint("127.0.0.1", LOOPBACK, 21, Transport.TCP);
  }

  @Override
  public Set<InetAddress> ownAddresses() {
    return Set.of(LOOPBACK);
  }

  @Override
  public boolean insideTls() {
    return insideTls;
  }

  @Override
  public Answer first() {
    return first;
  }

  @Override
  public Optional<Conversation> ongoing() {
    if (!ongoing || greeting.endsWith(HANG_UP)) {
      return Optional.empty();
    }
    int end = greeting.indexOf(PAUSE);
    return Optional.of(new Scripted(end < 0 ? "" : greeting.substring(end + 1)));
  }

  @Override
  public Conversation converse() {
    return new Scripted(greeting);
  }

  @Override
  public Conversation converse(List<String> alpn) {
    return converse();
  }

  @Override
  public Conversation converse(Transport transport) throws ConversationException {
    throw new ConversationException(Failure.REFUSED, "no other transport");
  }

  @Override
  public Conversation converse(AnswersFrom answersFrom) {
    return converse();
  }

  @Override
  public Answer ask(String name, Bytes payload) throws ConversationException {
    try (Conversation conversation = converse()) {
      return conversation.ask(name, payload, soFar -> false);
    }
  }

  @Override
  public List<Answer> challenge() {
    return List.of();
  }

  @Override
  public RandomGenerator random() {
    return RandomGeneratorFactory.getDefault().create(7);
  }

  private final class Scripted implements Conversation {

    private final StringBuilder pending = new StringBuilder();
    private Bytes said = Bytes.EMPTY;
    private boolean hungUp;
    private boolean open = true;

    Scripted(String pending) {
      conversations++;
      this.pending.append(pending);
    }

    @Override
    public void send(Bytes payload) throws ConversationException {
      if (hungUp) {
        open = false;
        throw new ConversationException(Failure.RESET, "hung up");
      }
      said = said.plus(payload);
      String line = payload.latin1().strip();
      heard.add(line);
      String answer = script.apply(line);
      if (answer != null) {
        pending.append(answer);
      }
    }

    /** Bytes come one at a time: the worst that a network does. */
    @Override
    public Answer receive(String name, Predicate<Bytes> complete) {
      StringBuilder received = new StringBuilder();
      Ending ending = Ending.SILENCE;
      while (!pending.isEmpty() && ending == Ending.SILENCE) {
        String next = pending.substring(0, 1);
        pending.deleteCharAt(0);
        if (next.equals(PAUSE)) {
          break;
        }
        if (next.equals(HANG_UP)) {
          hungUp = true;
          ending = Ending.CLOSED;
        } else {
          received.append(next);
          if (complete.test(Bytes.latin1(received.toString()))) {
            ending = Ending.COMPLETE;
          }
        }
      }
      open &= ending != Ending.CLOSED;
      Answer answer =
          new Answer(
              name,
              said,
              Bytes.latin1(received.toString()),
              ending,
              LOOPBACK,
              received.isEmpty() ? null : Duration.ofMillis(1));
      said = Bytes.EMPTY;
      return answer;
    }

    @Override
    public Answer receive(String name, Predicate<Bytes> complete, Duration patience) {
      return receive(name, complete);
    }

    @Override
    public Tls startTls(String command, List<String> alpn) {
      open = handshake.failure() == null;
      return handshake;
    }

    @Override
    public boolean open() {
      return open;
    }

    @Override
    public void close() {
      open = false;
      closed++;
    }
  }
}
