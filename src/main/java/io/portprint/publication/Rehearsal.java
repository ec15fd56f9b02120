package io.portprint.publication;

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
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.probe.Interview;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** What a probe makes of a peer that exists in memory only: no socket, no waiting. */
final class Rehearsal {

  /** Addresses that are nobody's (RFC 5737). */
  private static final InetAddress CLIENT = InetAddress.ofLiteral("198.51.100.77");

  private static final InetAddress SERVER = InetAddress.ofLiteral("192.0.2.33");
  private static final int EPHEMERAL = 49_152; // RFC 6335, section 6

  private final Probe probe;
  private final Peer peer;
  private final Endpoint endpoint;
  private final RandomGenerator random;

  Rehearsal(Probe probe, Peer peer, int port, RandomGenerator random) {
    this.probe = probe;
    this.peer = peer;
    this.random = random;
    this.endpoint =
        new Endpoint(SERVER.getHostAddress(), SERVER, port, probe.description().transport());
  }

  /** Whether the probe names the peer. */
  boolean names() {
    List<Answer> answers = new ArrayList<>();
    answers.add(new Dialogue().hear(Answer.GREETING));
    for (Opening opening : probe.openings(random)) {
      Dialogue dialogue = new Dialogue();
      dialogue.send(opening.payload());
      answers.add(dialogue.hear(opening.name()));
    }
    return answers.stream().anyMatch(this::confirmed);
  }

  private boolean confirmed(Answer answer) {
    return switch (probe.recognise(answer)) {
      case Recognition.Recognised(Finding finding) -> confirmed(finding, answer);
      case Recognition.Suspected(Finding finding) -> confirmed(finding, answer);
      case Recognition.Incomplete _, Recognition.Mismatch _ -> false;
    };
  }

  private boolean confirmed(Finding finding, Answer answer) {
    try {
      return probe.examine(finding, new Questions(answer)) instanceof Examination.Confirmed;
    } catch (ConversationException e) {
      return false; // nothing was confirmed
    }
  }

  /** A conversation with the peer. */
  private final class Dialogue implements Conversation {

    private final int ownPort = EPHEMERAL + random.nextInt(0x10000 - EPHEMERAL);
    private Bytes said = Bytes.EMPTY;
    private boolean greeted;

    @Override
    public void send(Bytes payload) {
      said = payload;
    }

    Answer hear(String name) {
      Bytes received =
          said.isEmpty()
              ? greeted ? Bytes.EMPTY : peer.greeting()
              : peer.answering().answer(said, new InetSocketAddress(CLIENT, ownPort), random);
      greeted = true;
      Answer answer =
          new Answer(
              name,
              said,
              received,
              received.isEmpty() ? Ending.SILENCE : Ending.COMPLETE,
              CLIENT,
              ownPort,
              received.isEmpty() ? null : Duration.ofMillis(1));
      said = Bytes.EMPTY;
      return answer;
    }

    @Override
    public Answer receive(String name, Predicate<Bytes> complete, Duration patience) {
      return hear(name);
    }

    @Override
    public Answer receive(String name, Predicate<Bytes> complete) {
      return hear(name);
    }

    @Override
    public Tls startTls(String command, List<String> alpn) throws ConversationException {
      throw new ConversationException(Failure.LOCAL, "no TLS in memory");
    }

    @Override
    public boolean open() {
      return true;
    }

    @Override
    public void close() {}
  }

  /** The examination of an answer. */
  private final class Questions implements Interview {

    private final Answer first;

    Questions(Answer first) {
      this.first = first;
    }

    @Override
    public Endpoint endpoint() {
      return endpoint;
    }

    @Override
    public Set<InetAddress> ownAddresses() {
      return Set.of(CLIENT);
    }

    @Override
    public boolean insideTls() {
      return false;
    }

    @Override
    public Answer first() {
      return first;
    }

    @Override
    public Optional<Conversation> ongoing() {
      return Optional.empty();
    }

    @Override
    public Conversation converse() {
      return new Dialogue();
    }

    @Override
    public Conversation converse(List<String> alpn) {
      return new Dialogue();
    }

    @Override
    public Conversation converse(Transport transport) {
      return new Dialogue();
    }

    @Override
    public Conversation converse(AnswersFrom answersFrom) {
      return new Dialogue();
    }

    @Override
    public Answer ask(String name, Bytes payload) {
      Dialogue dialogue = new Dialogue();
      dialogue.send(payload);
      return dialogue.hear(name);
    }

    @Override
    public List<Answer> challenge() {
      return List.of();
    }

    @Override
    public RandomGenerator random() {
      return random;
    }
  }
}
