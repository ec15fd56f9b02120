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
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * IMAP. Its greeting is a claim; the proof is that a command comes back with its own random tag and
 * the capabilities that it asked for.
 */
@Component
final class ImapProbe implements Probe {

  private static final String PROTOCOL = "imap";
  private static final double NAMED_GREETING = 0.8;
  private static final double BARE_GREETING = 0.4;
  private static final double UNWILLING = 0.2;

  /** The tag of 40 random bits, and the keyword IMAP4 in the right place. */
  private static final double TAGGED_ANSWER = 0.95;

  private static final Pattern GREETS =
      Pattern.compile("\\* (OK|PREAUTH|BYE)(?: [^\\r\\n]*)?\\r?\\n", Pattern.CASE_INSENSITIVE);
  private static final Pattern NAMES_IMAP = Pattern.compile("\\bIMAP4?", Pattern.CASE_INSENSITIVE);
  private static final Pattern CAPABILITIES =
      Pattern.compile("(?m)^\\* CAPABILITY ([^\\r\\n]*)\\r?$", Pattern.CASE_INSENSITIVE);
  private static final Pattern IDENTITY =
      Pattern.compile("(?m)^\\* ID \\(([^\\r\\n]*)\\)\\s*$", Pattern.CASE_INSENSITIVE);
  private static final Pattern QUOTED = Pattern.compile("\"([^\"\\\\]{0,200})\"|\\bNIL\\b");

  private final SignatureBook signatures;

  ImapProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "Internet Message Access Protocol",
        "Listens for a greeting and asks CAPABILITY and, where the server offers it, ID, under"
            + " random tags that must come back; then STARTTLS. Never logs in.",
        List.of("RFC 9051", "RFC 3501", "RFC 2971"));
  }

  @Override
  public Recognition recognise(Answer answer) {
    String text = answer.received().head(2048).latin1();
    Matcher greeting = GREETS.matcher(text);
    if (!greeting.lookingAt()) {
      return !answer.ended() && text.startsWith("*") && !Dialogue.hasLine(answer.received())
          ? Recognition.INCOMPLETE
          : Recognition.MISMATCH;
    }
    boolean refuses = greeting.group(1).equalsIgnoreCase("BYE");
    boolean named = NAMES_IMAP.matcher(greeting.group()).find();
    double confidence = refuses ? UNWILLING : named ? NAMED_GREETING : BARE_GREETING;
    Finding finding =
        Dossier.found(
            signatures, "imap.greeting", PROTOCOL, answer, confidence, "an IMAP greeting");
    return named && !refuses
        ? new Recognition.Recognised(finding)
        : new Recognition.Suspected(finding);
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
                        PROTOCOL, interview.first(), "it greets, and answers no command of IMAP")
                    .orElseThrow());
  }

  private Optional<Examination> question(Finding finding, Dialogue dialogue, Answer greeting)
      throws ConversationException {
    Matcher greets = GREETS.matcher(greeting.received().latin1());
    if (!greets.lookingAt()) {
      return greeting.silent()
          ? Optional.empty()
          : Dossier.other(greeting, "the greeting is none of IMAP's");
    }
    if (greets.group(1).equalsIgnoreCase("BYE")) {
      throw new ConversationException(Failure.RESET, "the server turns us away");
    }
    Dossier dossier = new Dossier(signatures, finding);
    String tag = tag(dialogue.interview().random());
    Answer answer = ask(dialogue, tag, "CAPABILITY");
    if (answer.silent()) {
      return Optional.empty();
    }
    Matcher capabilities = CAPABILITIES.matcher(answer.received().latin1());
    if (!done(answer.received(), tag)) {
      return Dossier.caught(PROTOCOL, answer, "it does not answer under our tag, as IMAP must");
    }
    if (!capabilities.find() || !NAMES_IMAP.matcher(capabilities.group(1)).find()) {
      return Dossier.other(answer, "CAPABILITY tells of no IMAP");
    }
    dossier.proven(answer, TAGGED_ANSWER, "capabilities of IMAP, under our random tag");
    List<String> offered = Stream.of(capabilities.group(1).strip().split(" +")).toList();
    dossier.detail("capabilities", Dossier.shown(offered));
    try {
      if (offers(offered, "ID")) {
        identify(dialogue, dossier);
      }
      secure(dialogue, dossier, offered);
    } catch (ConversationException e) {
      if (e.failure() != Failure.RESET) {
        throw e;
      }
    }
    return dossier.confirmed();
  }

  /** RFC 2971 lets either side say what it is before login; we say nothing of ourselves. */
  private static void identify(Dialogue dialogue, Dossier dossier) throws ConversationException {
    Answer answer = ask(dialogue, tag(dialogue.interview().random()), "ID NIL");
    Matcher identity = IDENTITY.matcher(answer.received().latin1());
    if (identity.find()) {
      dossier.learn("imap.id", answer, "the server's ID (RFC 2971)");
      List<String> words =
          QUOTED
              .matcher(identity.group(1))
              .results()
              .map(word -> word.group(1) == null ? "" : word.group(1))
              .toList();
      if (!words.isEmpty()) {
        dossier.detail("id", Dossier.shown(words));
      }
    }
  }

  private static void secure(Dialogue dialogue, Dossier dossier, List<String> offered)
      throws ConversationException {
    boolean startTls = offers(offered, "STARTTLS");
    dossier.detail("startTls", startTls);
    if (startTls && !dialogue.interview().insideTls()) {
      String tag = tag(dialogue.interview().random());
      Answer ready = ask(dialogue, tag, "STARTTLS");
      if (ready.received().latin1().toUpperCase(Locale.ROOT).contains(tag + " OK")) {
        dossier.note(ready, "ready for TLS (RFC 9051, 6.2.1)");
        Tls tls = dialogue.conversation().startTls("STARTTLS", List.of());
        dossier.tls(tls);
        if (tls.failure() != null) {
          return;
        }
      }
    }
    String tag = tag(dialogue.interview().random());
    dialogue.farewell("imap/logout", tag + " LOGOUT\r\n", soFar -> done(soFar, tag));
  }

  private static Answer ask(Dialogue dialogue, String tag, String command)
      throws ConversationException {
    String name = "imap/" + command.split(" ", 2)[0].toLowerCase(Locale.ROOT);
    return dialogue.ask(name, tag + " " + command + "\r\n", soFar -> done(soFar, tag));
  }

  /** Whether the tagged line, the last of every answer, is there. */
  private static boolean done(Bytes soFar, String tag) {
    String text = soFar.latin1();
    int at =
        Stream.of("OK", "NO", "BAD")
            .map(word -> tag + " " + word)
            .mapToInt(start -> text.startsWith(start) ? 0 : text.indexOf("\n" + start))
            .filter(found -> found >= 0)
            .min()
            .orElse(-1);
    return at >= 0 && text.indexOf('\n', at + 1) >= 0;
  }

  private static boolean offers(List<String> offered, String what) {
    return offered.stream().anyMatch(what::equalsIgnoreCase);
  }

  private static String tag(RandomGenerator random) {
    StringBuilder tag = new StringBuilder("P");
    random.ints(8, 'A', 'Z' + 1).forEach(letter -> tag.append((char) letter));
    return tag.toString();
  }
}
