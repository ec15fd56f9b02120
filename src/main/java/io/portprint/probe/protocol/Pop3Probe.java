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
 * POP3. Its greeting is but a plus sign and two letters; what tells it is that it lists its
 * capabilities, or at least knows QUIT and refuses what it cannot know.
 */
@Component
final class Pop3Probe implements Probe {

  private static final String PROTOCOL = "pop3";
  private static final double NAMED_GREETING = 0.75;
  private static final double BARE_GREETING = 0.3;
  private static final double CAPABILITIES = 0.9;
  private static final double OWN_ANSWER = 0.5;

  private static final Pattern NAMES_POP =
      Pattern.compile("\\bPOP-?3?\\b", Pattern.CASE_INSENSITIVE);

  /** What RFC 2449 and its successors let a server list: one of these is in every list. */
  private static final Pattern LISTS =
      Pattern.compile("(?m)^(?:TOP|USER|SASL|UIDL|RESP-CODES|PIPELINING|STLS|EXPIRE)\\b");

  private final SignatureBook signatures;

  Pop3Probe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "Post Office Protocol",
        "Listens for a greeting, asks CAPA, and says a word that no server knows, which must be"
            + " refused; then STLS. Never logs in.",
        List.of("RFC 1939", "RFC 2449", "RFC 2595"));
  }

  @Override
  public Recognition recognise(Answer answer) {
    String text = answer.received().head(1024).latin1();
    int end = text.indexOf('\n');
    if (end < 0) {
      boolean mayCome = text.startsWith("+OK".substring(0, Math.min(3, text.length())));
      return mayCome && !answer.ended() && text.length() < 1024
          ? Recognition.INCOMPLETE
          : Recognition.MISMATCH;
    }
    String line = text.substring(0, end).stripTrailing();
    if (!line.equals("+OK") && !line.startsWith("+OK ")) {
      return Recognition.MISMATCH;
    }
    boolean named = NAMES_POP.matcher(line).find();
    Finding finding =
        Dossier.found(
            signatures,
            "pop3.greeting",
            PROTOCOL,
            answer,
            named ? NAMED_GREETING : BARE_GREETING,
            "+OK, with which POP3 greets");
    return named ? new Recognition.Recognised(finding) : new Recognition.Suspected(finding);
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    return Dialogue.afterGreeting(
            interview,
            Dialogue::hasLine,
            (dialogue, greeting) -> question(finding, dialogue, greeting))
        .orElseGet(
            () ->
                Dossier.caught(
                        PROTOCOL, interview.first(), "it greets, and answers no command of POP3")
                    .orElseThrow());
  }

  private Optional<Examination> question(Finding finding, Dialogue dialogue, Answer greeting)
      throws ConversationException {
    if (!positive(greeting)) {
      return greeting.silent()
          ? Optional.empty()
          : Dossier.other(greeting, "the greeting is none of POP3's");
    }
    Answer capabilities = dialogue.ask("pop3/capa", "CAPA\r\n", Pop3Probe::listed);
    if (capabilities.silent()) {
      return Optional.empty();
    }
    if (!positive(capabilities) && !negative(capabilities)) {
      return Dossier.other(capabilities, "CAPA draws neither +OK nor -ERR");
    }
    StringBuilder word = new StringBuilder("X");
    dialogue.interview().random().ints(4, 'J', 'L' + 1).forEach(c -> word.append((char) c));
    Answer nonsense = dialogue.ask("pop3/unknown-command", word + "\r\n", Dialogue::hasLine);
    if (positive(nonsense)) {
      return Dossier.caught(PROTOCOL, nonsense, "it says yes to a word that means nothing");
    }
    List<String> offered = offered(capabilities);
    boolean lists =
        positive(capabilities) && LISTS.matcher(capabilities.received().latin1()).find();
    // some punish an unknown command with a pause that is longer than ours
    if (!negative(nonsense) && !(lists && nonsense.silent())) {
      return Dossier.other(nonsense, "an unknown command draws no -ERR");
    }
    Dossier dossier = new Dossier(signatures, finding);
    if (lists) {
      dossier.proven(capabilities, CAPABILITIES, "a list of capabilities (RFC 2449)");
      dossier.learn("pop3.capa", capabilities, "the list of capabilities");
      dossier.detail("capabilities", Dossier.shown(offered));
    } else if (positive(capabilities)) {
      return Dossier.other(capabilities, "CAPA is answered, but not with a list");
    }
    if (negative(nonsense)) {
      dossier.proven(nonsense, OWN_ANSWER, "-ERR to a word that means nothing");
    }
    try {
      Answer bye = secure(dialogue, dossier, offered);
      if (!lists && !positive(bye)) {
        return Dossier.other(bye, "it knows neither CAPA nor QUIT");
      }
      if (!lists) {
        dossier.proven(bye, OWN_ANSWER, "+OK to QUIT");
      }
    } catch (ConversationException e) {
      if (!lists || e.failure() != Failure.RESET) {
        throw e;
      }
    }
    return dossier.confirmed();
  }

  /**
   * @return the farewell
   */
  private static Answer secure(Dialogue dialogue, Dossier dossier, List<String> offered)
      throws ConversationException {
    boolean startTls = offered.stream().anyMatch("STLS"::equalsIgnoreCase);
    dossier.detail("startTls", startTls);
    if (startTls && !dialogue.interview().insideTls()) {
      Answer ready = dialogue.ask("pop3/stls", "STLS\r\n", Dialogue::hasLine);
      if (positive(ready)) {
        dossier.note(ready, "ready for TLS (RFC 2595)");
        Tls tls = dialogue.conversation().startTls("STLS", List.of());
        dossier.tls(tls);
        if (tls.failure() != null) {
          return ready;
        }
      }
    }
    return dialogue.farewell("pop3/quit", "QUIT\r\n", Dialogue::hasLine);
  }

  private static boolean positive(Answer answer) {
    return answer.received().startsWith(Bytes.latin1("+OK"));
  }

  private static boolean negative(Answer answer) {
    return answer.received().startsWith(Bytes.latin1("-ERR"));
  }

  /** Whether a list, which ends with a full stop on a line of its own, or a refusal is there. */
  private static boolean listed(Bytes soFar) {
    String text = soFar.latin1();
    return text.startsWith("-")
        ? text.indexOf('\n') >= 0
        : text.endsWith("\n.\r\n") || text.endsWith("\n.\n");
  }

  private static List<String> offered(Answer capabilities) {
    return capabilities
        .received()
        .latin1()
        .lines()
        .skip(1)
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.equals("."))
        .toList();
  }
}
