package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Tls;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.ConversationException;
import io.portprint.probe.ConversationException.Failure;
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
import org.springframework.stereotype.Component;

/**
 * NNTP. Its greeting is a number that other protocols know as well; what tells it is 101 to
 * CAPABILITIES, or the time of day, 111, to DATE, which no other protocol writes so.
 */
@Component
final class NntpProbe implements Probe {

  private static final String PROTOCOL = "nntp";
  private static final double NAMED_GREETING = 0.75;
  private static final double BARE_GREETING = 0.2;
  private static final double SPECIFIC_ANSWER = 0.9;

  private static final Pattern GREETS = Pattern.compile("20[01](?: [^\\r\\n]*)?\\r?\\n");
  private static final Pattern NAMES_NEWS =
      Pattern.compile("\\b(?:NNTP|NNRP|INN|news(?:group)?s?)\\b", Pattern.CASE_INSENSITIVE);
  private static final Pattern LISTS =
      Pattern.compile(
          "101 ?[^\\r\\n]*\\r?\\nVERSION \\d[^\\r\\n]*\\r?\\n", Pattern.CASE_INSENSITIVE);
  private static final Pattern DATED =
      Pattern.compile("111 20\\d\\d[01]\\d[0-3]\\d[0-2]\\d[0-5]\\d[0-6]\\d\\b");

  private final SignatureBook signatures;

  NntpProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "Network News Transfer Protocol",
        "Listens for a greeting and asks CAPABILITIES and DATE, which are answered 101 and 111;"
            + " then STARTTLS. Selects no group.",
        List.of("RFC 3977", "RFC 4642"));
  }

  @Override
  public Recognition recognise(Answer answer) {
    String text = answer.received().head(1024).latin1();
    if (!GREETS.matcher(text).lookingAt()) {
      return !answer.ended() && ("200 ".startsWith(text) || "201 ".startsWith(text))
          ? Recognition.INCOMPLETE
          : Recognition.MISMATCH;
    }
    boolean named = NAMES_NEWS.matcher(text.lines().findFirst().orElse("")).find();
    return new Recognition.Suspected(
        Dossier.found(
            signatures,
            "nntp.greeting",
            PROTOCOL,
            answer,
            named ? NAMED_GREETING : BARE_GREETING,
            "reply 200 or 201, with which NNTP greets"));
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    return Dialogue.afterGreeting(
            interview,
            Dialogue::hasLine,
            (dialogue, greeting) -> question(finding, dialogue, greeting))
        .orElseGet(
            () -> Dossier.other(interview.first(), "it answers no command of NNTP").orElseThrow());
  }

  private Optional<Examination> question(Finding finding, Dialogue dialogue, Answer greeting)
      throws ConversationException {
    if (!GREETS.matcher(greeting.received().latin1()).lookingAt()) {
      return Optional.empty();
    }
    Answer capabilities = dialogue.ask("nntp/capabilities", "CAPABILITIES\r\n", NntpProbe::listed);
    if (capabilities.silent()) {
      return Optional.empty();
    }
    Answer date = dialogue.ask("nntp/date", "DATE\r\n", Dialogue::hasLine);
    boolean lists = LISTS.matcher(capabilities.received().latin1()).lookingAt();
    boolean dates = DATED.matcher(date.received().latin1()).lookingAt();
    boolean fixed = date.received().startsWith(Bytes.latin1("101"));
    if (!lists && !dates || fixed) {
      return Dossier.other(capabilities, "neither CAPABILITIES nor DATE is answered as by NNTP");
    }
    Dossier dossier = new Dossier(signatures, finding);
    List<String> offered = List.of();
    if (lists) {
      dossier.proven(capabilities, SPECIFIC_ANSWER, "101 and the list of capabilities (RFC 3977)");
      dossier.learn("nntp.capabilities", capabilities, "the list of capabilities");
      offered =
          capabilities.received().latin1().lines().skip(1).filter(one -> !one.equals(".")).toList();
      dossier.detail("capabilities", Dossier.shown(offered));
    }
    if (dates) {
      dossier.proven(date, SPECIFIC_ANSWER, "111 and the time, the answer to DATE alone");
    }
    try {
      secure(dialogue, dossier, offered);
    } catch (ConversationException e) {
      if (e.failure() != Failure.RESET) {
        throw e;
      }
    }
    return dossier.confirmed();
  }

  private static void secure(Dialogue dialogue, Dossier dossier, List<String> offered)
      throws ConversationException {
    boolean startTls = offered.stream().anyMatch("STARTTLS"::equalsIgnoreCase);
    dossier.detail("startTls", startTls);
    if (startTls && !dialogue.interview().insideTls()) {
      Answer ready = dialogue.ask("nntp/starttls", "STARTTLS\r\n", Dialogue::hasLine);
      if (ready.received().startsWith(Bytes.latin1("382"))) {
        dossier.note(ready, "382, ready for TLS (RFC 4642)");
        Tls tls = dialogue.conversation().startTls("STARTTLS", List.of());
        dossier.tls(tls);
        if (tls.failure() != null) {
          return;
        }
      }
    }
    dialogue.farewell("nntp/quit", "QUIT\r\n", Dialogue::hasLine);
  }

  private static boolean listed(Bytes soFar) {
    String text = soFar.latin1();
    return text.startsWith("101")
        ? text.endsWith("\n.\r\n") || text.endsWith("\n.\n")
        : text.indexOf('\n') >= 0;
  }
}
