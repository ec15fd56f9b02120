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
import io.portprint.signature.SignatureBook;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

  private static final Pattern NUMBERED =
      Pattern.compile(
          ":([\\w.:-]{1,255}) (?:451|421|461|462|464) [^\\r\\n]{1,100} :[^\\r\\n]{1,200}\\r?\\n");
  private static final Pattern NOTICED =
      Pattern.compile(
          "(?::([\\w.:-]{1,255}) )?NOTICE (?:AUTH|\\*|Auth|[\\w-]{1,20}) :[^\\r\\n]{1,300}\\r?\\n");
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
        "Asks for the time, which an unregistered client is refused with numeric reply 451."
            + " Registers no nickname, so a version is seldom told.",
        List.of("RFC 2812", "RFC 1459"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(
        new Opening(
            "irc/time", Bytes.latin1("TIME\r\n"), Set.of(194, 6660, 6667, 6668, 6669, 6697), 8));
  }

  @Override
  public Recognition recognise(Answer answer) {
    String text = answer.received().head(2048).latin1();
    Matcher numbered = NUMBERED.matcher(text);
    if (numbered.lookingAt()) {
      return new Recognition.Recognised(named(found(answer, NUMERIC, "a numeric reply"), numbered));
    }
    Matcher noticed = NOTICED.matcher(text);
    if (noticed.lookingAt()) {
      return new Recognition.Suspected(named(found(answer, NOTICE, "a notice"), noticed));
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
    return Dialogue.speakingFirst(
            interview,
            Bytes.latin1("TIME\r\n"),
            "irc/time",
            soFar -> numbered(soFar.latin1()).isPresent(),
            (dialogue, time) -> question(finding, time))
        .orElseThrow();
  }

  private Optional<Examination> question(Finding finding, Answer time)
      throws ConversationException {
    Optional<Matcher> refusal = numbered(time.received().latin1());
    if (refusal.isEmpty()) {
      return Dossier.other(time, "TIME draws no numeric reply of IRC's");
    }
    Dossier dossier = new Dossier(signatures, named(finding, refusal.get()));
    dossier.proven(time, NUMERIC, "the numeric reply to whoever has not registered");
    dossier.learn("irc.refusal", time, "the words of the refusal");
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
