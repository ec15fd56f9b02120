package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Span;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/**
 * Finds a game server that answers A2S_INFO, the query of Valve's Source engine that many other
 * games speak too. Newer servers first give a challenge, which the question must then carry. IANA
 * has no name for the protocol.
 */
@Component
final class SourceQueryProbe implements Probe {

  private static final String PROTOCOL = "source-query";
  private static final Bytes INFO =
      Bytes.hex("ffffffff54").plus(Bytes.latin1("Source Engine Query\0"));
  private static final Bytes CHALLENGE = Bytes.hex("ffffffff41");
  private static final Bytes REPLY = Bytes.hex("ffffffff49");
  private static final int CHALLENGE_LENGTH = 9;
  private static final int LONGEST_TEXT = 256;
  private static final String KINDS = "dlp";
  private static final String SYSTEMS = "lwmo";
  private static final double STRUCTURE = 0.85;
  private static final double STRUCTURE_AND_CHALLENGE = 0.95;
  private static final double CHALLENGED = 0.30;

  /** What a server tells of itself. */
  record Info(
      String name,
      String map,
      String folder,
      String game,
      int players,
      int mostPlayers,
      String system,
      String version) {}

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.UDP,
        "Source engine server query",
        "Asks A2S_INFO, repeats it with the challenge where one is given, and requires a reply of"
            + " the exact structure: name, map, game, players, version.",
        List.of("Valve developer community: Server queries"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(
        new Opening(
            "source-query/info", INFO, Set.of(27015, 27016, 27017, 27018, 27019, 27020, 2457), 6));
  }

  static boolean isChallenge(Bytes received) {
    return received.length() == CHALLENGE_LENGTH && received.startsWith(CHALLENGE);
  }

  /** The reply to A2S_INFO; empty for anything else. */
  static Optional<Info> read(Bytes received) {
    if (received.length() < 20 || !received.startsWith(REPLY)) {
      return Optional.empty();
    }
    List<String> texts = new ArrayList<>();
    int at = REPLY.length() + 1;
    for (int count = 0; count < 4; count++) {
      int end = end(received, at);
      if (end < 0) {
        return Optional.empty();
      }
      texts.add(received.slice(at, end).escaped());
      at = end + 1;
    }
    if (at + 9 >= received.length()) {
      return Optional.empty();
    }
    int players = received.at(at + 2);
    int mostPlayers = received.at(at + 3);
    char kind = Character.toLowerCase((char) received.at(at + 5));
    char system = Character.toLowerCase((char) received.at(at + 6));
    int end = end(received, at + 9);
    if (KINDS.indexOf(kind) < 0
        || SYSTEMS.indexOf(system) < 0
        || received.at(at + 7) > 1
        || received.at(at + 8) > 1
        || end < 0) {
      return Optional.empty();
    }
    String version = received.slice(at + 9, end).escaped();
    return Optional.of(
        new Info(
            texts.get(0),
            texts.get(1),
            texts.get(2),
            texts.get(3),
            players,
            mostPlayers,
            switch (system) {
              case 'l' -> "Linux";
              case 'w' -> "Windows";
              default -> "macOS";
            },
            version));
  }

  /** Where the text that begins here has its zero; -1 where it has none, or is too long. */
  private static int end(Bytes received, int from) {
    for (int at = from; at < received.length() && at - from <= LONGEST_TEXT; at++) {
      if (received.at(at) == 0) {
        return at;
      }
    }
    return -1;
  }

  @Override
  public Recognition recognise(Answer answer) {
    if (!answer.sent().startsWith(INFO)) {
      return Recognition.MISMATCH;
    }
    if (isChallenge(answer.received())) {
      return new Recognition.Suspected(
          Finding.of(
              Service.of(PROTOCOL),
              CHALLENGED,
              answer.because("gives a challenge", List.of(new Span(0, CHALLENGE_LENGTH)))));
    }
    return read(answer.received())
        .<Recognition>map(info -> new Recognition.Recognised(described(answer, info, STRUCTURE)))
        .orElse(Recognition.MISMATCH);
  }

  private static Finding described(Answer answer, Info info, double confidence) {
    Service service =
        new Service(
            PROTOCOL,
            info.game().isEmpty() ? null : info.game(),
            info.version().isEmpty() ? null : info.version(),
            info.name(),
            null,
            info.system(),
            null,
            List.of(),
            false);
    return Finding.of(
            service,
            confidence,
            answer.because(
                "tells name, map, game, players and version in the structure of A2S_INFO",
                List.of(new Span(0, answer.received().length()))))
        .withDetail("map", info.map())
        .withDetail("folder", info.folder())
        .withDetail("players", info.players())
        .withDetail("maxPlayers", info.mostPlayers());
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    Answer first = interview.first();
    if (!isChallenge(first.received())) {
      return new Examination.Confirmed(finding);
    }
    try (Conversation conversation = interview.converse()) {
      Answer again = conversation.ask("source-query/challenge", INFO, _ -> true);
      if (!isChallenge(again.received())) {
        return new Examination.Refuted("gives no challenge again", null, List.of());
      }
      Bytes challenge = again.received().slice(CHALLENGE.length(), CHALLENGE_LENGTH);
      Answer answer =
          conversation.ask("source-query/info-challenged", INFO.plus(challenge), _ -> true);
      return read(answer.received())
          .<Examination>map(
              info -> new Examination.Confirmed(described(answer, info, STRUCTURE_AND_CHALLENGE)))
          .orElseGet(
              () ->
                  new Examination.Refuted(
                      "does not answer the question with its own challenge", null, List.of()));
    }
  }
}
