package io.portprint.detect;

import io.portprint.detect.Neighbours.Alike;
import io.portprint.detect.Panel.Candidate;
import io.portprint.fingerprint.Alternative;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Evidence;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Impostor;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.State;
import io.portprint.fingerprint.Tls;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Conversation;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Repertoire;
import io.portprint.scope.ApprovedEndpoint;
import io.portprint.signature.NmapBook;
import io.portprint.signature.SignatureBook;
import io.portprint.transport.Caller;
import io.portprint.transport.Dialer;
import io.portprint.transport.Dialer.Dialed;
import io.portprint.transport.Lifeline;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what one endpoint is: connect, race, examine, doubt, and a verdict when the deadline
 * ends at the latest.
 */
public final class Detector {

  private static final Logger log = LoggerFactory.getLogger(Detector.class);

  /** The layer that others are found in; looked for whatever protocols a plan names. */
  private static final String TLS = "tls";

  /** Said to a port where no protocol has anything to say: a closed one refuses it all the same. */
  private static final Bytes ANY = Bytes.latin1("\r\n\r\n");

  /** Payloads that a sweep says to a port over UDP, at most. */
  public static final int SWEPT = 12;

  private final Repertoire repertoire;
  private final Hearsay hearsay;
  private final Dialer dialer;
  private final DetectProperties limits;
  private final InstantSource clock;
  private final RandomGenerator random = new SecureRandom();
  private final Neighbours neighbours = new Neighbours();
  private final Sayings sayings = new Sayings();

  public Detector(List<Probe> probes, Dialer dialer, DetectProperties limits, InstantSource clock) {
    this(new Repertoire(probes), Hearsay.NONE, dialer, limits, clock);
  }

  /** One that also hears what an operator's files say. */
  public Detector(
      Repertoire repertoire,
      NmapBook nmap,
      SignatureBook signatures,
      Dialer dialer,
      DetectProperties limits,
      InstantSource clock) {
    this(repertoire, new Hearsay(nmap, signatures), dialer, limits, clock);
  }

  private Detector(
      Repertoire repertoire,
      Hearsay hearsay,
      Dialer dialer,
      DetectProperties limits,
      InstantSource clock) {
    this.hearsay = hearsay;
    this.repertoire = repertoire;
    this.dialer = dialer;
    this.limits = limits;
    this.clock = clock;
  }

  /** One that knows a single probe, and asks nothing else. */
  public Detector only(Probe probe) {
    return new Detector(new Repertoire(List.of(probe)), Hearsay.NONE, dialer, limits, clock);
  }

  /** The names of the protocols that can be looked for. */
  public Set<String> protocols() {
    Set<String> names = new TreeSet<>();
    repertoire.probes().forEach(probe -> names.add(probe.description().protocol()));
    return names;
  }

  /**
   * Changes when probes are published or withdrawn: verdicts of another edition may be outdated.
   */
  public int edition() {
    return repertoire.edition();
  }

  /** What a sweep says to find out whether an endpoint is open over UDP, the most telling first. */
  public List<Bytes> payloads(ApprovedEndpoint approved, Plan plan) {
    List<Bytes> payloads =
        openings(approved, plan, Effort.QUICK).stream().limit(SWEPT).map(Opening::payload).toList();
    return payloads.isEmpty() ? List.of(ANY) : payloads;
  }

  /**
   * Whether an endpoint that was silent to a sweep over UDP is worth all questions there are,
   * however many were: its port suggests some, or no effort is too much.
   */
  public boolean worthAsking(ApprovedEndpoint approved, Plan plan) {
    int port = approved.endpoint().port();
    return plan.effort() == Effort.THOROUGH
        || openings(approved, plan, Effort.QUICK).stream()
            .anyMatch(opening -> opening.ports().contains(port));
  }

  private List<Opening> openings(ApprovedEndpoint approved, Plan plan, Effort effort) {
    Endpoint endpoint = approved.endpoint();
    return new Panel(
            repertoire.probes(endpoint.transport()).stream()
                .filter(
                    probe ->
                        plan.protocols().isEmpty()
                            || plan.protocols().contains(probe.description().protocol()))
                .toList(),
            sayings)
        .openings(endpoint.port(), endpoint.transport(), effort, random);
  }

  /** The verdict on an endpoint. Blocks until it is reached, and never longer than the lifeline. */
  public Fingerprint fingerprint(ApprovedEndpoint approved, Plan plan, Lifeline lifeline) {
    return fingerprint(approved, plan, lifeline, null);
  }

  /**
   * The verdict on an endpoint, by way of a connection to it that was made before.
   *
   * @param caller null to make one
   */
  public Fingerprint fingerprint(
      ApprovedEndpoint approved, Plan plan, Lifeline lifeline, @Nullable Caller caller) {
    Case open = new Case(approved, plan, lifeline, caller);
    Verdict verdict =
        switch (approved.endpoint().transport()) {
          case TCP -> open.tcp();
          case UDP -> open.udp();
        };
    return open.fingerprint(verdict);
  }

  /** What came out, before it is dated. */
  private record Verdict(
      State state,
      @Nullable Service service,
      double confidence,
      List<Alternative> alternatives,
      @Nullable Impostor impostor,
      @Nullable Tls tls,
      Map<String, Object> details,
      List<Evidence> evidence) {

    static Verdict of(State state) {
      return new Verdict(state, null, 0, List.of(), null, null, Map.of(), List.of());
    }
  }

  /** How the questioning in one layer ended. */
  private sealed interface Outcome {
    record Named(Finding finding) implements Outcome {}

    record Wrapped(Finding layer) implements Outcome {}

    record Unnamed() implements Outcome {}
  }

  /** One endpoint under examination. */
  private final class Case {

    private final ApprovedEndpoint approved;
    private final Endpoint endpoint;
    private final Plan plan;
    private final Lifeline lifeline;
    private final @Nullable Caller caller;
    private final Panel panel;
    private final long startedAt = System.nanoTime();
    private final Map<String, Alternative> alternatives = new LinkedHashMap<>();
    private @Nullable Impostor impostor;
    private @Nullable Alike alike;

    Case(ApprovedEndpoint approved, Plan plan, Lifeline lifeline, @Nullable Caller caller) {
      this.caller = caller;
      this.approved = approved;
      this.endpoint = approved.endpoint();
      this.plan = plan;
      this.lifeline = lifeline;
      this.panel =
          new Panel(
              repertoire.probes(endpoint.transport()).stream().filter(this::wanted).toList(),
              sayings);
    }

    private boolean wanted(Probe probe) {
      String protocol = probe.description().protocol();
      return asked(protocol) || protocol.equals(TLS);
    }

    private boolean asked(String protocol) {
      return plan.protocols().isEmpty() || plan.protocols().contains(protocol);
    }

    Fingerprint fingerprint(Verdict verdict) {
      return new Fingerprint(
          endpoint,
          verdict.state(),
          verdict.service(),
          verdict.confidence(),
          verdict.alternatives(),
          verdict.impostor(),
          verdict.tls(),
          verdict.details(),
          verdict.evidence().stream().map(one -> one.limitedTo(limits.maxEvidenceBytes())).toList(),
          clock.instant(),
          Duration.ofNanos(System.nanoTime() - startedAt),
          false);
    }

    Verdict tcp() {
      Layer layer = Layer.plain(dialer, approved, lifeline, limits, plan.effort().pace());
      Dialed dialed;
      try {
        dialed = caller == null ? layer.dial(List.of()) : layer.goOn(caller);
      } catch (ConversationException e) {
        return Verdict.of(Dialogues.stateAfter(e));
      }
      layer.roundTrip(dialed.connectTime());
      Outcome outcome = plainly(layer, dialed);
      neighbours.note(
          endpoint.address(),
          outcome instanceof Outcome.Unnamed ? Habit.of(layer.turns()) : Habit.NAMED);
      return switch (outcome) {
        case Outcome.Named(Finding finding) -> named(finding, finding.service(), finding.tls());
        case Outcome.Wrapped(Finding tls) -> inside(layer.insideTlsOf(), dialed.connectTime(), tls);
        case Outcome.Unnamed _ -> unnamed(layer, Service.UNKNOWN, null);
      };
    }

    /**
     * The race, a short one first where the host is alike on every port: what the port suggests and
     * what is said to every port; the rest only to a port that is not like the others.
     */
    private Outcome plainly(Layer layer, Dialed dialed) {
      List<Opening> openings = openings(layer, panel);
      alike = neighbours.alike(endpoint.address()).orElse(null);
      if (alike == null) {
        return question(layer, panel, openings, dialed.connectTime(), dialed.conversation());
      }
      Outcome outcome =
          question(
              layer,
              panel,
              openings.stream()
                  .filter(one -> one.ports().contains(endpoint.port()) || one.rarity() == 1)
                  .toList(),
              dialed.connectTime(),
              dialed.conversation());
      if (outcome instanceof Outcome.Unnamed && !Habit.of(layer.turns()).equals(alike.habit())) {
        alike = null;
        return question(layer, panel, openings, dialed.connectTime(), null);
      }
      return outcome;
    }

    private Verdict inside(Layer layer, Duration roundTrip, Finding outer) {
      // the layers inside take a handshake more before anything is said
      Panel judges = panel.without(TLS);
      Outcome outcome =
          question(layer, judges, openings(layer, judges), roundTrip.multipliedBy(3), null);
      return switch (outcome) {
        case Outcome.Named(Finding finding) -> {
          List<Evidence> evidence = new ArrayList<>(outer.evidence());
          evidence.addAll(finding.evidence());
          Finding whole =
              new Finding(
                  finding.service(),
                  finding.confidence(),
                  evidence,
                  finding.details(),
                  outer.tls());
          yield named(whole, finding.service().withTls(true), outer.tls());
        }
        // TLS that is found in TLS is not followed further
        case Outcome.Wrapped _ -> named(outer, outer.service().withTls(true), outer.tls());
        case Outcome.Unnamed _ ->
            layer.spoke() || !asked(TLS)
                ? unnamed(layer, Service.UNKNOWN.withTls(true), outer)
                : named(outer, outer.service().withTls(true), outer.tls());
      };
    }

    Verdict udp() {
      Layer layer = Layer.plain(dialer, approved, lifeline, limits, plan.effort().pace());
      List<Opening> openings = openings(layer, panel);
      Outcome outcome =
          question(
              layer,
              Race.overUdp(
                  layer, panel, limits.connectionsPerEndpoint(), openings, endpoint.port()));
      return switch (outcome) {
        case Outcome.Named(Finding finding) -> named(finding, finding.service(), finding.tls());
        case Outcome.Wrapped(Finding finding) -> named(finding, finding.service(), finding.tls());
        case Outcome.Unnamed _ -> {
          if (layer.spoke()) {
            yield unnamed(layer, Service.UNKNOWN, null);
          }
          boolean refused = layer.turns().stream().anyMatch(turn -> turn.ending() == Ending.RESET);
          yield Verdict.of(refused ? State.CLOSED : State.OPEN_OR_FILTERED);
        }
      };
    }

    private Outcome question(
        Layer layer,
        Panel judges,
        List<Opening> openings,
        Duration roundTrip,
        @Nullable Conversation first) {
      return question(
          layer,
          Race.overTcp(
              layer,
              judges,
              limits.connectionsPerEndpoint(),
              plan.effort().greeting(),
              roundTrip,
              openings,
              endpoint.port(),
              first));
    }

    private List<Opening> openings(Layer layer, Panel judges) {
      List<Opening> openings =
          new ArrayList<>(
              judges.openings(endpoint.port(), endpoint.transport(), plan.effort(), random));
      if (plan.protocols().isEmpty()) {
        openings.addAll(
            hearsay.openings(
                endpoint.port(),
                endpoint.transport(),
                layer.isInsideTls(),
                plan.effort(),
                openings));
      }
      return openings;
    }

    /** Races and examines until a claim stands, or nothing is left. */
    private Outcome question(Layer layer, Race race) {
      Challenge challenge = layer.challenge(random);
      Optional<Race.Heard> heard = race.run();
      while (heard.isPresent()) {
        Race.Heard one = heard.get();
        try {
          for (Candidate candidate : one.candidates()) {
            Outcome outcome = examine(candidate, layer, challenge, one);
            if (!(outcome instanceof Outcome.Unnamed)) {
              return outcome;
            }
          }
        } finally {
          one.drop();
        }
        race.dismiss(one.answer());
        heard = race.run();
      }
      return new Outcome.Unnamed();
    }

    private Outcome examine(
        Candidate candidate, Layer layer, Challenge challenge, Race.Heard heard) {
      Finding finding = candidate.finding();
      Examining interview =
          new Examining(endpoint, layer, challenge, heard, limits.publicAddresses(), random);
      try {
        return switch (candidate.probe().examine(finding, interview)) {
          case Examination.Confirmed(Finding confirmed, boolean tacit) ->
              tacit || believed(confirmed, layer, challenge, interview)
                  ? new Outcome.Named(confirmed)
                  : new Outcome.Unnamed();
          case Examination.Layer(Finding found) -> new Outcome.Wrapped(found);
          case Examination.Refuted refuted -> {
            if (refuted.impostor() != null && impostor == null) {
              impostor = refuted.impostor();
            }
            yield new Outcome.Unnamed();
          }
        };
      } catch (ConversationException e) {
        log.atDebug()
            .addKeyValue("endpoint", endpoint)
            .addKeyValue("probe", candidate.probe().description().name())
            .addKeyValue("failure", e.failure())
            .log("examination ended early");
      } catch (RuntimeException e) {
        log.atError()
            .addKeyValue("endpoint", endpoint)
            .addKeyValue("probe", candidate.probe().description().name())
            .setCause(e)
            .log("probe failed in an examination");
      }
      if (candidate.recognised()) {
        return new Outcome.Named(finding);
      }
      alternatives.putIfAbsent(
          finding.protocol(),
          new Alternative(
              finding.protocol(),
              finding.confidence(),
              "suspected, but the examination was cut short"));
      return new Outcome.Unnamed();
    }

    /** Whether anything but the words of the claim speaks for it. */
    private boolean believed(
        Finding confirmed, Layer layer, Challenge challenge, Examining interview)
        throws ConversationException {
      if (endpoint.transport() != Transport.TCP || confirmed.protocol().equals(TLS)) {
        return true;
      }
      Optional<Impostor> caught =
          Doubt.unproven(
              confirmed.protocol(),
              interview.first(),
              interview.questions(),
              layer.turns(),
              challenge::answers);
      if (caught.isPresent() && impostor == null) {
        impostor = caught.get();
      }
      return caught.isEmpty();
    }

    private Verdict named(Finding named, Service seen, @Nullable Tls tls) {
      Finding finding = hearsay.completed(named, endpoint.transport());
      Service service = seen.orElse(finding.service());
      alternatives.remove(finding.protocol());
      return new Verdict(
          State.OPEN,
          service,
          finding.confidence(),
          List.copyOf(alternatives.values()),
          null,
          tls,
          finding.details(),
          finding.evidence());
    }

    /** Unknown is an answer: with everything that was said, so that somebody may know more. */
    private Verdict unnamed(Layer layer, Service service, @Nullable Finding outer) {
      if (impostor == null && plan.protocols().isEmpty()) {
        Optional<Finding> heard = hearsay.of(layer, endpoint.transport(), random, alternatives);
        if (heard.isPresent()) {
          Service known = heard.get().service().withTls(service.tls());
          return named(heard.get(), known, outer == null ? null : outer.tls());
        }
      }
      if (impostor == null) {
        impostor = doubted(layer);
      }
      List<Answer> turns = layer.turns();
      List<Evidence> evidence = new ArrayList<>();
      if (outer != null) {
        evidence.addAll(outer.evidence());
      }
      turns.forEach(turn -> evidence.add(turn.because(remark(turn), List.of())));
      return new Verdict(
          State.OPEN,
          service,
          0,
          List.copyOf(alternatives.values()),
          impostor,
          outer == null ? null : outer.tls(),
          alike == null ? Map.of() : Map.of("portsAlike", alike.ports()),
          evidence);
    }

    /** Who understands nothing is an impostor, whatever it claims. */
    private @Nullable Impostor doubted(Layer layer) {
      try {
        Challenge challenge = layer.challenge(random);
        return Doubt.of(layer.turns(), layer.drip(), challenge::answers).orElse(null);
      } catch (ConversationException e) {
        log.atDebug()
            .addKeyValue("endpoint", endpoint)
            .addKeyValue("failure", e.failure())
            .log("a challenge came to nothing");
        return null;
      }
    }

    private static String remark(Answer turn) {
      return turn.silent()
          ? switch (turn.ending()) {
            case CLOSED -> "closed without a word";
            case RESET -> "reset without a word";
            case OPEN, COMPLETE, SILENCE, LIMIT -> "no answer";
          }
          : "an answer of no known protocol";
    }
  }
}
