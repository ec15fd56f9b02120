package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Description;
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.probe.Interview;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.probe.protocol.Cursor.Malformed;
import io.portprint.signature.SignatureBook;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/**
 * DRDA, the protocol of Db2 and of Derby's network server. Both sides begin with their attributes
 * (EXCSAT, DRDA volume 3), which tell what the server is; what is no message of the protocol draws
 * a reply that says so in its form (SYNTAXRM).
 */
@Component
final class DrdaProbe implements Probe {

  private static final String PROTOCOL = "drda";

  private static final int MAGIC = 0xD0;
  private static final int REPLY = 2;

  /** EXCSAT that says nothing of us, the first message of a conversation. */
  private static final Bytes ATTRIBUTES_WANTED = Bytes.hex("000a d0010001 0004 1041");

  private static final int EXCHANGED = 0x1443;
  private static final int SYNTAX_ERROR = 0x124C;
  private static final int SEVERITY = 0x1149;
  private static final int SYNTAX_ERROR_CODE = 0x114A;
  private static final int SERVER_CLASS = 0x1147;
  private static final int SERVER_RELEASE = 0x115A;

  private static final Set<Integer> PORTS = Set.of(446, 447, 448, 1527, 50000, 50001, 60000);

  private static final double ATTRIBUTES = 0.97;
  private static final double OWN_ERROR = 0.85;

  /** The letters of EBCDIC from 0x40 on, a dot where there is none that names have. */
  private static final String EBCDIC =
      " ...........<(+|&.........!$*);.-/.........,%_>?.........`:#@'=\""
          + ".abcdefghi.......jklmnopqr.......~stuvwxyz......................"
          + ".ABCDEFGHI.......JKLMNOPQR........STUVWXYZ......0123456789......";

  private final SignatureBook signatures;

  DrdaProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "DRDA (Db2, Derby)",
        "Knows the reply to what is no message, exchanges attributes and reads the server's class"
            + " and release. Never logs in.",
        List.of("https://publications.opengroup.org/c114"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(new Opening("drda/excsat", ATTRIBUTES_WANTED, PORTS, 8));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Optional<Map<Integer, Bytes>> attributes = attributes(answer);
    if (attributes.isPresent()) {
      return new Recognition.Recognised(
          named(
              Claims.found(Service.of(PROTOCOL), ATTRIBUTES, answer, "the attributes of a server"),
              answer,
              attributes.get()));
    }
    if (isSyntaxError(answer.received())) {
      return Claims.recognised(
          Service.of(PROTOCOL), OWN_ERROR, answer, "calls what is no message a syntax error");
    }
    return Recognition.MISMATCH;
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    Answer answer = interview.ask("drda/excsat", ATTRIBUTES_WANTED);
    Optional<Map<Integer, Bytes>> attributes = attributes(answer);
    if (attributes.isEmpty()) {
      return Dossier.other(answer, "does not exchange attributes").orElseThrow();
    }
    Finding sure =
        finding
            .withConfidence(ATTRIBUTES)
            .withEvidence(answer.because("exchanges attributes", List.of()));
    return new Examination.Confirmed(named(sure, answer, attributes.get()));
  }

  private Finding named(Finding finding, Answer answer, Map<Integer, Bytes> attributes) {
    String kind = text(attributes.getOrDefault(SERVER_CLASS, Bytes.EMPTY));
    String release = text(attributes.getOrDefault(SERVER_RELEASE, Bytes.EMPTY));
    Finding detailed = finding;
    if (!kind.isEmpty()) {
      detailed = detailed.withDetail("serverClass", kind);
    }
    if (!release.isEmpty()) {
      detailed = detailed.withDetail("serverRelease", release);
    }
    Finding told = detailed;
    return signatures
        .match("drda.server", Bytes.latin1(kind + '\n' + release + '\n'))
        .map(
            match ->
                told.withService(match.service().orElse(told.service()))
                    .withEvidence(
                        answer.because(
                            "what the server says of itself", List.of(), match.signature())))
        .orElse(told);
  }

  /** The attributes with which a server answers ours. */
  static Optional<Map<Integer, Bytes>> attributes(Answer answer) {
    if (!answer.sent().equals(ATTRIBUTES_WANTED)) {
      return Optional.empty();
    }
    try {
      Map<Integer, Bytes> all = parameters(message(answer.received(), EXCHANGED));
      return all.isEmpty() ? Optional.empty() : Optional.of(all);
    } catch (Malformed e) {
      return Optional.empty();
    }
  }

  /** Whether this is a reply about the syntax of what was said, every length of which agrees. */
  static boolean isSyntaxError(Bytes received) {
    try {
      Map<Integer, Bytes> parameters = parameters(message(received, SYNTAX_ERROR));
      Bytes severity = parameters.getOrDefault(SEVERITY, Bytes.EMPTY);
      Bytes code = parameters.getOrDefault(SYNTAX_ERROR_CODE, Bytes.EMPTY);
      return severity.length() == 2 && severity.u16(0) <= 128 && code.length() == 1;
    } catch (Malformed e) {
      return false;
    }
  }

  /** What is in the one object of a reply to the first message. */
  private static Cursor message(Bytes received, int kind) throws Malformed {
    Cursor stream = Cursor.of(received);
    Cursor.require(stream.u16() == received.length(), "all that there is");
    Cursor.require(stream.u8() == MAGIC && stream.u8() == REPLY, "a reply");
    Cursor.require(stream.u16() == 1, "to the first message");
    Cursor inside = object(stream, kind);
    Cursor.require(stream.atEnd(), "one object");
    return inside;
  }

  private static Cursor object(Cursor stream, int kind) throws Malformed {
    int length = stream.u16();
    Cursor inside = stream.within(length - 2L);
    Cursor.require(inside.u16() == kind, "an object of the kind that was expected");
    return inside;
  }

  private static Map<Integer, Bytes> parameters(Cursor object) throws Malformed {
    Map<Integer, Bytes> all = new LinkedHashMap<>();
    while (!object.atEnd()) {
      Cursor parameter = object.within(object.u16() - 2L);
      all.put(parameter.u16(), parameter.rest());
    }
    return all;
  }

  /** Text in EBCDIC, or in ASCII as some servers have it: printable, and of bounded length. */
  static String text(Bytes raw) {
    Bytes head = raw.head(128);
    boolean ascii = head.latin1().chars().allMatch(letter -> letter < 0x7f);
    if (ascii && head.latin1().chars().anyMatch(Character::isLetterOrDigit)) {
      return Dossier.shown(head.latin1());
    }
    StringBuilder text = new StringBuilder();
    for (byte one : head.toArray()) {
      int at = (one & 0xff) - 0x40;
      text.append(at >= 0 && at < EBCDIC.length() ? EBCDIC.charAt(at) : '.');
    }
    return text.toString().strip();
  }
}
