package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Conversation;
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
import org.springframework.stereotype.Component;

/**
 * Finds servers of Teeworlds and its kin over UDP. Those of 0.7 hand out a token for one of ours,
 * and with it tell about the game; those of 0.6, which DDraceNetwork still speaks, tell at once and
 * repeat a byte.
 */
@Component
final class TeeworldsProbe implements Probe {

  private static final String PROTOCOL = "teeworlds";
  private static final int TOKEN = 4;

  /** So long that no answer is longer than its request (src/engine/shared/network.h). */
  private static final int TOKEN_REQUEST = 520;

  private static final Bytes TOKEN_HEAD = Bytes.hex("040000");
  private static final Bytes NO_TOKEN = Bytes.hex("ffffffff 05");
  private static final Bytes GET_INFO = Bytes.hex("ffffffff").plus(Bytes.latin1("gie3"));
  private static final Bytes INFO = Bytes.hex("ffffffff").plus(Bytes.latin1("inf3"));
  private static final Bytes OLD = Bytes.hex("ffffffffffff");

  private static final double REPEATS_32_BITS = 0.98;
  private static final double REPEATS_A_BYTE = 0.95;

  private final SignatureBook signatures;

  TeeworldsProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        "teeworlds",
        PROTOCOL,
        Transport.UDP,
        "Teeworlds",
        "Asks for a token and for information about the game, and requires our own token or byte"
            + " in the answer.",
        List.of("Teeworlds, src/engine/shared/network.cpp, src/mastersrv/mastersrv.h"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    Bytes token =
        TOKEN_HEAD
            .plus(NO_TOKEN)
            .plus(Claims.random(random, TOKEN))
            .plus(Bytes.of(new byte[TOKEN_REQUEST - 12]));
    Bytes info = OLD.plus(GET_INFO).plus(Claims.random(random, 1));
    return List.of(
        new Opening("teeworlds/token", token, Set.of(8303), 6),
        new Opening("teeworlds/info-6", info, Set.of(8303), 7));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Bytes sent = answer.sent();
    Bytes received = answer.received();
    if (sent.length() == TOKEN_REQUEST && sent.startsWith(TOKEN_HEAD.plus(NO_TOKEN))) {
      Bytes expected = TOKEN_HEAD.plus(sent.slice(8, 12)).plus(Bytes.hex("05"));
      return received.length() == 12 && received.startsWith(expected)
          ? Claims.recognised(
              Service.of(PROTOCOL),
              REPEATS_32_BITS,
              answer,
              "a token for our own, which it repeats")
          : Recognition.MISMATCH;
    }
    if (sent.length() == OLD.length() + GET_INFO.length() + 1
        && sent.startsWith(OLD.plus(GET_INFO))) {
      return old(answer).<Recognition>map(Recognition.Recognised::new).orElse(Recognition.MISMATCH);
    }
    return Recognition.MISMATCH;
  }

  private Optional<Finding> old(Answer answer) {
    Bytes received = answer.received();
    int head = OLD.length() + INFO.length();
    String number = answer.sent().at(head) + "\0";
    if (received.length() <= head
        || !received.startsWith(OLD.plus(INFO).plus(Bytes.latin1(number)))) {
      return Optional.empty();
    }
    return text(received, head + number.length())
        .map(
            version ->
                Claims.found(
                        Claims.named(PROTOCOL, signatures.match("teeworlds.version", version)),
                        REPEATS_A_BYTE,
                        answer,
                        "information about the game that repeats our byte as a number")
                    .withDetail("version", Claims.text(version)));
  }

  /** The text that begins there, before a null byte. */
  private static Optional<Bytes> text(Bytes content, int from) {
    int end = from;
    while (end < content.length() && content.at(end) >= ' ' && content.at(end) < 0x7f) {
      end++;
    }
    return end < content.length() && end > from && content.at(end) == 0
        ? Optional.of(content.slice(from, end))
        : Optional.empty();
  }

  /** Asks for the information with the token that was given; a server of 0.6 has told it. */
  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    Answer first = interview.first();
    if (first.sent().length() != TOKEN_REQUEST) {
      return new Examination.Confirmed(finding);
    }
    Dossier dossier = new Dossier(signatures, finding);
    try (Conversation conversation = interview.converse()) {
      Bytes own = Claims.random(interview.random(), TOKEN);
      Bytes request =
          TOKEN_HEAD.plus(NO_TOKEN).plus(own).plus(Bytes.of(new byte[TOKEN_REQUEST - 12]));
      Answer token = conversation.ask("teeworlds/own-token", request, soFar -> true);
      if (token.received().length() == 12 && token.received().slice(3, 7).equals(own)) {
        Bytes theirs = token.received().slice(8, 12);
        Bytes ask = Bytes.hex("21").plus(theirs).plus(own).plus(GET_INFO).plus(Bytes.hex("07"));
        Answer info = conversation.ask("teeworlds/info", ask, soFar -> true);
        Bytes head = Bytes.hex("21").plus(own).plus(theirs).plus(INFO).plus(Bytes.hex("07"));
        if (info.received().startsWith(head)) {
          dossier.note(info, "information about the game for both tokens");
          text(info.received(), head.length())
              .ifPresent(
                  version -> {
                    dossier.detail("version", Claims.text(version));
                    dossier.learn("teeworlds.version", version, info, "tells its version");
                  });
        }
      }
    }
    return dossier.confirmed().orElseThrow();
  }
}
