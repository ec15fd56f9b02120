package io.portprint.job;

import io.portprint.capture.learning.Learner;
import io.portprint.capture.learning.Lesson;
import io.portprint.capture.learning.Mutation;
import io.portprint.capture.learning.MutationPlan;
import io.portprint.capture.learning.Party;
import io.portprint.capture.learning.Trial;
import io.portprint.detect.Dialogues;
import io.portprint.detect.Dialogues.Transcript;
import io.portprint.engine.Engine;
import io.portprint.engine.Errand;
import io.portprint.engine.QueueFullException;
import io.portprint.engine.ShuttingDownException;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.State;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.scope.ApprovedEndpoint;
import io.portprint.scope.InvalidTargetException;
import io.portprint.scope.Scope;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replays: the same request said to an endpoint many times, with one thing changed at a time, and
 * what the answers teach. Each conversation takes its turn like a look-up. A client sees its own
 * only.
 */
public final class Replays implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Replays.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(30);

  /** What is kept of one answer, which is all that is learnt from. */
  private static final int KEPT = 2_048;

  /** Of a replay without its conversations: of the lesson above all. In bytes, rounded up. */
  private static final int WEIGHT = 65_536;

  /** Besides the answers of its turns, a conversation may take this for the connection. */
  private static final Duration BESIDES = Duration.ofSeconds(5);

  private final Scope scope;
  private final Engine engine;
  private final Dialogues dialogues;
  private final List<InetAddress> publicAddresses;
  private final ReplayProperties properties;
  private final InstantSource clock;
  private final TimeOrderedIds ids;
  private final Map<UUID, Running> replays = new LinkedHashMap<>();

  Replays(
      Scope scope,
      Engine engine,
      Dialogues dialogues,
      List<InetAddress> publicAddresses,
      ReplayProperties properties,
      InstantSource clock) {
    this.scope = scope;
    this.engine = engine;
    this.dialogues = dialogues;
    this.publicAddresses = List.copyOf(publicAddresses);
    this.properties = properties;
    this.clock = clock;
    this.ids = new TimeOrderedIds(clock);
  }

  /** Begins a replay. */
  public Replay submit(ReplayRequest request, String client) {
    List<Server> servers = servers(request);
    UUID id = ids.next();
    MutationPlan plan =
        MutationPlan.of(
            request.request(),
            servers.stream().mapToInt(one -> one.sources().size()).reduce(1, Math::max),
            request.repeats(),
            id.getLeastSignificantBits());
    Running replay = new Running(id, client, servers, request, plan);
    synchronized (replays) {
      forgetExpired();
      if (replays.values().stream().filter(one -> !one.ended()).count()
          >= properties.maxRunning()) {
        throw new QueueFullException(
            "%d replays are under way, which is the limit".formatted(properties.maxRunning()),
            RETRY_AFTER);
      }
      makeRoom(replay.weight());
      replays.put(id, replay);
    }
    replay.thread.start();
    log.atInfo()
        .addKeyValue("replay", id)
        .addKeyValue("client", client)
        .addKeyValue("endpoint", servers.getFirst().endpoint())
        .addKeyValue("trials", plan.steps().size() * servers.size())
        .log("replay begun");
    return replay.snapshot();
  }

  /** Forgets the oldest replays that have ended, as many as have to go for another. */
  private void makeRoom(long more) {
    long most = properties.maxBytes().toBytes();
    long underWay = more;
    long all = more;
    Deque<Running> ended = new ArrayDeque<>(); // the oldest first
    for (Running one : replays.values()) {
      all += one.weight();
      if (one.ended()) {
        ended.add(one);
      } else {
        underWay += one.weight();
      }
    }
    if (underWay > most || replays.size() - ended.size() >= properties.maxKept()) {
      throw new QueueFullException("the replays under way leave no room for another", RETRY_AFTER);
    }
    while (!ended.isEmpty() && (all > most || replays.size() >= properties.maxKept())) {
      Running oldest = ended.removeFirst();
      all -= oldest.weight();
      replays.remove(oldest.id);
    }
  }

  /**
   * A server to be spoken to.
   *
   * @param sources addresses from which it can be
   */
  private record Server(ApprovedEndpoint endpoint, List<InetAddress> sources) {

    Transport transport() {
      return endpoint.endpoint().transport();
    }
  }

  private List<Server> servers(ReplayRequest request) {
    List<Server> servers = new ArrayList<>();
    servers.add(server("endpoint", request.endpoint()));
    for (int i = 0; i < request.alsoAt().size(); i++) {
      String field = "alsoAt[%d]".formatted(i);
      Server server = server(field, request.alsoAt().get(i));
      if (server.transport() != servers.getFirst().transport()) {
        throw new InvalidTargetException(
            field,
            request.alsoAt().get(i),
            "is spoken to over " + server.transport().label() + ", and endpoint is not",
            "Give servers of one kind, which speak over the same transport.");
      }
      servers.add(server);
    }
    return servers;
  }

  private Server server(String field, String text) {
    ApprovedEndpoint endpoint = scope.approve(field, text);
    return new Server(endpoint, sources(endpoint));
  }

  /**
   * The addresses to speak from. Public addresses are those of the usual one: where a translator
   * stands between, what the endpoint sees of another is not known, and would teach nothing.
   */
  private List<InetAddress> sources(ApprovedEndpoint endpoint) {
    List<InetAddress> usable = dialogues.sourceAddresses(endpoint);
    boolean translated =
        !publicAddresses.isEmpty()
            && !endpoint.endpoint().address().isLoopbackAddress()
            && !endpoint.endpoint().address().isLinkLocalAddress();
    return translated ? usable.stream().limit(1).toList() : usable;
  }

  private void forgetExpired() {
    Instant now = clock.instant();
    replays.values().removeIf(one -> one.expired(now));
  }

  private Running find(UUID id, String client) {
    synchronized (replays) {
      forgetExpired();
      Running replay = replays.get(id);
      if (replay == null || !replay.client.equals(client)) {
        throw new ReplayNotFoundException(id);
      }
      return replay;
    }
  }

  public Replay get(UUID id, String client) {
    return find(id, client).snapshot();
  }

  /** Ends a replay; what it has learnt so far stays readable. One that has ended stays as it is. */
  public Replay cancel(UUID id, String client) {
    Running replay = find(id, client);
    replay.cancel();
    return replay.snapshot();
  }

  @Override
  public void close() {
    List<Running> all;
    synchronized (replays) {
      all = List.copyOf(replays.values());
    }
    all.forEach(Running::cancel);
  }

  /** One replay at work. */
  private final class Running {

    private final UUID id;
    private final String client;
    private final List<Server> servers;
    private final ReplayRequest request;
    private final MutationPlan plan;
    private final long weightOfSayings;
    private final Instant createdAt = clock.instant();
    private final Thread thread;
    private final List<HeldConversation> conversations = new ArrayList<>();
    private @Nullable Instant finishedAt;
    private @Nullable Lesson lesson;
    private @Nullable String ending;
    private JobState state = JobState.RUNNING;

    Running(
        UUID id, String client, List<Server> servers, ReplayRequest request, MutationPlan plan) {
      this.id = id;
      this.client = client;
      this.servers = servers;
      this.request = request;
      this.plan = plan;
      this.weightOfSayings = weightOfSayings(request, plan);
      this.thread = Thread.ofVirtual().name("replay").unstarted(this::run);
    }

    /**
     * What is said in it, in bytes of memory: of the turns that are learnt from the changed ones
     * are their own each time.
     */
    private static long weightOfSayings(ReplayRequest request, MutationPlan plan) {
      long weight = request.request().length();
      for (Bytes saying : request.before()) {
        weight += saying.length();
      }
      for (MutationPlan.Step step : plan.steps()) {
        if (!step.request().equals(request.request())) {
          weight += step.request().length();
        }
      }
      return weight;
    }

    /** What it takes, in bytes of memory; until it has ended, what it may come to take. */
    synchronized long weight() {
      long heard =
          finishedAt == null
              ? HeldConversation.mostWeight(request.before().size() + 1)
                  * plan.steps().size()
                  * servers.size()
              : conversations.stream().mapToLong(HeldConversation::weight).sum();
      return WEIGHT + weightOfSayings + heard;
    }

    private void run() {
      String cut = null;
      JobState end = JobState.COMPLETED;
      try {
        for (MutationPlan.Step step : plan.steps()) {
          for (Server server : servers) {
            long started = System.nanoTime();
            converse(step, server).ifPresent(this::add);
            long left = request.pace().toNanos() - (System.nanoTime() - started);
            if (left > 0) {
              TimeUnit.NANOSECONDS.sleep(left);
            }
          }
        }
      } catch (InterruptedException e) {
        end = JobState.CANCELLED;
        cut = "cancelled by the client";
      } catch (QueueFullException | ShuttingDownException e) {
        end = JobState.CANCELLED;
        cut = String.valueOf(e.getMessage());
      } catch (RuntimeException e) {
        log.atError().addKeyValue("replay", id).setCause(e).log("replay failed");
        end = JobState.FAILED;
        cut = "the service failed; its log says how";
      }
      end(end, cut);
    }

    /** Empty where nothing could be said, which is no silence of the peer. */
    private Optional<HeldConversation> converse(MutationPlan.Step step, Server server)
        throws InterruptedException {
      List<Bytes> sayings = new ArrayList<>(request.before());
      sayings.add(step.request());
      Duration time = request.patience().multipliedBy(2L * sayings.size()).plus(BESIDES);
      Instant at = clock.instant();
      InetAddress from = null;
      if (step.mutation() instanceof Mutation.SourceAddress(int index)) {
        if (index >= server.sources().size()) {
          return Optional.empty();
        }
        from = server.sources().get(index);
      }
      InetAddress source = from;
      Errand<Transcript> errand =
          new Errand<>(
              server.endpoint(),
              time,
              lifeline ->
                  dialogues.converse(
                      server.endpoint(), sayings, request.patience(), lifeline, source));
      engine.admit(errand);
      try {
        Transcript transcript = errand.outcome().get();
        int turns = sayings.size();
        return transcript.state() == State.NOT_PROBED
            ? Optional.empty()
            : Optional.of(
                new HeldConversation(
                    trial(step, server, from, transcript, turns, at), turns, transcript.turns()));
      } catch (ExecutionException e) {
        throw new IllegalStateException("a conversation failed", e.getCause());
      } finally {
        engine.withdraw(errand);
      }
    }

    private Trial trial(
        MutationPlan.Step step,
        Server server,
        @Nullable InetAddress from,
        Transcript transcript,
        int turns,
        Instant at) {
      List<Bytes> answers = List.of();
      List<InetAddress> ours = new ArrayList<>();
      if (!transcript.turns().isEmpty()) {
        ours.add(transcript.turns().getFirst().local());
      }
      if (from == null) {
        ours.addAll(publicAddresses);
      }
      if (transcript.turns().size() == turns) {
        Answer last = transcript.turns().getLast();
        answers = last.silent() ? List.of() : List.of(last.received().head(KEPT));
      }
      Endpoint endpoint = server.endpoint().endpoint();
      return new Trial(
          step.mutation(),
          step.request(),
          answers,
          new Party(ours, transcript.localPort()),
          Party.of(endpoint.address(), endpoint.port()),
          at);
    }

    private synchronized void add(HeldConversation conversation) {
      conversations.add(conversation);
    }

    private void end(JobState how, @Nullable String cut) {
      Lesson learnt = Learner.learn(snapshot().trials());
      synchronized (this) {
        lesson = learnt;
        state = how;
        ending = cut;
        finishedAt = clock.instant();
      }
    }

    void cancel() {
      thread.interrupt();
    }

    synchronized boolean ended() {
      return finishedAt != null;
    }

    synchronized boolean expired(Instant now) {
      return finishedAt != null && !finishedAt.plus(properties.keepFinished()).isAfter(now);
    }

    synchronized Replay snapshot() {
      return new Replay(
          id,
          servers.getFirst().endpoint().endpoint(),
          servers.stream().skip(1).map(one -> one.endpoint().endpoint()).toList(),
          request.before().isEmpty(),
          state,
          createdAt,
          finishedAt,
          plan.steps().size() * servers.size(),
          conversations,
          lesson,
          ending);
    }
  }
}
