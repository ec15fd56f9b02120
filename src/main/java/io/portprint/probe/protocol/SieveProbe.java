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
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/**
 * ManageSieve. A server greets with the list of its capabilities, each quoted on a line of its own;
 * what proves it is that NOOP brings back our random word, or is refused, which an older server
 * may.
 */
@Component
final class SieveProbe implements Probe {

  private static final String PROTOCOL = "sieve";
  private static final double GREETING = 0.85;
  private static final double TAGGED = 0.95;
  private static final double REFUSED = 0.5;

  private static final Pattern GREETS =
      Pattern.compile(
          "(?:\"[A-Za-z0-9_-]{1,40}\"(?: \"[^\"\\r"
              + "\\n"
              + "]{0,1000}\")?\\r"
              + "?\\n"
              + "){2,40}OK(?: [^\\r"
              + "\\n"
              + "]{0,400})?\\r"
              + "?\\n",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern CAPABILITY =
      Pattern.compile("(?m)^\"([A-Za-z0-9_-]{1,40})\"(?: \"([^\"\\r\\n]{0,1000})\")?");
  private static final Pattern NAMES_SIEVE =
      Pattern.compile(
          "^\"(?:SIEVE|IMPLEMENTATION)\" \"", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
  private static final Pattern REPLY =
      Pattern.compile("(?m)^(?:OK|NO|BYE)(?:[ (][^\\r\\n]*)?\\r?\\n", Pattern.CASE_INSENSITIVE);

  private final SignatureBook signatures;

  SieveProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "ManageSieve",
        "Listens for the capabilities with which a server greets, and says NOOP with a random word"
            + " that must come back; then STARTTLS. Never logs in.",
        List.of("RFC 5804"));
  }

  @Override
  public Recognition recognise(Answer answer) {
    String text = answer.received().head(8192).latin1();
    if (!text.startsWith("\"")) {
      return Recognition.MISMATCH;
    }
    if (!greeted(answer.received())) {
      return NAMES_SIEVE.matcher(text).find() && !answer.ended()
          ? Recognition.INCOMPLETE
          : Recognition.MISMATCH;
    }
    return new Recognition.Recognised(
        Dossier.found(
            signatures, "sieve.greeting", PROTOCOL, answer, GREETING, "capabilities of Sieve"));
  }

  private static boolean greeted(Bytes received) {
    Matcher greeting = GREETS.matcher(received.head(8192).latin1());
    return greeting.lookingAt() && NAMES_SIEVE.matcher(greeting.group()).find();
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    return Dialogue.afterGreeting(
            interview,
            SieveProbe::greeted,
            (dialogue, greeting) -> question(finding, dialogue, greeting))
        .orElseGet(
            () ->
                Dossier.caught(PROTOCOL, interview.first(), "it greets, and answers no command")
                    .orElseThrow());
  }

  private Optional<Examination> question(Finding finding, Dialogue dialogue, Answer greeting)
      throws ConversationException {
    if (!greeted(greeting.received())) {
      return greeting.silent()
          ? Optional.empty()
          : Dossier.other(greeting, "the greeting is none of ManageSieve's");
    }
    StringBuilder word = new StringBuilder();
    dialogue.interview().random().ints(10, 'a', 'z' + 1).forEach(c -> word.append((char) c));
    Answer noop = dialogue.ask("sieve/noop", "NOOP \"" + word + "\"\r\n", SieveProbe::replied);
    if (noop.silent()) {
      return Optional.empty();
    }
    String reply = noop.received().latin1().toUpperCase(Locale.ROOT);
    boolean tagged = reply.startsWith("OK (TAG ") && noop.received().latin1().contains(word);
    if (!tagged && !reply.startsWith("NO")
        || GREETS.matcher(noop.received().latin1()).lookingAt()) {
      return Dossier.caught(PROTOCOL, noop, "NOOP brings back no word of ours, and is not refused");
    }
    Dossier dossier = new Dossier(signatures, finding);
    if (tagged) {
      dossier.proven(noop, TAGGED, "our random word, brought back by NOOP (RFC 5804, 2.13)");
    } else {
      dossier.proven(noop, REFUSED, "NOOP is refused, as it was before RFC 5804");
    }
    boolean startTls = false;
    Matcher capability = CAPABILITY.matcher(greeting.received().head(8192).latin1());
    while (capability.find()) {
      String name = capability.group(1).toUpperCase(Locale.ROOT);
      startTls |= name.equals("STARTTLS");
      if (name.equals("SIEVE") && capability.group(2) != null) {
        dossier.detail("extensions", Dossier.shown(List.of(capability.group(2).split(" +"))));
      }
    }
    dossier.detail("startTls", startTls);
    try {
      secure(dialogue, dossier, startTls);
    } catch (ConversationException e) {
      if (e.failure() != Failure.RESET) {
        throw e;
      }
    }
    return dossier.confirmed();
  }

  private static void secure(Dialogue dialogue, Dossier dossier, boolean offered)
      throws ConversationException {
    if (offered && !dialogue.interview().insideTls()) {
      Answer ready = dialogue.ask("sieve/starttls", "STARTTLS\r\n", SieveProbe::replied);
      if (ready.received().startsWith(Bytes.latin1("OK"))) {
        dossier.note(ready, "ready for TLS (RFC 5804, 2.2)");
        Tls tls = dialogue.conversation().startTls("STARTTLS", List.of());
        dossier.tls(tls);
        if (tls.failure() != null) {
          return;
        }
      }
    }
    dialogue.farewell("sieve/logout", "LOGOUT\r\n", SieveProbe::replied);
  }

  private static boolean replied(Bytes soFar) {
    return REPLY.matcher(soFar.latin1()).find();
  }
}
