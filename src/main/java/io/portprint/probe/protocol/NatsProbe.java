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

/** NATS: the server introduces itself with JSON that tells what it is. */
@Component
final class NatsProbe implements Probe {

  private static final String PROTOCOL = "nats";
  private static final double INTRODUCTION = 0.9;
  private static final double OWN_ANSWER = 0.8;

  private static final Pattern INTRODUCES =
      Pattern.compile("INFO (\\{\"[^\\r\\n]{20,8000}\\}) ?\\r\\n");
  private static final Pattern FIELDS =
      Pattern.compile(
          "\"(server_name|version|go|auth_required|tls_required|tls_available|jetstream|cluster"
              + "|headers)\":(?:\"([^\"\\\\]{0,200})\"|(true|false))");

  private final SignatureBook signatures;

  NatsProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "NATS",
        "Reads the INFO with which the server begins, and says PING, which is answered PONG or,"
            + " where a login comes first, with an error. Never logs in.",
        List.of("NATS Client Protocol"));
  }

  @Override
  public Recognition recognise(Answer answer) {
    String text = answer.received().head(8192).latin1();
    Matcher introduction = INTRODUCES.matcher(text);
    if (!introduction.lookingAt()) {
      return !answer.ended() && text.startsWith("INFO {") && text.indexOf('\n') < 0
          ? Recognition.INCOMPLETE
          : Recognition.MISMATCH;
    }
    String json = introduction.group(1);
    if (!json.contains("\"server_id\":") || !json.contains("\"max_payload\":")) {
      return Recognition.MISMATCH;
    }
    Finding finding =
        Dossier.found(
            signatures, "nats.info", PROTOCOL, answer, INTRODUCTION, "the INFO of a NATS server");
    Matcher field = FIELDS.matcher(json);
    while (field.find()) {
      String value = field.group(2);
      finding =
          finding.withDetail(
              field.group(1),
              value == null ? Boolean.valueOf(field.group(3)) : Dossier.shown(value));
    }
    return new Recognition.Recognised(finding);
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    return Dialogue.afterGreeting(
            interview,
            Dialogue::hasLine,
            (dialogue, greeting) -> {
              Answer answer = dialogue.ask("nats/ping", "PING\r\n", Dialogue::hasLine);
              if (answer.silent()) {
                return Optional.empty();
              }
              String text = answer.received().latin1();
              if (!text.startsWith("PONG\r\n") && !text.startsWith("-ERR '")) {
                return Dossier.caught(PROTOCOL, answer, "PING draws neither PONG nor an error");
              }
              Dossier dossier = new Dossier(signatures, finding);
              dossier.proven(answer, OWN_ANSWER, "an answer of NATS's to PING");
              return dossier.confirmed();
            })
        // servers that want TLS at once answer nothing else
        .orElseGet(
            () ->
                finding.details().get("tls_required") == Boolean.TRUE
                    ? new Examination.Confirmed(finding)
                    : Dossier.caught(PROTOCOL, interview.first(), "it answers no PING")
                        .orElseThrow());
  }
}
