package io.portprint.detect;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Tls;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.AnswersFrom;
import io.portprint.probe.Conversation;
import io.portprint.probe.ConversationException;
import io.portprint.probe.ConversationException.Failure;
import io.portprint.probe.Interview;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The examination of one recognised or suspected answer. */
final class Examining implements Interview {

  private static final int MOST_QUESTIONS = 64;

  private final Endpoint endpoint;
  private final Layer layer;
  private final Challenge challenge;
  private final Answer first;
  private final @Nullable Conversation ongoing;
  private final Set<InetAddress> ownAddresses;
  private final RandomGenerator random;
  private final List<Answer> questions = new ArrayList<>();

  Examining(
      Endpoint endpoint,
      Layer layer,
      Challenge challenge,
      Race.Heard heard,
      List<InetAddress> publicAddresses,
      RandomGenerator random) {
    this.endpoint = endpoint;
    this.layer = layer;
    this.challenge = challenge;
    this.first = heard.answer();
    this.ongoing = heard.ongoing();
    this.random = random;
    Set<InetAddress> own = new LinkedHashSet<>();
    own.add(first.local());
    own.addAll(publicAddresses);
    this.ownAddresses = Set.copyOf(own);
  }

  /** What was asked in the examination so far, and what came back. */
  List<Answer> questions() {
    return List.copyOf(questions);
  }

  @Override
  public Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public Set<InetAddress> ownAddresses() {
    return ownAddresses;
  }

  @Override
  public boolean insideTls() {
    return layer.isInsideTls();
  }

  @Override
  public Answer first() {
    return first;
  }

  @Override
  public Optional<Conversation> ongoing() {
    return ongoing != null && ongoing.open() ? Optional.of(new Noted(ongoing)) : Optional.empty();
  }

  @Override
  public Conversation converse() throws ConversationException {
    return converse(List.of());
  }

  @Override
  public Conversation converse(List<String> alpn) throws ConversationException {
    hangUp();
    return new Noted(layer.converse(alpn));
  }

  @Override
  public Conversation converse(Transport transport) throws ConversationException {
    if (transport != endpoint.transport() && printers(endpoint.port())) {
      throw new ConversationException(
          Failure.LOCAL, "printers print what they get: only asked when named by number");
    }
    hangUp();
    return new Noted(layer.over(transport).converse(List.of()));
  }

  @Override
  public Conversation converse(AnswersFrom answersFrom) throws ConversationException {
    hangUp();
    return new Noted(layer.converse(List.of(), answersFrom));
  }

  @Override
  public Answer ask(String name, Bytes payload) throws ConversationException {
    hangUp();
    return note(layer.ask(name, payload));
  }

  @Override
  public List<Answer> challenge() throws ConversationException {
    hangUp();
    return challenge.answers();
  }

  /**
   * Raw printing ports: another transport's approval doesn't hold for them (see the port syntax of
   * jobs).
   */
  private static boolean printers(int port) {
    return port >= 9_100 && port <= 9_107;
  }

  /**
   * Servers of one client at a time would never come to the next connection; datagrams know no such
   * thing.
   */
  private void hangUp() {
    if (ongoing != null && endpoint.transport() == Transport.TCP) {
      ongoing.close();
    }
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  private Answer note(Answer answer) {
    if (!answer.isGreeting() && questions.size() < MOST_QUESTIONS) {
      questions.add(answer);
    }
    return answer;
  }

  /** A conversation whose questions are noted. */
  private final class Noted implements Conversation {

    private final Conversation conversation;

    Noted(Conversation conversation) {
      this.conversation = conversation;
    }

    @Override
    public void send(Bytes payload) throws ConversationException {
      conversation.send(payload);
    }

    @Override
    public Answer receive(String name, Predicate<Bytes> complete, Duration patience)
        throws ConversationException {
      return note(conversation.receive(name, complete, patience));
    }

    @Override
    public Answer receive(String name, Predicate<Bytes> complete) throws ConversationException {
      return note(conversation.receive(name, complete));
    }

    @Override
    public Tls startTls(String command, List<String> alpn) throws ConversationException {
      return conversation.startTls(command, alpn);
    }

    @Override
    public boolean open() {
      return conversation.open();
    }

    @Override
    public void close() {
      conversation.close();
    }
  }
}
