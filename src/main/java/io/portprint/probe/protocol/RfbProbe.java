package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Description;
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.probe.Interview;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBook;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.springframework.stereotype.Component;

/**
 * RFB, the protocol of VNC. Twelve bytes of greeting tell its version; what follows ours tells how
 * a client would have to identify itself, where the asking ends.
 */
@Component
final class RfbProbe implements Probe {

  private static final String PROTOCOL = "rfb";
  private static final int GREETING_LENGTH = 12;
  private static final double GREETING = 0.85;
  private static final double SECURITY = 0.8;

  private static final Pattern GREETS = Pattern.compile("RFB 00[3-5]\\.\\d{3}\\n");

  private final SignatureBook signatures;

  RfbProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "Remote Framebuffer (VNC)",
        "Listens for the version, answers with one, and reads which kinds of security the server"
            + " offers. Chooses none.",
        List.of("RFC 6143"));
  }

  private static boolean greets(Bytes received) {
    return received.length() >= GREETING_LENGTH
        && GREETS.matcher(received.head(GREETING_LENGTH).latin1()).matches();
  }

  /**
   * What follows the version: a server says no more until it is answered, unless it turns us away
   * at once, as TigerVNC does with whoever has come too often.
   */
  private static Bytes beyond(Bytes received) {
    return received.slice(GREETING_LENGTH, received.length());
  }

  @Override
  public Recognition recognise(Answer answer) {
    if (answer.received().length() < GREETING_LENGTH) {
      return !answer.ended() && answer.received().startsWith(Bytes.latin1("RFB 00"))
          ? Recognition.INCOMPLETE
          : Recognition.MISMATCH;
    }
    // what was said to it in place of a version may have drawn a complaint
    if (!greets(answer.received()) || answer.isGreeting() && !rests(answer)) {
      return Recognition.MISMATCH;
    }
    String version = answer.received().slice(4, 11).latin1();
    return new Recognition.Recognised(
        Dossier.found(signatures, "rfb.greeting", PROTOCOL, answer, GREETING, "the greeting of RFB")
            .withDetail("protocolVersion", version));
  }

  private static boolean rests(Answer answer) {
    Bytes more = beyond(answer.received());
    return more.isEmpty() || !answer.ended() || Security.read(more, true).isPresent();
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    return Dialogue.afterGreeting(
            interview,
            soFar -> soFar.length() >= GREETING_LENGTH,
            (dialogue, greeting) -> question(finding, dialogue, greeting))
        .orElseGet(
            () ->
                Dossier.caught(
                        PROTOCOL, interview.first(), "it greets, and answers no version of ours")
                    .orElseThrow());
  }

  private Optional<Examination> question(Finding finding, Dialogue dialogue, Answer greeting)
      throws ConversationException {
    if (!greets(greeting.received())) {
      return Optional.empty();
    }
    Optional<Security> atOnce = Security.read(beyond(greeting.received()), true);
    if (atOnce.isPresent()) {
      return told(finding, greeting, atOnce.get());
    }
    boolean old = greeting.received().latin1().compareTo("RFB 003.007\n") < 0;
    String ours = old ? "RFB 003.003\n" : "RFB 003.008\n";
    Answer answer =
        dialogue.ask("rfb/version", ours, soFar -> Security.read(soFar, old).isPresent());
    if (answer.silent()) {
      return Optional.empty();
    }
    Optional<Security> security = Security.read(answer.received(), old);
    if (security.isEmpty()) {
      return Dossier.caught(PROTOCOL, answer, "what follows the version is no list of security");
    }
    return told(finding, answer, security.get());
  }

  private Optional<Examination> told(Finding finding, Answer answer, Security security) {
    Dossier dossier = new Dossier(signatures, finding);
    dossier.proven(answer, SECURITY, "the kinds of security that the server offers, or a refusal");
    dossier.detail("security", security.types().stream().map(RfbProbe::name).toList());
    if (!security.reason().isEmpty()) {
      dossier.detail("refusal", Dossier.shown(security.reason()));
    }
    return dossier.confirmed();
  }

  /**
   * @param types what a client may choose from; none where the server refuses us
   */
  record Security(List<Integer> types, String reason) {

    Security {
      types = List.copyOf(types);
    }

    /**
     * RFC 6143, 7.1.2.
     *
     * @param old up to 3.3 the server itself chooses, with four bytes
     */
    static Optional<Security> read(Bytes received, boolean old) {
      if (received.isEmpty() || old && received.length() < 4) {
        return Optional.empty();
      }
      if (old) {
        long type = received.u32(0);
        return type == 0
            ? refusal(received, 4)
            : type <= 2 && (type == 1 ? received.length() == 4 : received.length() == 4 + 16)
                ? Optional.of(new Security(List.of((int) type), ""))
                : Optional.empty();
      }
      int count = received.at(0);
      if (count == 0) {
        return refusal(received, 1);
      }
      if (received.length() != 1 + count) {
        return Optional.empty();
      }
      List<Integer> types = IntStream.rangeClosed(1, count).mapToObj(received::at).toList();
      boolean plausible = !types.contains(0) && types.stream().distinct().count() == types.size();
      return plausible ? Optional.of(new Security(types, "")) : Optional.empty();
    }

    private static Optional<Security> refusal(Bytes received, int from) {
      if (received.length() < from + 4) {
        return Optional.empty();
      }
      long length = received.u32(from);
      return length == received.length() - from - 4
          ? Optional.of(
              new Security(List.of(), received.slice(from + 4, received.length()).latin1()))
          : Optional.empty();
    }
  }

  private static String name(int type) {
    return switch (type) {
      case 1 -> "None";
      case 2 -> "VNC Authentication";
      case 5 -> "RA2";
      case 6 -> "RA2ne";
      case 16 -> "Tight";
      case 17 -> "Ultra";
      case 18 -> "TLS";
      case 19 -> "VeNCrypt";
      case 20 -> "SASL";
      case 30 -> "Apple Remote Desktop";
      default -> "type " + type;
    };
  }
}
