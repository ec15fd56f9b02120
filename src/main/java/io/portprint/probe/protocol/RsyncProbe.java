package io.portprint.probe.protocol;

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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/** The rsync daemon: both sides say which version of the protocol they speak. */
@Component
final class RsyncProbe implements Probe {

  private static final String PROTOCOL = "rsync";
  private static final double GREETING = 0.85;
  private static final double OWN_ANSWER = 0.9;
  private static final int MOST_MODULES = 64;

  private static final Pattern GREETS =
      Pattern.compile("@RSYNCD: (\\d{2})(?:\\.\\d{1,2})?((?: [a-z0-9]+)*)\\n");

  private final SignatureBook signatures;

  RsyncProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "rsync daemon",
        "Listens for the version of the protocol, answers with one, and asks for the list of"
            + " modules. Opens no module.",
        List.of("rsync: csprotocol.txt", "rsyncd.conf(5)"));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Matcher greeting = GREETS.matcher(answer.received().head(256).latin1());
    if (!greeting.lookingAt()) {
      return Recognition.MISMATCH;
    }
    Finding finding =
        Dossier.found(
                signatures, "rsync.greeting", PROTOCOL, answer, GREETING, "the greeting of rsync")
            .withDetail("protocolVersion", Integer.parseInt(greeting.group(1)));
    String digests = greeting.group(2).strip();
    return new Recognition.Recognised(
        digests.isEmpty() ? finding : finding.withDetail("digests", List.of(digests.split(" "))));
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    return Dialogue.afterGreeting(
            interview,
            Dialogue::hasLine,
            (dialogue, greeting) -> question(finding, dialogue, greeting))
        .orElseGet(
            () ->
                Dossier.caught(PROTOCOL, interview.first(), "it greets, and answers no request")
                    .orElseThrow());
  }

  private Optional<Examination> question(Finding finding, Dialogue dialogue, Answer greeting)
      throws ConversationException {
    if (!GREETS.matcher(greeting.received().latin1()).lookingAt()) {
      return Optional.empty();
    }
    Answer list =
        dialogue.ask("rsync/list", "@RSYNCD: 30.0\n#list\n", soFar -> ended(soFar.latin1()));
    if (list.silent()) {
      return Optional.empty();
    }
    String text = list.received().latin1();
    if (!ended(text)) {
      return Dossier.caught(PROTOCOL, list, "the list of modules does not end as rsync ends it");
    }
    Dossier dossier = new Dossier(signatures, finding);
    dossier.proven(list, OWN_ANSWER, "the list of modules, and the end of it");
    dossier.detail(
        "modules",
        Dossier.shown(
            text.lines()
                .filter(line -> line.indexOf('\t') > 0)
                .map(line -> line.substring(0, line.indexOf('\t')).strip())
                .limit(MOST_MODULES)
                .toList()));
    return dossier.confirmed();
  }

  private static boolean ended(String text) {
    return text.endsWith("@RSYNCD: EXIT\n") || text.startsWith("@ERROR") && text.endsWith("\n");
  }
}
