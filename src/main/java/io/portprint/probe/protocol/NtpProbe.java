package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
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
import io.portprint.signature.Match;
import io.portprint.signature.SignatureBook;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/**
 * Finds time servers (RFC 5905) by the answer to a client's request, which repeats the 64 random
 * bits that stand where our clock would. Those that still answer control messages (RFC 9327) are
 * asked for their system variables, which name product and version; chrony, which has none, knows
 * an extension field of its own.
 */
@Component
final class NtpProbe implements Probe {

  private static final String PROTOCOL = "ntp";
  private static final double REPEATS_64_BITS = 0.99;
  private static final int LENGTH = 48;
  private static final int CLIENT = 3;
  private static final int SERVER = 4;
  private static final int MOST_STRATUM = 16;

  /**
   * An extension field that chrony alone has, to be filled by the server (doc/ntp.rst of chrony).
   */
  private static final Bytes MONOTONIC_ROOT = Bytes.hex("f323 001c f5bedd9a" + "00".repeat(20));

  private final SignatureBook signatures;

  NtpProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        "ntp",
        PROTOCOL,
        Transport.UDP,
        "NTP",
        "Asks for the time with a random transmit timestamp, and requires a server's answer that"
            + " repeats it; then asks for the system variables, which few servers still tell.",
        List.of("RFC 5905", "RFC 9327"));
  }

  /** Version 4, mode 3; nothing of our clock is told (draft-ietf-ntp-data-minimization). */
  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(new Opening("ntp/client", client(random), Set.of(123), 2));
  }

  private static Bytes client(RandomGenerator random) {
    return Bytes.hex("23" + "00".repeat(39)).plus(Claims.random(random, 8));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Bytes sent = answer.sent();
    Bytes received = answer.received();
    if (sent.length() != LENGTH || (sent.at(0) & 7) != CLIENT || received.length() < LENGTH) {
      return Recognition.MISMATCH;
    }
    int version = received.at(0) >> 3 & 7;
    int stratum = received.at(1);
    boolean answers =
        (received.at(0) & 7) == SERVER
            && version >= 1
            && version <= 4
            && stratum <= MOST_STRATUM
            && received.slice(24, 32).equals(sent.slice(40, LENGTH));
    if (!answers) {
      return Recognition.MISMATCH;
    }
    Finding finding =
        Finding.of(
                Service.of(PROTOCOL),
                REPEATS_64_BITS,
                answer.because(
                    "a server's answer that repeats our random transmit timestamp",
                    List.of(new Span(0, 2), new Span(24, 8))))
            .withDetail("version", version)
            .withDetail("stratum", stratum)
            .withDetail("synchronised", received.at(0) >> 6 != 3 && stratum < MOST_STRATUM)
            .withDetail("reference", reference(stratum, received.slice(12, 16)));
    return new Recognition.Recognised(finding);
  }

  /** The kiss code or the reference clock as text; else the server's own source. */
  private static String reference(int stratum, Bytes id) {
    if (stratum > 1) {
      return "%d.%d.%d.%d".formatted(id.at(0), id.at(1), id.at(2), id.at(3));
    }
    return Claims.text(Bytes.latin1(id.latin1().replace("\0", "")));
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    int sequence = interview.random().nextInt(1, 0x10000);
    Bytes readVariables = Bytes.hex("1602 %04x 0000 0000 0000 0000".formatted(sequence));
    try (Conversation conversation = interview.converse()) {
      Answer answer = conversation.ask("ntp/read-variables", readVariables, soFar -> true);
      Optional<Bytes> variables = variables(answer, sequence);
      if (variables.isPresent()) {
        return new Examination.Confirmed(known(finding, answer, variables.get()));
      }
    }
    return new Examination.Confirmed(chrony(finding, interview));
  }

  private static Finding chrony(Finding finding, Interview interview) throws ConversationException {
    Bytes request = client(interview.random()).plus(MONOTONIC_ROOT);
    try (Conversation conversation = interview.converse()) {
      Answer answer = conversation.ask("ntp/monotonic-root", request, soFar -> true);
      Bytes received = answer.received();
      boolean filled =
          received.length() == request.length()
              && received.slice(24, 32).equals(request.slice(40, LENGTH))
              && received.slice(LENGTH, LENGTH + 8).equals(MONOTONIC_ROOT.head(8))
              && !received.slice(LENGTH + 8, received.length()).equals(Bytes.of(new byte[20]));
      return filled
          ? finding
              .withService(
                  Claims.product(
                      PROTOCOL,
                      "chrony",
                      null,
                      List.of("cpe:2.3:a:tuxfamily:chrony:*:*:*:*:*:*:*:*")))
              .withEvidence(
                  answer.because(
                      "fills an extension field that chrony alone has",
                      List.of(new Span(LENGTH, MONOTONIC_ROOT.length()))))
          : finding;
    }
  }

  private Finding known(Finding finding, Answer answer, Bytes variables) {
    Optional<Match> match = signatures.match("ntp.variables", variables);
    return finding
        .withService(Claims.named(PROTOCOL, match))
        .withDetail("variables", variables.head(1024).escaped())
        .withEvidence(
            answer.because(
                "tells its system variables",
                List.of(new Span(12, variables.length())),
                match.map(Match::signature).orElse(null)));
  }

  /** The text of a response to a request for the system variables. */
  static Optional<Bytes> variables(Answer answer, int sequence) {
    try {
      Cursor cursor = Cursor.of(answer.received());
      Cursor.require((cursor.u8() & 0xc7) == 0x06, "a control message");
      Cursor.require((cursor.u8() & 0xdf) == 0x82, "a response, without error");
      Cursor.require(cursor.u16() == sequence, "the sequence is repeated");
      cursor.skip(6);
      return Optional.of(cursor.take(cursor.u16())).filter(text -> !text.isEmpty());
    } catch (Cursor.Malformed noControlMessage) {
      return Optional.empty();
    }
  }
}
