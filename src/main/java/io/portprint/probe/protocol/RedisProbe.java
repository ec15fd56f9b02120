package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Confidence;
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
import io.portprint.signature.Match;
import io.portprint.signature.SignatureBook;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/**
 * Redis and what speaks as it does (RESP). {@code GET} is a word of its own language, so its answer
 * to an HTTP request gives it away and it needs no opening; that it repeats a random word, or knows
 * how many words its own {@code ECHO} takes where it wants a password, proves it. Proxies take no
 * commands in plain lines, and are asked in arrays instead.
 */
@Component
final class RedisProbe implements Probe {

  private static final String PROTOCOL = "redis";

  /** Errors that only this family words so. */
  private static final Pattern TELLING =
      Pattern.compile(
          "-ERR wrong number of arguments for 'get' command\r\n"
              + "|-NOAUTH Authentication required\\.?\r\n"
              + "|-DENIED Redis is running in protected mode [^\r\n]*\r\n"
              + "|-LOADING Redis is loading the dataset in memory\r\n",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern UNKNOWN_COMMAND =
      Pattern.compile("-ERR unknown command [`'][^\r\n]*\r\n", Pattern.CASE_INSENSITIVE);
  private static final Pattern NO_ARGUMENT =
      Pattern.compile(
          "-ERR wrong number of arguments for 'echo' command\r\n", Pattern.CASE_INSENSITIVE);
  private static final Bytes PING = Bytes.latin1("*1\r\n$4\r\nPING\r\n");
  private static final String PONG = "+PONG\r\n";
  private static final String NOTHING = "$-1\r\n";
  private static final Pattern BULK = Pattern.compile("\\$(\\d{1,5})\r\n");
  private static final Pattern MODE =
      Pattern.compile("^(?:redis|server)_mode:(\\w{1,20})\r?$", Pattern.MULTILINE);

  private static final double TOLD = 0.85;
  private static final double FITS = 0.5;
  private static final double OWN_ERROR = 0.8;

  private final SignatureBook signatures;

  RedisProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        "redis",
        PROTOCOL,
        Transport.TCP,
        "Redis",
        "Knows the errors of RESP, asks for a random word to be echoed and reads INFO server"
            + " where no password is wanted. Never authenticates.",
        List.of("https://redis.io/docs/latest/develop/reference/protocol-spec/"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(new Opening("redis/ping", PING, Set.of(6379, 6380, 22121, 26379), 7));
  }

  @Override
  public Recognition recognise(Answer answer) {
    String text = answer.received().latin1();
    if (answer.sent().equals(PING) && text.equals(PONG)) {
      return new Recognition.Suspected(
          Finding.of(
              Service.of(PROTOCOL),
              FITS,
              answer.because("answers PING in RESP", List.of(new Span(0, text.length())))));
    }
    if (!text.startsWith("-")) {
      return Recognition.MISMATCH;
    }
    Matcher telling = TELLING.matcher(text);
    if (telling.lookingAt()) {
      return new Recognition.Recognised(
          Finding.of(
              Service.of(PROTOCOL),
              TOLD,
              answer.because("an error of Redis's", List.of(new Span(0, telling.end())))));
    }
    Matcher unknown = UNKNOWN_COMMAND.matcher(text);
    if (unknown.lookingAt()) {
      return new Recognition.Suspected(
          Finding.of(
              Service.of(PROTOCOL),
              FITS,
              answer.because("an error as of RESP", List.of(new Span(0, unknown.end())))));
    }
    return text.indexOf('\n') < 0 && !answer.ended()
        ? Recognition.INCOMPLETE
        : Recognition.MISMATCH;
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    if (interview.first().received().latin1().startsWith("-DENIED")) {
      return new Examination.Confirmed(
          finding.withService(named(finding, "redis.error", interview.first().received())));
    }
    String word = word(interview);
    try (Conversation conversation = interview.converse()) {
      Answer echo =
          conversation.ask(
              "redis/echo", Bytes.latin1("ECHO " + word + "\r\n"), RedisProbe::complete);
      String text = echo.received().latin1();
      if (text.equals("$" + word.length() + "\r\n" + word + "\r\n")) {
        return new Examination.Confirmed(
            info(
                finding
                    .withConfidence(Confidence.ofBits(word.length() * 4.0))
                    .withEvidence(
                        echo.because(
                            "repeats a random word in RESP",
                            List.of(new Span(0, echo.received().length()))))
                    .withDetail("authentication", false),
                conversation));
      }
      if (text.startsWith("-NOAUTH ") || text.startsWith("-LOADING ")) {
        return unwilling(finding, conversation, text.startsWith("-NOAUTH "));
      }
      if (UNKNOWN_COMMAND.matcher(text).lookingAt()
          && text.toUpperCase(Locale.ROOT).contains("ECHO")) {
        return sentinel(
            finding.withEvidence(echo.because("names the command", List.of())), conversation);
      }
      return text.isEmpty() && interview.first().sent().equals(PING)
          ? proxy(finding, word, interview, echo)
          : refuted(echo);
    }
  }

  /** A proxy hangs up on a plain line, and passes on what is asked in an array. */
  private static Examination proxy(
      Finding finding, String word, Interview interview, Answer unheard)
      throws ConversationException {
    String get = "*2\r\n$3\r\nGET\r\n$%d\r\n%s\r\n".formatted(word.length(), word);
    Answer miss = interview.ask("redis/get", Bytes.latin1(get));
    if (!miss.received().latin1().equals(NOTHING)) {
      return refuted(miss.silent() ? unheard : miss);
    }
    return new Examination.Confirmed(
        finding
            .withConfidence(Confidence.combine(TOLD, OWN_ERROR))
            .withEvidence(miss.because("has no value of a random key", List.of()))
            .withDetail("proxy", true));
  }

  /** A server that wants a password checks the number of words first. */
  private Examination unwilling(Finding finding, Conversation conversation, boolean password)
      throws ConversationException {
    Answer bare =
        conversation.ask("redis/echo-nothing", Bytes.latin1("ECHO\r\n"), RedisProbe::complete);
    if (!NO_ARGUMENT.matcher(bare.received().latin1()).matches()) {
      return refuted(bare);
    }
    Finding sure =
        finding
            .withConfidence(Confidence.combine(finding.confidence(), OWN_ERROR))
            .withEvidence(
                bare.because(
                    "knows how many words ECHO takes",
                    List.of(new Span(0, bare.received().length()))))
            .withDetail("authentication", password);
    if (!password) {
      return new Examination.Confirmed(sure);
    }
    Answer hello = conversation.ask("redis/hello", Bytes.latin1("HELLO\r\n"), RedisProbe::complete);
    return new Examination.Confirmed(learn(sure, "redis.error", hello, "its answer to HELLO"));
  }

  /** A Sentinel knows few commands, PING and INFO among them. */
  private Examination sentinel(Finding finding, Conversation conversation)
      throws ConversationException {
    Answer pong = conversation.ask("redis/ping", Bytes.latin1("PING\r\n"), RedisProbe::complete);
    if (!pong.received().latin1().equals(PONG)) {
      return refuted(pong);
    }
    return new Examination.Confirmed(
        info(
            finding
                .withConfidence(Confidence.combine(finding.confidence(), OWN_ERROR))
                .withEvidence(pong.because("answers PING in RESP", List.of(new Span(0, 7)))),
            conversation));
  }

  private Finding info(Finding finding, Conversation conversation) throws ConversationException {
    Answer info =
        conversation.ask("redis/info", Bytes.latin1("INFO server\r\n"), RedisProbe::complete);
    Finding named = learn(finding, "redis.info", info, "what INFO says of the server");
    Matcher mode = MODE.matcher(info.received().latin1());
    return mode.find() ? named.withDetail("mode", mode.group(1)) : named;
  }

  private Finding learn(Finding finding, String field, Answer answer, String reason) {
    if (answer.silent()) {
      return finding;
    }
    Optional<Match> match = signatures.match(field, answer.received());
    return match
        .map(
            found ->
                finding
                    .withService(finding.service().orElse(found.service()))
                    .withEvidence(answer.because(reason, found.matched(), found.signature())))
        .orElseGet(() -> finding.withEvidence(answer.because(reason, List.of())));
  }

  private Service named(Finding finding, String field, Bytes subject) {
    return signatures
        .match(field, subject)
        .map(match -> finding.service().orElse(match.service()))
        .orElse(finding.service());
  }

  private static Examination refuted(Answer answer) {
    String reason = "does not answer as Redis does";
    return new Examination.Refuted(reason, null, List.of(answer.because(reason, List.of())));
  }

  /** Whether one reply is whole: a line, or a string of a length that is told before it. */
  static boolean complete(Bytes received) {
    String text = received.latin1();
    if (text.startsWith("$")) {
      Matcher bulk = BULK.matcher(text);
      return bulk.lookingAt() && text.length() >= bulk.end() + Integer.parseInt(bulk.group(1)) + 2;
    }
    return !text.startsWith("*") && text.endsWith("\r\n");
  }

  private static String word(Interview interview) {
    StringBuilder word = new StringBuilder();
    interview.random().ints(10, 'a', 'z' + 1).forEach(letter -> word.append((char) letter));
    return word.toString();
  }
}
