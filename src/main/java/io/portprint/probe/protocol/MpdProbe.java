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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/** The Music Player Daemon's protocol: a greeting with its version, and errors that quote. */
@Component
final class MpdProbe implements Probe {

  private static final String PROTOCOL = "mpd";
  private static final double GREETING = 0.8;
  private static final double QUOTED_BACK = 0.95;
  private static final Pattern GREETS =
      Pattern.compile("OK MPD \\d{1,2}\\.\\d{1,3}(?:\\.\\d{1,3})?\\n");

  private final SignatureBook signatures;

  MpdProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "Music Player Daemon",
        "Listens for the greeting, and says a random word, which the error must quote; then ping.",
        List.of("Music Player Daemon: Protocol"));
  }

  @Override
  public Recognition recognise(Answer answer) {
    return GREETS.matcher(answer.received().head(32).latin1()).lookingAt()
        ? new Recognition.Recognised(
            Dossier.found(
                signatures, "mpd.greeting", PROTOCOL, answer, GREETING, "the greeting of MPD"))
        : Recognition.MISMATCH;
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    return Dialogue.afterGreeting(
            interview,
            Dialogue::hasLine,
            (dialogue, greeting) -> question(finding, dialogue, greeting))
        .orElseGet(
            () ->
                Dossier.caught(PROTOCOL, interview.first(), "it greets, and answers no command")
                    .orElseThrow());
  }

  private Optional<Examination> question(Finding finding, Dialogue dialogue, Answer greeting)
      throws ConversationException {
    if (!GREETS.matcher(greeting.received().latin1()).lookingAt()) {
      return Optional.empty();
    }
    StringBuilder word = new StringBuilder();
    dialogue.interview().random().ints(10, 'a', 'z' + 1).forEach(c -> word.append((char) c));
    Answer error = dialogue.ask("mpd/unknown-command", word + "\n", Dialogue::hasLine);
    if (error.silent()) {
      return Optional.empty();
    }
    Matcher quote =
        Pattern.compile("ACK \\[\\d+@\\d+\\] \\{[^}]*\\} [^\\n]*\"" + word + "\"")
            .matcher(error.received().latin1());
    if (!quote.lookingAt()) {
      return Dossier.caught(PROTOCOL, error, "its error does not quote what was wrong");
    }
    Dossier dossier = new Dossier(signatures, finding);
    dossier.proven(error, QUOTED_BACK, "an error of MPD's that quotes our random word");
    Answer pong = dialogue.ask("mpd/ping", "ping\n", Dialogue::hasLine);
    if (pong.received().equals(Bytes.latin1("OK\n"))) {
      dossier.note(pong, "OK to ping");
    }
    return dossier.confirmed();
  }
}
