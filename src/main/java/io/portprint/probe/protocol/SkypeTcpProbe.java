package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Evidence;
import io.portprint.fingerprint.Impostor;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Finds a classic (version 2 to 6) Skype node behind the web server that its TCP port pretends to
 * be: a bare 404 to a GET, and random-looking bytes, others each time, to ASCII garbage. The UDP
 * port of the same number settles it.
 *
 * <p>Peer-to-peer Skype nodes are gone from the internet. This is proven against a reference node,
 * against public captures of real nodes and against impostors, and against nothing else.
 *
 * <p>The 404 alone is never called Skype: trackers and decoys answer the same 26 bytes. IANA has no
 * name for the protocol; it is called {@code skype} here. A node tells no version.
 */
@Component
final class SkypeTcpProbe implements Probe {

  /** A bare 404 alone is next to nothing: it only calls for an examination. */
  private static final double BARE_404 = 0.20;

  private static final List<Span> ALL = List.of(new Span(0, SkypeDisguise.NOT_FOUND.length()));
  private static final Logger log = LoggerFactory.getLogger(SkypeTcpProbe.class);

  @Override
  public Description description() {
    return new Description(
        "skype-tcp",
        SkypeUdpProbe.PROTOCOL,
        Transport.TCP,
        "Skype (peer-to-peer node)",
        "Doubts a web server that answers a GET with a bare 404: a node answers ASCII garbage with"
            + " random-looking bytes, others on each connection, and its UDP port acknowledges"
            + " datagrams."
            + SkypeUdpProbe.GONE,
        SkypeUdpProbe.REFERENCES);
  }

  /**
   * Nodes choose their port at random, so every port is asked. Any other probe's GET does as well.
   */
  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(new Opening("skype/get", SkypeDisguise.GET, Set.of(), 3));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Bytes received = answer.received();
    if (!SkypeDisguise.isGet(answer.sent()) || !SkypeDisguise.NOT_FOUND.startsWith(received)) {
      return Recognition.MISMATCH;
    }
    if (!answer.ended()) {
      return Recognition.INCOMPLETE;
    }
    if (!received.equals(SkypeDisguise.NOT_FOUND)) {
      return Recognition.MISMATCH;
    }
    return new Recognition.Suspected(
        Finding.of(
            SkypeUdpProbe.SERVICE,
            BARE_404,
            answer.because("answers a GET with a bare 404, without any header", ALL)));
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    if (interview.insideTls()) {
      return new Examination.Refuted("a Skype node's port speaks no TLS", null, List.of());
    }
    SkypeDisguise disguise = new SkypeDisguise(interview.first(), interview.challenge());
    return switch (disguise.judge()) {
      case SkypeDisguise.Verdict.NotShown not ->
          new Examination.Refuted(not.reason(), null, garbage(disguise, not.reason()));
      case SkypeDisguise.Verdict.Caught caught -> refuted(caught);
      case SkypeDisguise.Verdict.Worn() -> confirmed(disguise, interview);
    };
  }

  private static Examination refuted(SkypeDisguise.Verdict.Caught caught) {
    Answer answer = caught.answer();
    return new Examination.Refuted(
        caught.reason(),
        new Impostor(
            "http",
            answer.sent().escaped(),
            answer.received().head(256).escaped(),
            caught.reason()),
        List.of(answer.because(caught.reason(), List.of(new Span(0, answer.received().length())))));
  }

  private static Examination confirmed(SkypeDisguise disguise, Interview interview) {
    List<Evidence> evidence = new ArrayList<>(disguise.evidence());
    Optional<SkypeNacks> nacks = askUdp(interview);
    if (nacks.isPresent()
        && nacks.get().judge(interview.ownAddresses()) instanceof SkypeNacks.Verdict.Node node) {
      evidence.addAll(SkypeUdpProbe.evidence(nacks.get()));
      Finding both =
          new Finding(
              SkypeUdpProbe.SERVICE, SkypeDisguise.together(node), evidence, Map.of(), null);
      return new Examination.Confirmed(SkypeUdpProbe.describe(both, node));
    }
    return new Examination.Confirmed(
        new Finding(SkypeUdpProbe.SERVICE, SkypeDisguise.ALONE, evidence, Map.of(), null));
  }

  /** Asks the UDP port of the same number, which makes it surer and is not needed. */
  private static Optional<SkypeNacks> askUdp(Interview interview) {
    try (Conversation conversation = interview.converse(Transport.UDP)) {
      return Optional.of(
          SkypeNacks.ask(
              conversation, interview.random(), interview.ownAddresses(), Optional.empty()));
    } catch (ConversationException failed) {
      log.atDebug()
          .addKeyValue("endpoint", interview.endpoint())
          .addKeyValue("failure", failed.failure())
          .log("UDP port beside a Skype node's TCP port can't be asked");
      return Optional.empty();
    }
  }

  private static List<Evidence> garbage(SkypeDisguise disguise, String reason) {
    return disguise.garbage().stream().map(answer -> answer.because(reason, List.of())).toList();
  }
}
