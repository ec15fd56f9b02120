package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Tls;
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
import io.portprint.signature.SignatureBook;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import org.springframework.stereotype.Component;

/**
 * Nagios' remote executor by the question for its version, which every one answers without running
 * anything; questions and answers are packets of one length with a checksum. It speaks inside TLS
 * as a rule, and where nobody gave it a certificate its TLS is {@link AnonymousTls anonymous}: then
 * it refuses the handshake of everybody else.
 */
@Component
final class NrpeProbe implements Probe {

  private static final String PROTOCOL = "nrpe";
  private static final int VERSION = 2;
  private static final int QUERY = 1;
  private static final int RESPONSE = 2;
  private static final int CHECKSUM = 4;
  private static final int TEXT = 10;
  private static final int TEXT_LENGTH = 1024;

  /** The fields are laid out as a C compiler does, with two bytes for alignment at the end. */
  private static final int LENGTH = TEXT + TEXT_LENGTH + 2;

  private static final Bytes QUESTION = packet(QUERY, 0, "_NRPE_CHECK");

  /** A fatal alert, handshake_failure, in whatever version. */
  private static final Bytes ALERT = Bytes.hex("1503");

  private static final Bytes HANDSHAKE_FAILURE = Bytes.hex("00020228");
  private static final int CLIENT_HELLO = 0x16;

  /** A little more than a claim of TLS by an alert, so that this is looked into first. */
  private static final double REFUSED_HANDSHAKE = 0.86;

  private static final double CHECKSUM_RIGHT = 0.97;

  private final SignatureBook signatures;

  NrpeProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "NRPE",
        "Asks for the version in a packet with a checksum, inside TLS without certificates too; has"
            + " nothing run.",
        List.of("https://github.com/NagiosEnterprises/nrpe", "RFC 5246"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(new Opening("nrpe/version", QUESTION, Set.of(5666), 6));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Bytes received = answer.received();
    if (refusesHandshake(answer)) {
      return answer.ended()
          ? new Recognition.Suspected(
              Claims.found(
                  Service.of(PROTOCOL),
                  REFUSED_HANDSHAKE,
                  answer,
                  "refuses every handshake that we offer, as TLS without certificates does"))
          : Recognition.INCOMPLETE;
    }
    Optional<Bytes> text = text(received);
    if (text.isPresent() && answer.sent().equals(QUESTION)) {
      return new Recognition.Recognised(found(answer, received));
    }
    return Claims.notYet(
        answer,
        answer.sent().equals(QUESTION)
            && received.length() < LENGTH
            && received.startsWith(Bytes.hex("00020002")));
  }

  private static boolean refusesHandshake(Answer answer) {
    Bytes received = answer.received();
    return !answer.sent().isEmpty()
        && answer.sent().at(0) == CLIENT_HELLO
        && received.length() == 7
        && received.startsWith(ALERT)
        && received.slice(3, 7).equals(HANDSHAKE_FAILURE);
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    if (!refusesHandshake(interview.first())) {
      return new Examination.Confirmed(finding);
    }
    try {
      return insideAnonymousTls(interview);
    } catch (ConversationException e) {
      return Dossier.other(interview.first(), "no question could be asked without certificates")
          .orElseThrow();
    }
  }

  private Examination insideAnonymousTls(Interview interview) throws ConversationException {
    AnonymousTls client = new AnonymousTls(interview.random());
    try (Conversation conversation = interview.converse()) {
      Answer agreed = conversation.ask("nrpe/anonymous-hello", client.hello(), AnonymousTls::whole);
      Optional<AnonymousTls.Session> session = client.agree(agreed.received(), QUESTION);
      if (session.isEmpty()) {
        return Dossier.other(agreed, "refuses a handshake without certificates too").orElseThrow();
      }
      Answer sealed =
          conversation.ask(
              "nrpe/anonymous-version",
              session.get().flight(),
              soFar -> text(session.get().read(soFar)).isPresent());
      Bytes inside = session.get().read(sealed.received());
      if (text(inside).isEmpty()) {
        return Dossier.other(sealed, "no answer of NRPE's inside TLS").orElseThrow();
      }
      Answer opened =
          new Answer(
              sealed.name(), QUESTION, inside, sealed.ending(), sealed.local(), sealed.roundTrip());
      Finding found = found(opened, inside);
      return new Examination.Confirmed(
          found
              .withService(found.service().withTls(true))
              .withTls(
                  new Tls(
                      "TLSv1.2", "TLS_DH_anon_WITH_AES_128_GCM_SHA256", null, null, null, null)));
    }
  }

  private Finding found(Answer answer, Bytes packet) {
    Bytes text = text(packet).orElse(Bytes.EMPTY);
    Finding finding =
        Claims.found(
            Claims.named(PROTOCOL, signatures.match("nrpe.version", text)),
            CHECKSUM_RIGHT,
            answer,
            "a response with the right checksum");
    return finding.withDetail("answer", Claims.text(text));
  }

  /** What a response says; empty where it is none, or its checksum is wrong. */
  static Optional<Bytes> text(Bytes packet) {
    if (packet.length() != LENGTH
        || packet.u16(0) != VERSION
        || packet.u16(2) != RESPONSE
        || packet.u32(CHECKSUM) != checksum(packet)) {
      return Optional.empty();
    }
    Bytes text = packet.slice(TEXT, TEXT + TEXT_LENGTH);
    int end = text.indexOf(Bytes.of((byte) 0));
    return Optional.of(end < 0 ? text : text.head(end));
  }

  /** The checksum of a packet is reckoned with zeros in its own place. */
  private static long checksum(Bytes packet) {
    CRC32 crc = new CRC32();
    crc.update(packet.head(CHECKSUM).toArray());
    crc.update(new byte[4]);
    crc.update(packet.slice(CHECKSUM + 4, packet.length()).toArray());
    return crc.getValue();
  }

  /** A whole packet of the second version. */
  static Bytes packet(int type, int result, String text) {
    Bytes head = Bytes.of((byte) 0, (byte) VERSION, (byte) 0, (byte) type);
    Bytes rest =
        Bytes.of((byte) 0, (byte) result)
            .plus(Bytes.latin1(text))
            .plus(Bytes.of(new byte[TEXT_LENGTH + 2 - text.length()]));
    long crc = checksum(head.plus(Bytes.of(new byte[4])).plus(rest));
    return head.plus(
            Bytes.of((byte) (crc >> 24), (byte) (crc >> 16), (byte) (crc >> 8), (byte) crc))
        .plus(rest);
  }
}
