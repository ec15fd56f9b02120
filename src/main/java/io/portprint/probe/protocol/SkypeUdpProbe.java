package io.portprint.probe.protocol;

import io.portprint.fingerprint.Evidence;
import io.portprint.fingerprint.Impostor;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Span;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Conversation;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Description;
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.probe.Interview;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/**
 * Finds a classic (version 2 to 6) Skype node by what its UDP port says to a datagram that it can't
 * decrypt: an acknowledgement that repeats the datagram's ID and tells the address under which the
 * node sees us.
 *
 * <p>Peer-to-peer Skype nodes are gone from the internet. This is proven against a reference node,
 * against public captures of real nodes and against impostors, and against nothing else.
 *
 * <p>IANA has no name for the protocol; it is called {@code skype} here. A node tells no version.
 */
@Component
final class SkypeUdpProbe implements Probe {

  static final String PROTOCOL = "skype";

  static final Service SERVICE =
      new Service(
          PROTOCOL,
          "Skype",
          null,
          null,
          null,
          null,
          null,
          List.of("cpe:2.3:a:skype:skype:*:*:*:*:*:*:*:*"),
          false);

  /** Sources that the probes for both transports were written from. */
  static final List<String> REFERENCES =
      List.of(
          "Biondi, Desclaux: Silver Needle in the Skype (2006)",
          "Ehlert, Petgang: Analysis and Signature of Skype VoIP Session Traffic (2006)",
          "Adami et al.: Skype-Hunter (2009)",
          "Fiddling Around with Skype (2009)");

  static final String GONE =
      " Peer-to-peer Skype nodes are gone from the internet: this is proven against a reference"
          + " node, captures and impostors only.";

  private static final double ONE_ANSWER = 0.95;
  private static final double ONE_ANSWER_OF_UNKNOWN_ADDRESS = 0.50;
  private static final List<Span> ID_FUNCTION_ADDRESS =
      List.of(new Span(0, 2), new Span(2, 1), new Span(3, 4));

  @Override
  public Description description() {
    return new Description(
        "skype-udp",
        PROTOCOL,
        Transport.UDP,
        "Skype (peer-to-peer node)",
        "Sends datagrams that a node can't decrypt, and requires acknowledgements that repeat the"
            + " ID, tell the same address of ours and differ in the rest, and silence to a datagram"
            + " that needs none."
            + GONE,
        REFERENCES);
  }

  /** Nodes choose their port at random, so every port is asked. */
  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(
        new Opening("skype/undecryptable", SkypeNack.request(random, Set.of()), Set.of(), 1));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Optional<SkypeNack> read = SkypeNack.read(answer.sent(), answer.received());
    if (read.isEmpty()) {
      return Recognition.MISMATCH;
    }
    SkypeNack nack = read.get();
    boolean known = nack.saw(Set.of(answer.local()));
    if (!known && !nack.saysPlausibleClient()) {
      return Recognition.MISMATCH;
    }
    double confidence = known ? ONE_ANSWER : ONE_ANSWER_OF_UNKNOWN_ADDRESS;
    double most =
        switch (nack.form()) {
          case NACK -> confidence;
          case OTHER -> Math.min(SkypeNacks.MOST_OF_OTHER_FORM, confidence);
        };
    return new Recognition.Suspected(
        Finding.of(SERVICE, most, because(answer, nack))
            .withDetail("observedClientAddress", nack.clientText()));
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    SkypeNacks nacks;
    try (Conversation conversation = interview.converse()) {
      nacks =
          SkypeNacks.ask(
              conversation,
              interview.random(),
              interview.ownAddresses(),
              Optional.of(interview.first()));
    }
    return switch (nacks.judge(interview.ownAddresses())) {
      case SkypeNacks.Verdict.NotShown not ->
          new Examination.Refuted(not.reason(), null, turns(nacks, not.reason()));
      case SkypeNacks.Verdict.Caught caught -> refuted(caught);
      case SkypeNacks.Verdict.Node node -> confirmed(node, nacks, interview);
    };
  }

  private static Examination refuted(SkypeNacks.Verdict.Caught caught) {
    Answer answer = caught.answer();
    return new Examination.Refuted(
        caught.reason(),
        new Impostor(
            PROTOCOL, answer.sent().escaped(), answer.received().escaped(), caught.reason()),
        List.of(answer.because(caught.reason(), List.of(new Span(0, answer.received().length())))));
  }

  private static Examination confirmed(
      SkypeNacks.Verdict.Node node, SkypeNacks nacks, Interview interview) {
    List<Evidence> evidence = new ArrayList<>(evidence(nacks));
    double confidence = node.confidence();
    Optional<SkypeDisguise> disguise = SkypeDisguise.ask(interview);
    if (disguise.isPresent() && disguise.get().judge() instanceof SkypeDisguise.Verdict.Worn) {
      confidence = SkypeDisguise.together(node);
      evidence.addAll(disguise.get().evidence());
    }
    return new Examination.Confirmed(
        describe(new Finding(SERVICE, confidence, evidence, Map.of(), null), node));
  }

  /** The finding with what the node told. */
  static Finding describe(Finding finding, SkypeNacks.Verdict.Node node) {
    return finding
        .withDetail("observedClientAddress", node.client())
        .withDetail("answers", node.answers())
        .withDetail("addressKnown", node.addressKnown());
  }

  /** The turns with a peer that was found to be a node. */
  static List<Evidence> evidence(SkypeNacks nacks) {
    List<Evidence> evidence = new ArrayList<>();
    for (Answer answer : nacks.answers()) {
      SkypeNack.read(answer.sent(), answer.received())
          .ifPresent(nack -> evidence.add(because(answer, nack)));
    }
    evidence.add(
        nacks
            .control()
            .because("stays silent to a datagram that a node does not acknowledge", List.of()));
    return evidence;
  }

  private static Evidence because(Answer answer, SkypeNack nack) {
    String what =
        switch (nack.form()) {
          case NACK -> "negative acknowledgement";
          case OTHER -> "acknowledgement (low nibble 5)";
        };
    return answer.because(
        what + " of the datagram's ID, which says that it came from " + nack.clientText(),
        ID_FUNCTION_ADDRESS);
  }

  private static List<Evidence> turns(SkypeNacks nacks, String reason) {
    return nacks.answers().stream().map(answer -> answer.because(reason, List.of())).toList();
  }
}
