package io.portprint.capture.learning;

import io.portprint.capture.learning.SimulatedPeers.Peer;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Tls;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.AnswersFrom;
import io.portprint.probe.Conversation;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.probe.Interview;
import io.portprint.probe.LearnedProbe;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.probe.protocol.LearnedProbes;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A candidate as the probe that detection runs, read from what is written of it, and asking servers
 * that exist in memory only. It asks from addresses and ports that were not there when it was
 * learnt, each time with a fresh request.
 */
final class LearntProbe {

  private static final String NAME = "learnt";

  private final Written written;

  /** Whether each further answer is the first one again. */
  private final boolean content;

  private final LearnedProbe learned;
  private final Probe probe;

  private LearntProbe(Written written, boolean content) {
    this.written = written;
    this.content = content;
    this.learned = LearnedProbes.read(NAME, written.exchange(), written.signatures().orElse(null));
    this.probe = learned.probe();
  }

  /**
   * @throws IllegalArgumentException where the format can't say it
   */
  static LearntProbe of(Candidate candidate) {
    boolean greets = candidate.request().isEmpty();
    return new LearntProbe(
        candidate.write(
            new Naming(
                NAME,
                NAME,
                "Learnt",
                greets ? Transport.TCP : Transport.UDP,
                Set.of(33_033),
                Instant.EPOCH)),
        false);
  }

  /**
   * The same, but content with the answer that it examines, whatever has to differ in others: what
   * it lets pass, one answer can show.
   */
  LearntProbe contentWithOne() {
    String exchange = written.exchange().replaceAll("(?m)^    vary: .*\\n", "");
    return new LearntProbe(new Written(exchange, written.lacks(), written.signatures()), true);
  }

  Written written() {
    return written;
  }

  /** That it says an answer proves. */
  double bits() {
    return learned.bits();
  }

  /** What it makes of a server, all in all; empty where that is not what was learnt. */
  Optional<Finding> finds(Peer peer, SplittableRandom random) {
    return examines(peer, random)
        .flatMap(
            examination ->
                switch (examination) {
                  case Examination.Confirmed confirmed -> Optional.of(confirmed.finding());
                  case Examination.Refuted _, Examination.Layer _ -> Optional.empty();
                });
  }

  /** The examination of a server; empty where its first answer gives no reason for one. */
  Optional<Examination> examines(Peer peer, SplittableRandom random) {
    return new Detection(
            peer,
            List.of(SimulatedPeers.address("203.0.113." + random.nextInt(1, 255))),
            SimulatedPeers.SERVER.addresses().getFirst(),
            SimulatedPeers.SERVER.port(),
            random,
            null)
        .examination();
  }

  /** Whether it suspects its own server behind an answer, of which it knows only the request. */
  boolean suspects(Trial trial) {
    return probe.recognise(answer(trial)) instanceof Recognition.Suspected;
  }

  /** Whether it is content with an answer that somebody got, knowing all that he knew. */
  boolean confirms(Trial trial) {
    InetAddress server =
        trial.server().addresses().stream()
            .findFirst()
            .orElse(SimulatedPeers.SERVER.addresses().getFirst());
    return new Detection(
            (_, _, _, _) -> Optional.empty(),
            trial.client().addresses(),
            server,
            Math.max(1, trial.server().port()),
            new SplittableRandom(1),
            answer(trial))
        .examination()
        .filter(Examination.Confirmed.class::isInstance)
        .isPresent();
  }

  private Answer answer(Trial trial) {
    return answer(
        trial.request(),
        trial.answers().getFirst(),
        trial.client().addresses().stream().findFirst().orElse(SimulatedPeers.CLIENT),
        trial.client().port());
  }

  private String opening() {
    return probe.openings(new SplittableRandom(1)).stream()
        .map(Opening::name)
        .findFirst()
        .orElse(Answer.GREETING);
  }

  private Answer answer(Bytes request, Bytes received, InetAddress client, int port) {
    return new Answer(
        opening(),
        request,
        received,
        received.isEmpty() ? Ending.SILENCE : Ending.COMPLETE,
        client,
        port,
        received.isEmpty() ? null : Duration.ofMillis(1));
  }

  /** A detection of which one peer is asked. */
  private final class Detection implements Interview {

    private final Peer peer;
    private final List<InetAddress> clients;
    private final Endpoint endpoint;
    private final SplittableRandom random;
    private final Answer first;

    Detection(
        Peer peer,
        Collection<InetAddress> clients,
        InetAddress server,
        int serverPort,
        SplittableRandom random,
        @Nullable Answer first) {
      this.peer = peer;
      this.clients = List.copyOf(clients);
      this.endpoint =
          new Endpoint(
              server.getHostAddress(), server, serverPort, probe.description().transport());
      this.random = random;
      this.first =
          first != null
              ? first
              : asked(
                  probe.openings(random).stream()
                      .map(Opening::payload)
                      .findFirst()
                      .orElse(Bytes.EMPTY));
    }

    Optional<Examination> examination() {
      return switch (probe.recognise(first)) {
        case Recognition.Suspected(Finding finding) -> Optional.of(examination(finding));
        case Recognition.Recognised(Finding finding) ->
            throw new IllegalStateException("sure at once: " + finding);
        case Recognition.Incomplete _, Recognition.Mismatch _ -> Optional.empty();
      };
    }

    private Examination examination(Finding finding) {
      try {
        return probe.examine(finding, this);
      } catch (ConversationException e) {
        throw new IllegalStateException("nothing can break in memory", e);
      }
    }

    private Answer asked(Bytes request) {
      InetAddress client = clients.getFirst();
      int port = random.nextInt(1024, 65_536);
      // clocks may differ by two days
      Instant at = Instant.now().plusSeconds(random.nextInt(-86_400, 86_400));
      return answer(
          request, peer.answer(request, client, port, at).orElse(Bytes.EMPTY), client, port);
    }

    @Override
    public Endpoint endpoint() {
      return endpoint;
    }

    @Override
    public Set<InetAddress> ownAddresses() {
      return Set.copyOf(clients);
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
      return new Greeting();
    }

    @Override
    public Conversation converse(List<String> alpn) {
      throw useless();
    }

    @Override
    public Conversation converse(Transport transport) {
      throw useless();
    }

    @Override
    public Conversation converse(AnswersFrom answersFrom) {
      throw useless();
    }

    @Override
    public Answer ask(String name, Bytes payload) {
      return content ? first : asked(payload);
    }

    @Override
    public List<Answer> challenge() {
      throw useless();
    }

    @Override
    public RandomGenerator random() {
      return random;
    }

    /** A conversation in which the server speaks first. */
    private final class Greeting implements Conversation {

      @Override
      public void send(Bytes payload) {
        throw useless();
      }

      @Override
      public Answer receive(String name, Predicate<Bytes> complete) {
        return content ? first : asked(Bytes.EMPTY);
      }

      @Override
      public Answer receive(String name, Predicate<Bytes> complete, Duration patience) {
        return receive(name, complete);
      }

      @Override
      public Tls startTls(String command, List<String> alpn) {
        throw useless();
      }

      @Override
      public boolean open() {
        return true;
      }

      @Override
      public void close() {}
    }
  }

  private static UnsupportedOperationException useless() {
    return new UnsupportedOperationException("a learned probe has no use for this");
  }
}
