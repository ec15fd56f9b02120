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
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * SMB over TCP. An old request that also offers the new dialects is understood by all versions of
 * servers; Samba shows in an identifier that it makes of its host's name, where Windows has a
 * random one.
 */
@Component
final class SmbProbe implements Probe {

  private static final String PROTOCOL = "microsoft-ds";
  private static final Bytes OLD = Bytes.hex("ff534d42 72");
  private static final Bytes NEW = Bytes.hex("fe534d42 4000");
  private static final double FRAMED = 0.97;

  @Override
  public Description description() {
    return new Description(
        "smb",
        PROTOCOL,
        Transport.TCP,
        "SMB",
        "Negotiates a dialect, and draws the challenge of a session, in which the server names"
            + " itself. Leaves it unanswered: no name, no password, no share.",
        List.of("MS-SMB2 2.2.4", "MS-CIFS 2.2.4.52", "MS-NLMP 2.2.1.2"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    Bytes dialects = Bytes.latin1("\2NT LM 0.12\0\2SMB 2.002\0\2SMB 2.???\0");
    Bytes message =
        OLD.plus(Bytes.hex("00000000 18 01c8 0000 0000000000000000 0000 ffff"))
            .plus(Claims.random(random, 2))
            .plus(Bytes.hex("0000"))
            .plus(Claims.random(random, 2))
            .plus(Bytes.of((byte) 0, (byte) dialects.length(), (byte) 0))
            .plus(dialects);
    Bytes framed = Bytes.of((byte) 0, (byte) 0, (byte) 0, (byte) message.length()).plus(message);
    return List.of(new Opening("smb/negotiate", framed, Set.of(445), 2));
  }

  @Override
  public Recognition recognise(Answer answer) {
    try {
      Cursor frame = Cursor.of(answer.received());
      Cursor.require(frame.u8() == 0, "a session message");
      long length = frame.u8() << 16 | frame.u16();
      Cursor.require(length == frame.remaining(), "one whole message");
      Bytes message = frame.rest();
      if (message.startsWith(NEW)) {
        return modern(answer, message);
      }
      return message.startsWith(OLD) ? old(answer, message) : Recognition.MISMATCH;
    } catch (Cursor.Malformed e) {
      return Claims.notYet(answer, !answer.received().isEmpty() && answer.received().at(0) == 0);
    }
  }

  private static Recognition modern(Answer answer, Bytes message) throws Cursor.Malformed {
    Cursor.require(message.length() >= 128, "a header and a negotiation");
    Cursor header = Cursor.of(message);
    header.skip(12);
    int command = header.u16LittleEndian();
    header.skip(2);
    Cursor.require(command == 0 && (header.u8() & 1) == 1, "the response to a negotiation");
    header.skip(47);
    Cursor.require(header.u16LittleEndian() == 65, "the size of a negotiation");
    int mode = header.u16LittleEndian();
    int dialect = header.u16LittleEndian();
    header.skip(2);
    String host = hostOf(header.take(16));
    Service service =
        host == null
            ? Service.of(PROTOCOL)
            : Claims.onHost(
                Claims.product(
                    PROTOCOL, "Samba", null, List.of("cpe:2.3:a:samba:samba:*:*:*:*:*:*:*:*")),
                host);
    Finding finding =
        Claims.found(service, FRAMED, answer, "the response to an SMB negotiation")
            .withDetail("dialect", dialect == 0x02ff ? "2.1 or later" : SmbSession.shown(dialect))
            .withDetail("signingRequired", (mode & 2) != 0)
            .withDetail("smb1", false);
    return new Recognition.Recognised(finding);
  }

  /** A server of the new dialects is asked for more; an old one has told all that it will. */
  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    Finding described =
        Boolean.FALSE.equals(finding.details().get("smb1"))
            ? SmbSession.describe(finding, interview)
            : finding;
    return new Examination.Confirmed(described);
  }

  private static Recognition old(Answer answer, Bytes message) {
    boolean ours =
        message.length() > 36
            && (message.at(9) & 0x80) != 0
            && answer.sent().length() > 38
            && message.slice(26, 28).equals(answer.sent().slice(30, 32))
            && message.slice(30, 32).equals(answer.sent().slice(34, 36));
    return ours
        ? new Recognition.Recognised(
            Claims.found(
                    Service.of(PROTOCOL),
                    FRAMED,
                    answer,
                    "the response to an SMB negotiation of our numbers")
                .withDetail("dialect", "1")
                .withDetail("smb1", true))
        : Recognition.MISMATCH;
  }

  /** The name that Samba makes the server's identifier of: letters and digits, then zeros. */
  static @Nullable String hostOf(Bytes guid) {
    String name = guid.latin1().replaceFirst("\0+$", "");
    return name.matches("[A-Za-z0-9][A-Za-z0-9_-]{1,14}") ? name : null;
  }
}
