package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Span;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Description;
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.probe.Interview;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.signature.Match;
import io.portprint.signature.SignatureBook;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/**
 * SSH. The identification line is easily said by anybody, a tarpit among them; what proves the
 * protocol is that the key exchange begins after it, and how it begins tells one server from
 * another (HASSH).
 */
@Component
final class SshProbe implements Probe {

  private static final String PROTOCOL = "ssh";

  /** Lines may come before the identification (RFC 4253, 4.2); nobody needs more than these. */
  private static final int LONGEST_PRELUDE = 4096;

  /** With a carriage return and a line feed, 255 characters (RFC 4253, 4.2). */
  private static final int LONGEST_IDENTIFICATION = 255;

  /** What an implementation must be able to take (RFC 4253, 6.1). */
  private static final int LARGEST_PACKET = 35_000;

  private static final double IDENTIFICATION = 0.8;
  private static final double KEY_EXCHANGE = 0.95;

  private static final int MSG_KEXINIT = 20;
  private static final int SMSG_PUBLIC_KEY = 2;
  private static final int LISTS = 10;
  private static final int COOKIE = 16;

  /** protoversion "-" softwareversion, printable and without blanks; then comments. */
  private static final Pattern IDENTIFIES =
      Pattern.compile("SSH-([12]\\.\\d{1,3})-([!-~]{1,240})(?: [^\\r\\n\\x00]{0,240})?\\r?\\n");

  private static final Bytes OURS = Bytes.latin1("SSH-2.0-Portprint\r\n");
  private static final Bytes OURS_OLD = Bytes.latin1("SSH-1.5-Portprint\n");

  private final SignatureBook signatures;

  SshProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "Secure Shell",
        "Listens for the identification, gives its own, and reads the server's proposal of"
            + " algorithms, which is told with its HASSH. Goes no further.",
        List.of("RFC 4253", "RFC 4250", "HASSH"));
  }

  /** Where the identification stands in what was received. */
  record Identification(int from, int to, String version) {

    static Optional<Identification> in(Bytes received) {
      String text = received.head(LONGEST_PRELUDE + LONGEST_IDENTIFICATION).latin1();
      int from = lineStart(text);
      if (from < 0) {
        return Optional.empty();
      }
      Matcher line = IDENTIFIES.matcher(text).region(from, text.length());
      return line.lookingAt() && line.end() - from <= LONGEST_IDENTIFICATION
          ? Optional.of(new Identification(from, line.end(), line.group(1)))
          : Optional.empty();
    }

    boolean old() {
      return version.startsWith("1.") && !version.equals("1.99");
    }

    private static int lineStart(String text) {
      if (text.startsWith("SSH-")) {
        return 0;
      }
      int after = text.indexOf("\nSSH-");
      return after < 0 || after > LONGEST_PRELUDE ? -1 : after + 1;
    }
  }

  @Override
  public Recognition recognise(Answer answer) {
    Optional<Identification> identification = Identification.in(answer.received());
    if (identification.isEmpty()) {
      boolean mayCome =
          !answer.ended()
              && answer.received().length() < LONGEST_PRELUDE
              && "SSH-".startsWith(answer.received().head(4).latin1());
      return mayCome ? Recognition.INCOMPLETE : Recognition.MISMATCH;
    }
    Identification line = identification.get();
    Bytes said = answer.received().slice(line.from(), line.to());
    Optional<Match> match = signatures.match("ssh.banner", said);
    Span span = new Span(line.from(), said.latin1().stripTrailing().length());
    Service service =
        match
            .map(known -> known.service().orElse(Service.of(PROTOCOL)))
            .orElse(Service.of(PROTOCOL));
    String signature = match.map(Match::signature).orElse(null);
    return new Recognition.Recognised(
        Finding.of(
                service,
                IDENTIFICATION,
                answer.because("an SSH identification (RFC 4253, 4.2)", List.of(span), signature))
            .withDetail("identification", Dossier.shown(said.latin1())));
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    return Dialogue.afterGreeting(
            interview,
            soFar -> Identification.in(soFar).isPresent(),
            (dialogue, greeting) -> exchange(finding, dialogue, greeting))
        .orElseGet(
            () ->
                Dossier.caught(
                        PROTOCOL,
                        interview.first(),
                        "it identifies itself as SSH and never begins a key exchange")
                    .orElseThrow());
  }

  private Optional<Examination> exchange(Finding finding, Dialogue dialogue, Answer greeting)
      throws ConversationException {
    Optional<Identification> identification = Identification.in(greeting.received());
    if (identification.isEmpty()) {
      return Optional.empty();
    }
    Identification line = identification.get();
    // many servers do not wait for our identification
    Bytes already = greeting.received().slice(line.to(), greeting.received().length());
    Answer answer =
        packet(already, line.old()).isPresent()
            ? dialogue.unasked("ssh/key-exchange")
            : dialogue.ask(
                "ssh/key-exchange",
                line.old() ? OURS_OLD : OURS,
                soFar -> packet(already.plus(soFar), line.old()).isPresent());
    Bytes stream = already.plus(answer.received());
    Answer turn =
        new Answer(
            answer.name(),
            answer.sent(),
            stream,
            answer.ending(),
            answer.local(),
            answer.roundTrip());
    Dossier dossier = new Dossier(signatures, finding);
    if (line.old()) {
      if (packet(stream, true).isEmpty()) {
        return Optional.empty();
      }
      dossier.proven(turn, KEY_EXCHANGE, "the public keys with which SSH 1 begins");
      return dossier.confirmed();
    }
    Optional<Proposal> proposal = packet(stream, false).flatMap(Proposal::read);
    if (proposal.isEmpty()) {
      return stream.isEmpty()
          ? Optional.empty()
          : Dossier.caught(
              PROTOCOL, turn, "what follows the identification is no SSH key exchange");
    }
    dossier.proven(turn, KEY_EXCHANGE, "SSH_MSG_KEXINIT, well-formed (RFC 4253, 7.1)");
    proposal.get().tell(dossier);
    return dossier.confirmed();
  }

  /** The payload of the first binary packet (RFC 4253, 6), if it is there and of the right kind. */
  static Optional<Bytes> packet(Bytes stream, boolean old) {
    if (stream.length() < 6) {
      return Optional.empty();
    }
    long length = stream.u32(0);
    if (length < 5 || length > LARGEST_PACKET) {
      return Optional.empty();
    }
    if (old) {
      // SSH 1: 1 to 8 bytes of padding, which the length does not count, before the type
      int type = 4 + 8 - (int) (length % 8);
      return stream.length() >= type + length && stream.at(type) == SMSG_PUBLIC_KEY
          ? Optional.of(stream.slice(type, type + (int) length))
          : Optional.empty();
    }
    int padding = stream.at(4);
    if (stream.length() < 4 + length
        || padding < 4
        || padding + 2 > length
        || stream.at(5) != MSG_KEXINIT) {
      return Optional.empty();
    }
    return Optional.of(stream.slice(5, 4 + (int) length - padding));
  }

  /** The name-lists of SSH_MSG_KEXINIT in their order. */
  record Proposal(List<String> lists) {

    Proposal {
      lists = List.copyOf(lists);
    }

    static Optional<Proposal> read(Bytes payload) {
      List<String> lists = new ArrayList<>();
      int at = 1 + COOKIE;
      while (lists.size() < LISTS) {
        if (payload.length() < at + 4) {
          return Optional.empty();
        }
        long length = payload.u32(at);
        at += 4;
        if (length > payload.length() - at) {
          return Optional.empty();
        }
        String list = payload.slice(at, at + (int) length).latin1();
        if (!list.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
          return Optional.empty();
        }
        lists.add(list);
        at += (int) length;
      }
      boolean agreed = payload.length() == at + 5 && !lists.getFirst().isEmpty();
      return agreed ? Optional.of(new Proposal(lists)) : Optional.empty();
    }

    /** MD5 over the four lists that a server's own configuration and build decide. */
    String hassh() {
      String subject = String.join(";", lists.get(0), lists.get(3), lists.get(5), lists.get(7));
      try {
        MessageDigest md5 = MessageDigest.getInstance("MD5");
        return HexFormat.of().formatHex(md5.digest(subject.getBytes(StandardCharsets.US_ASCII)));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has MD5", e);
      }
    }

    void tell(Dossier dossier) {
      dossier.detail("hasshServer", hassh());
      dossier.detail("keyExchange", names(0));
      dossier.detail("hostKeys", names(1));
      dossier.detail("ciphers", names(3));
      dossier.detail("macs", names(5));
      dossier.detail("compression", names(7));
    }

    private List<String> names(int list) {
      return Dossier.shown(List.of(lists.get(list).split(",")));
    }
  }
}
