package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
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
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/**
 * The session service of NetBIOS (RFC 1002): calls the name that every server of files answers to.
 * Four bytes say that the session is established, which is little; that SMB is spoken in it proves
 * it.
 */
@Component
final class NetbiosSessionProbe implements Probe {

  private static final String PROTOCOL = "netbios-ssn";
  private static final Bytes ESTABLISHED = Bytes.hex("82000000");
  private static final double ANSWERED = 0.4;
  private static final double SPOKEN_IN = 0.97;
  private static final int NAME = 15;

  private final SmbProbe smb;

  NetbiosSessionProbe(SmbProbe smb) {
    this.smb = smb;
  }

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "NetBIOS session service",
        "Calls *SMBSERVER, and negotiates a dialect of SMB in the session. Leaves the challenge"
            + " of NTLM unanswered.",
        List.of("RFC 1001, 16", "RFC 1002, 4.3"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(new Opening("netbios-ssn/request", request(random), Set.of(139), 7));
  }

  private static Bytes request(RandomGenerator random) {
    StringBuilder us = new StringBuilder("PP");
    for (int i = 0; i < 6; i++) {
      us.append((char) random.nextInt('A', 'Z' + 1));
    }
    return Bytes.hex("81000044").plus(encoded("*SMBSERVER", 0x20)).plus(encoded(us.toString(), 0));
  }

  /** A name in half bytes, each as a letter from A on (RFC 1001, 14.1). */
  private static Bytes encoded(String name, int kind) {
    StringBuilder letters = new StringBuilder();
    String padded = name + " ".repeat(NAME - name.length()) + (char) kind;
    padded
        .chars()
        .forEach(c -> letters.append((char) ('A' + (c >> 4))).append((char) ('A' + (c & 15))));
    return Bytes.of((byte) 32).plus(Bytes.latin1(letters + "\0"));
  }

  @Override
  public Recognition recognise(Answer answer) {
    boolean asked =
        answer.sent().length() == 72 && answer.sent().startsWith(Bytes.hex("8100004420"));
    if (!asked || !answer.received().equals(ESTABLISHED)) {
      return Claims.notYet(answer, asked && ESTABLISHED.startsWith(answer.received()));
    }
    return new Recognition.Suspected(
        Claims.found(Service.of(PROTOCOL), ANSWERED, answer, "says that a session is established"));
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    try (Conversation conversation = interview.converse()) {
      Answer again =
          conversation.ask(
              "netbios-ssn/request",
              request(interview.random()),
              soFar -> soFar.length() >= ESTABLISHED.length());
      if (!again.received().equals(ESTABLISHED) || !conversation.open()) {
        return Dossier.other(again, "establishes no second session").orElseThrow();
      }
      Opening negotiation = smb.openings(interview.random()).getFirst();
      Answer answer =
          conversation.ask(negotiation.name(), negotiation.payload(), SmbSession::isWhole);
      Optional<Finding> spoken =
          smb.recognise(answer) instanceof Recognition.Recognised(Finding found)
              ? Optional.of(found)
              : Optional.empty();
      if (spoken.isEmpty()) {
        return Dossier.other(answer, "does not speak SMB in a session").orElseThrow();
      }
      return new Examination.Confirmed(described(named(finding, spoken.get()), interview));
    }
  }

  /** With what the server tells of itself in a session in which the dialect is still open. */
  private static Finding described(Finding named, Interview interview)
      throws ConversationException {
    if (!Boolean.FALSE.equals(named.details().get("smb1"))) {
      return named;
    }
    try (Conversation conversation = interview.converse()) {
      Answer again =
          conversation.ask(
              "netbios-ssn/request",
              request(interview.random()),
              soFar -> soFar.length() >= ESTABLISHED.length());
      return again.received().equals(ESTABLISHED) && conversation.open()
          ? SmbSession.describe(named, conversation, interview.random())
          : named;
    }
  }

  private static Finding named(Finding session, Finding spoken) {
    Finding named =
        session
            .withService(spoken.service().withProtocol(PROTOCOL))
            .withConfidence(SPOKEN_IN)
            .withEvidence(spoken.evidence().getFirst());
    for (var detail : spoken.details().entrySet()) {
      named = named.withDetail(detail.getKey(), detail.getValue());
    }
    return named;
  }
}
