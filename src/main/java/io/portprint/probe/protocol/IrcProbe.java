package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.ConversationException;
import io.portprint.probe.ConversationException.Failure;
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
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/**
 * IRC. A server talks to nobody who has not registered; so what is asked is only what it must
 * refuse, with the numeric reply that says so.
 */
@Component
final class IrcProbe implements Probe {

  private static final String PROTOCOL = "irc";
  private static final double NOTICE = 0.7;
  private static final double ERROR = 0.5;
  private static final double NUMERIC = 0.9;
  private static final double PONG = 0.95;

  private static final Pattern NUMBERED =
      Pattern.compile(
          ":([\\w.:-]{1,255}) (?:451|421|461|462|464) [^\\r\\n]{1,100} :[^\\r\\n]{1,200}\\r?\\n");
  private static final Pattern NOTICED =
      Pattern.compile(
          "(?::([\\w.:-]{1,255}) )?NOTICE (?:AUTH|\\*|Auth|[\\w-]{1,20}) :[^\\r\\n]{1,300}\\r?\\n");

  /** What no other protocol's server says: it looks up who its client is. */
  private static final Pattern UNMISTAKABLE =
      Pattern.compile(
          "(?::[\\w.:-]{1,255} )?NOTICE (?:AUTH|\\*|Auth) :\\*\\*\\* (?:Looking up your hostname"
              + "|Checking [Ii]dent|Found your hostname|Couldn't look up)");

  /** Some turn away whoever comes again too soon. */
  private static final Pattern THROTTLES = Pattern.compile("ERROR :[^\\r\\n]{0,300}too fast");

  /** The word of a PING of ours, as a server brings it back. */
  private static final Pattern ANSWERED =
      Pattern.compile("(?m)^:[\\w.:-]{1,255} PONG (?:[\\w.:*-]{1,255} )?:?([a-z]{10})\\r?$");

  /** The capabilities that a server has (IRCv3), which it tells before a registration. */
  private static final Pattern CAPABLE =
      Pattern.compile("(?m)^:[\\w.:-]{1,255} CAP [\\w.*-]{1,100} LS [^\\r\\n]{0,400}\\r?$");

  /** ZNC's answer to HTTP on a port that is for IRC alone. */
  private static final Pattern BOUNCED =
      Pattern.compile("HTTP/1\\.0 403 Access Denied\\r\\n\\r\\nWeb Access is not enabled\\.");

  private static final Pattern ASKED = Pattern.compile("\\r\\nPING :([a-z]{10})\\r\\n");
  private static final Pattern FAILED = Pattern.compile("ERROR :[^\\r\\n]{0,400}\\r?\\n");

  private final SignatureBook signatures;

  IrcProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "Internet Relay Chat",
        "Asks for the time, which an unregistered client is refused with numeric reply 451, for an"
            + " answer to a PING, and for capabilities. Registers no nickname, so a version is"
            + " seldom told.",
        List.of("RFC 2812", "RFC 1459"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(
        new Opening("irc/time", question(random), Set.of(194, 6660, 6667, 6668, 6669, 6697), 8));
  }

  /** Some servers answer a client that has not registered, but not to TIME. */
  private static Bytes question(RandomGenerator random) {
    StringBuilder word = new StringBuilder();
    random.ints(10, 'a', 'z' + 1).forEach(letter -> word.append((char) letter));
    return Bytes.latin1("TIME\r\nPING :" + word + "\r\nCAP LS\r\n");
  }

  /** Whether the word of our PING has come back in a PONG. */
  private static boolean ponged(Answer answer) {
    Matcher asked = ASKED.matcher(answer.sent().head(100).latin1());
    Matcher answered = ANSWERED.matcher(answer.received().head(2048).latin1());
    return asked.find() && answered.find() && answered.group(1).equals(asked.group(1));
  }

  @Override
  public Recognition recognise(Answer answer) {
    String text = answer.received().head(2048).latin1();
    Matcher numbered = NUMBERED.matcher(text);
    if (numbered.lookingAt()) {
      return new Recognition.Recognised(named(found(answer, NUMERIC, "a numeric reply"), numbered));
    }
    if (ponged(answer)) {
      return new Recognition.Recognised(found(answer, NUMERIC, "an answer to a PING"));
    }
    Matcher noticed = NOTICED.matcher(text);
    if (noticed.lookingAt()) {
      Finding finding = named(found(answer, NOTICE, "a notice"), noticed);
      return UNMISTAKABLE.matcher(text).lookingAt()
          ? new Recognition.Recognised(finding)
          : new Recognition.Suspected(finding);
    }
    if (BOUNCED.matcher(text).lookingAt()) {
      return new Recognition.Suspected(found(answer, ERROR, "a refusal of HTTP"));
    }
    return FAILED.matcher(text).lookingAt()
        ? new Recognition.Suspected(found(answer, ERROR, "an error"))
        : Recognition.MISMATCH;
  }

  private Finding found(Answer answer, double confidence, String what) {
    return Dossier.found(
        signatures, "irc.first", PROTOCOL, answer, confidence, what + " such as IRC's");
  }

  private static Finding named(Finding finding, Matcher line) {
    String host = line.group(1);
    return host == null || host.indexOf('.') < 0
        ? finding
        : finding.withService(
            finding
                .service()
                .orElse(
                    new Service(PROTOCOL, null, null, null, host, null, null, List.of(), false)));
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    Bytes question = question(interview.random());
    Predicate<Bytes> complete = soFar -> CAPABLE.matcher(soFar.latin1()).find();
    return (interview.first().isGreeting()
            ? Dialogue.afterGreeting(
                interview,
                soFar -> NOTICED.matcher(soFar.latin1()).lookingAt(),
                (dialogue, greeting) ->
                    question(finding, dialogue.ask("irc/time", question, complete)))
            : Dialogue.speakingFirst(
                interview,
                question,
                "irc/time",
                complete,
                (dialogue, time) -> question(finding, time)))
        .orElseGet(
            () ->
                Dossier.other(interview.first(), "it answers no question of IRC's").orElseThrow());
  }

  private Optional<Examination> question(Finding finding, Answer time)
      throws ConversationException {
    Optional<Matcher> refusal = numbered(time.received().latin1());
    boolean ponged = ponged(time);
    Matcher capable = CAPABLE.matcher(time.received().latin1());
    boolean lists = capable.find();
    if (refusal.isEmpty() && !ponged && !lists) {
      if (THROTTLES.matcher(time.received().latin1()).lookingAt()) {
        throw new ConversationException(Failure.RESET, "the server turns us away");
      }
      return time.silent()
          ? Optional.empty()
          : Dossier.other(time, "neither TIME nor PING nor CAP draws an answer of IRC's");
    }
    Dossier dossier =
        new Dossier(signatures, refusal.map(line -> named(finding, line)).orElse(finding));
    if (refusal.isPresent()) {
      dossier.proven(time, NUMERIC, "the numeric reply to whoever has not registered");
      dossier.learn("irc.refusal", time, "the words of the refusal");
    }
    if (lists) {
      dossier.proven(time, NUMERIC, "the capabilities of an IRC server");
      dossier.learn("irc.first", Bytes.latin1(capable.group()), time, "the server's own name");
    }
    if (ponged) {
      dossier.proven(time, PONG, "a PONG with our random word");
    }
    return dossier.confirmed();
  }

  /** The refusal, which notices may precede. */
  private static Optional<Matcher> numbered(String text) {
    Matcher line = NUMBERED.matcher(text);
    int at = 0;
    for (int lines = 0; lines < 20 && at < text.length(); lines++) {
      if (line.region(at, text.length()).lookingAt()) {
        return Optional.of(line);
      }
      int end = text.indexOf('\n', at);
      if (end < 0) {
        return Optional.empty();
      }
      at = end + 1;
    }
    return Optional.empty();
  }
}
