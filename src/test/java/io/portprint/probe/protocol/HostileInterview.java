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
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * An interview with a peer in memory that answers anything with anything: each answer may come in
 * pieces, end in any way, or fail as conversations fail. It comes to an end after so many turns.
 */
final class HostileInterview implements Interview {

  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final int MOST_TURNS = 400;

  private final Transport transport;
  private final Optional<Answer> first;
  private final Function<Bytes, Bytes> peer;
  private final RandomGenerator random;
  private int turns;

  /** A probe that looks at the answer it recognised, where it recognised none. */
  static final class NothingRecognised extends RuntimeException {

    private static final long serialVersionUID = 1L;
  }

  /**
   * @param first the answer that the probe recognised; empty where it is asked all the same
   * @param peer what is answered to what was said, which is empty for a greeting
   */
  HostileInterview(
      Transport transport,
      Optional<Answer> first,
      Function<Bytes, Bytes> peer,
      RandomGenerator random) {
    this.transport = transport;
    this.first = first;
    this.peer = peer;
    this.random = random;
  }

  @Override
  public Endpoint endpoint() {
    return new Endpoint("127.0.0.1", LOOPBACK, 21_001, transport);
  }

  @Override
  public Set<InetAddress> ownAddresses() {
    return Set.of(LOOPBACK);
  }

  @Override
  public boolean insideTls() {
    return false;
  }

  @Override
  public Answer first() {
    return first.orElseThrow(NothingRecognised::new);
  }

  @Override
  public Optional<Conversation> ongoing() {
    return random.nextBoolean() ? Optional.of(new Hostile()) : Optional.empty();
  }

  @Override
  public Conversation converse() throws ConversationException {
    if (turns > MOST_TURNS) {
      throw new ConversationException(Failure.ENDED, "enough");
    }
    if (random.nextInt(20) == 0) {
      throw new ConversationException(failure(), "by chance");
    }
    return new Hostile();
  }

  @Override
  public Conversation converse(List<String> alpn) throws ConversationException {
    return converse();
  }

  @Override
  public Conversation converse(Transport other) throws ConversationException {
    return converse();
  }

  @Override
  public Conversation converse(AnswersFrom answersFrom) throws ConversationException {
    return converse();
  }

  @Override
  public Answer ask(String name, Bytes payload) throws ConversationException {
    try (Conversation conversation = converse()) {
      return conversation.ask(name, payload, soFar -> false);
    }
  }

  @Override
  public List<Answer> challenge() throws ConversationException {
    return List.of(
        ask("challenge/garbage", Bytes.latin1("qwe rty\r\n\r\n")),
        ask("challenge/garbage", Bytes.latin1("uio pas\r\n\r\n")));
  }

  @Override
  public RandomGenerator random() {
    return new SplittableRandom(random.nextLong());
  }

  private Failure failure() {
    return Failure.values()[random.nextInt(Failure.values().length)];
  }

  private final class Hostile implements Conversation {

    private Bytes said = Bytes.EMPTY;
    private boolean open = true;

    @Override
    public void send(Bytes payload) throws ConversationException {
      if (!open) {
        throw new ConversationException(Failure.RESET, "it has hung up");
      }
      said = said.plus(payload);
    }

    @Override
    public Answer receive(String name, Predicate<Bytes> complete) throws ConversationException {
      turns++;
      if (turns > MOST_TURNS) {
        throw new ConversationException(Failure.ENDED, "enough");
      }
      Bytes received = open ? peer.apply(said) : Bytes.EMPTY;
      // asked about the beginning as well as the whole, as pieces would come
      boolean done =
          complete.test(received.head(random.nextInt(received.length() + 1)))
              | complete.test(received);
      Ending ending = done ? Ending.COMPLETE : Ending.values()[1 + random.nextInt(5)];
      open = ending == Ending.COMPLETE || ending == Ending.SILENCE;
      Answer answer =
          new Answer(
              name,
              said,
              received,
              ending,
              LOOPBACK,
              received.isEmpty() ? null : Duration.ofMillis(1));
      said = Bytes.EMPTY;
      return answer;
    }

    @Override
    public Answer receive(String name, Predicate<Bytes> complete, Duration patience)
        throws ConversationException {
      return receive(name, complete);
    }

    @Override
    public Tls startTls(String command, List<String> alpn) {
      boolean failed = random.nextBoolean();
      open = !failed;
      return failed
          ? new Tls(null, null, null, command, null, "no handshake")
          : new Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", null, command, null, null);
    }

    @Override
    public boolean open() {
      return open;
    }

    @Override
    public void close() {
      open = false;
    }
  }
}
