package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Confidence;
import io.portprint.fingerprint.Evidence;
import io.portprint.fingerprint.Impostor;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Span;
import io.portprint.fingerprint.Tls;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Conversation;
import io.portprint.probe.ConversationException;
import io.portprint.probe.ConversationException.Failure;
import io.portprint.probe.Description;
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.probe.Interview;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.signature.Match;
import io.portprint.signature.SignatureBook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * FTP. Its greeting proves little, because SMTP, LMTP, SNPP and others greet with the same code and
 * anybody can be told to say "FTP"; what proves it is that two questions that only FTP knows get
 * their own two answers.
 */
@Component
final class FtpProbe implements Probe {

  private static final String PROTOCOL = "ftp";
  private static final int TEXT_LIMIT = 8 * 1024;
  private static final int MOST_FEATURES = 64;
  private static final int LONGEST_DETAIL = 128;

  /** Pieces, each after a pause, of which one reply may be made. */
  private static final int MOST_PIECES = 64;

  private static final Logger log = LoggerFactory.getLogger(FtpProbe.class);
  private static final Duration FAREWELL = Duration.ofMillis(500);

  /**
   * What a single check leaves certain. A greeting is a claim; an answer that only FTP gives is a
   * proof.
   */
  private static final double SIGNED_GREETING = 0.9;

  private static final double NAMED_GREETING = 0.75;
  private static final double BARE_GREETING = 0.3;
  private static final double UNWILLING = 0.15;
  private static final double SPECIFIC_ANSWER = 0.9;
  private static final double FITTING_ANSWERS = 0.5;

  /**
   * Codes with which a server may well answer two different commands alike: not known, or not
   * before login.
   */
  private static final Set<Integer> REFUSALS =
      Set.of(202, 421, 500, 501, 502, 503, 504, 521, 522, 530, 533, 534, 550);

  /** FTP as a word or at the end of one (vsFTPd), but not as a part of a host name. */
  private static final Pattern NAMES_FTP =
      Pattern.compile(
          "(?<![\\w.@-])[\\w-]{0,24}ftp(?:d|s|lib|dlib|-?serv\\w{0,8}|-[a-z]{1,12})?(?![\\w@]|[.-]\\w)|file"
              + " transfer (?:protocol|serv)",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern NAMES_ANOTHER =
      Pattern.compile(
          "\\b(?:e?smtps?|lmtp|snpp|hylafax|postfix|sendmail|exim|mail transfer"
              + "|vmware authentication)\\b",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern ASKS_FOR_LOGIN =
      Pattern.compile("\\bUSER\\b.{0,20}\\bPASS\\b|log ?(?:ged )?in\\b", Pattern.CASE_INSENSITIVE);

  private final SignatureBook signatures;

  FtpProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "File Transfer Protocol",
        "Listens for a greeting and asks SYST and FEAT, which must be answered 215 and 211, or at"
            + " least each in its own way; then HELP where the product is still unknown, and AUTH"
            + " TLS. Never logs in.",
        List.of("RFC 959", "RFC 2228", "RFC 2389", "RFC 3659", "RFC 4217"));
  }

  /**
   * One reply as the grammar of RFC 959, 4.2 has it, or the beginning of one, or something else.
   */
  sealed interface Reading {

    /**
     * @param text with the codes and all line ends
     * @param end where in the stream the reply ends
     */
    record Whole(int code, String text, int end) implements Reading {

      List<String> lines() {
        return text.lines().toList();
      }
    }

    /**
     * @param code 0 where not even that has come
     */
    record Begun(int code) implements Reading {}

    record Alien() implements Reading {}
  }

  /**
   * Reads the reply that begins at an offset. Lenient in line ends and a missing blank, strict in
   * the rest.
   */
  static Reading read(String stream, int from) {
    int length = stream.length() - from;
    for (int i = 0; i < Math.min(3, length); i++) {
      char digit = stream.charAt(from + i);
      char last = i == 0 ? '5' : i == 1 ? '5' : '9';
      if (digit < (i == 0 ? '1' : '0') || digit > last) {
        return new Reading.Alien();
      }
    }
    if (length < 3) {
      return new Reading.Begun(0);
    }
    int code = Integer.parseInt(stream, from, from + 3, 10);
    if (length == 3) {
      return new Reading.Begun(code);
    }
    char mark = stream.charAt(from + 3);
    if (mark != '-' && !endsCode(mark)) {
      return new Reading.Alien();
    }
    boolean several = mark == '-';
    int at = from;
    while (true) {
      int end = stream.indexOf('\n', at);
      if (end < 0) {
        return new Reading.Begun(code);
      }
      boolean last =
          !several
              || at > from
                  && end >= at + 3
                  && stream.startsWith(stream.substring(from, from + 3), at)
                  && endsCode(stream.charAt(at + 3));
      if (last) {
        return new Reading.Whole(code, stream.substring(from, end + 1), end + 1);
      }
      at = end + 1;
    }
  }

  private static boolean endsCode(char mark) {
    return mark == ' ' || mark == '\r' || mark == '\n';
  }

  /** The whole replies of a stream, up to where it stops being made of them. */
  private static List<Reading.Whole> replies(Bytes stream) {
    List<Reading.Whole> replies = new ArrayList<>();
    String text = stream.latin1();
    int at = 0;
    while (at < text.length() && read(text, at) instanceof Reading.Whole whole) {
      replies.add(whole);
      at = whole.end();
    }
    return replies;
  }

  @Override
  public Recognition recognise(Answer answer) {
    return switch (greeting(answer)) {
      case Greeting.Unfinished(int code) -> {
        if (!answer.ended()) {
          yield code == 0 || mayGreet(code) ? Recognition.INCOMPLETE : Recognition.MISMATCH;
        }
        boolean worthAnother =
            (code == 120 || code == 220 || beginsCode(answer.received()))
                && answer.ending() != Answer.Ending.LIMIT;
        yield worthAnother
            ? suspected(answer, UNWILLING, "the beginning of a greeting such as FTP has")
            : Recognition.MISMATCH;
      }
      case Greeting.Unavailable(int code) ->
          suspected(answer, UNWILLING, "reply %d in place of a greeting".formatted(code));
      case Greeting.Given(Claim claim) ->
          claim.convincing()
              ? new Recognition.Recognised(claim.finding())
              : new Recognition.Suspected(claim.finding());
      case Greeting.Foreign _ -> Recognition.MISMATCH;
    };
  }

  /** Whether the first digits came, and then a pause: some servers write a character at a time. */
  private static boolean beginsCode(Bytes received) {
    return !received.isEmpty() && received.length() < 3 && "220".startsWith(received.latin1());
  }

  private static boolean mayGreet(int code) {
    return code == 120 || code == 220 || code == 421 || code == 500 || code == 530;
  }

  private static Recognition suspected(Answer answer, double confidence, String reason) {
    Span line = firstLine(answer.received(), 0);
    return new Recognition.Suspected(
        Finding.of(Service.of(PROTOCOL), confidence, answer.because(reason, List.of(line))));
  }

  /** What the first reply of an answer is worth as an FTP greeting. */
  private sealed interface Greeting {

    record Unfinished(int code) implements Greeting {}

    record Given(Claim claim) implements Greeting {}

    record Unavailable(int code) implements Greeting {}

    record Foreign() implements Greeting {}
  }

  /**
   * @param named whether it says in some way that it is FTP
   * @param convincing whether that is clear enough to look no further
   */
  private record Claim(Finding finding, boolean named, boolean convincing) {}

  private Greeting greeting(Answer answer) {
    String stream = answer.received().latin1();
    int from = 0;
    Reading reading = read(stream, from);
    while (reading instanceof Reading.Whole(int code, _, int end) && code == 120) {
      from = end;
      reading = from == stream.length() ? new Reading.Begun(120) : read(stream, from);
    }
    return switch (reading) {
      case Reading.Alien _ -> new Greeting.Foreign();
      case Reading.Begun(int code) -> new Greeting.Unfinished(code);
      case Reading.Whole whole ->
          switch (whole.code()) {
            case 220 -> claim(answer, from, whole);
            case 421, 530 -> new Greeting.Unavailable(whole.code());
            case 500 -> failing(answer, from);
            default -> new Greeting.Foreign();
          };
    };
  }

  /**
   * Servers that fail to start for one client say so with 500 (vsftpd: OOPS). Only a known one
   * counts.
   */
  private Greeting failing(Answer answer, int from) {
    return signed(answer, from)
        .<Greeting>map(match -> new Greeting.Given(signedClaim(answer, from, match)))
        .orElseGet(Greeting.Foreign::new);
  }

  private Greeting claim(Answer answer, int from, Reading.Whole whole) {
    List<Reading.Whole> all = replies(answer.received().slice(from, answer.received().length()));
    if (all.stream().anyMatch(reply -> reply.code() == 250)) {
      return new Greeting.Foreign();
    }
    Optional<Match> match = signed(answer, from);
    if (match.isPresent()) {
      return new Greeting.Given(signedClaim(answer, from, match.get()));
    }
    String text = whole.text().substring(0, Math.min(TEXT_LIMIT, whole.text().length()));
    boolean another = NAMES_ANOTHER.matcher(text).find();
    boolean named = NAMES_FTP.matcher(text).find();
    if (another && !named) {
      return new Greeting.Foreign();
    }
    boolean asksForLogin =
        all.stream().anyMatch(r -> r.code() == 530 && ASKS_FOR_LOGIN.matcher(r.text()).find());
    double confidence =
        another
            ? UNWILLING
            : named ? NAMED_GREETING : asksForLogin ? FITTING_ANSWERS : BARE_GREETING;
    String reason =
        named
            ? "reply 220 whose text names FTP"
            : "reply 220, with which FTP greets, and SMTP and others as well";
    Finding finding =
        Finding.of(
            Service.of(PROTOCOL),
            confidence,
            answer.because(reason, List.of(firstLine(answer.received(), from))));
    return new Greeting.Given(new Claim(finding, named && !another, named && !another));
  }

  private Claim signedClaim(Answer answer, int from, Match match) {
    Finding finding =
        Finding.of(
            match.service().orElse(Service.of(PROTOCOL)),
            match.service().product() == null ? NAMED_GREETING : SIGNED_GREETING,
            answer.because("greeting of a known server", shifted(match, from), match.signature()));
    return new Claim(finding, true, true);
  }

  private Optional<Match> signed(Answer answer, int from) {
    Bytes received = answer.received();
    return signatures.match("ftp.greeting", received.slice(from, received.length()));
  }

  private static List<Span> shifted(Match match, int by) {
    return match.matched().stream()
        .map(span -> new Span(span.offset() + by, span.length()))
        .toList();
  }

  private static Span firstLine(Bytes received, int from) {
    int to = from;
    while (to < received.length() && received.at(to) != '\n' && to < from + TEXT_LIMIT) {
      to++;
    }
    return new Span(from, to - from);
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    Optional<Conversation> ongoing =
        interview.first().isGreeting() ? interview.ongoing() : Optional.empty();
    if (ongoing.isPresent()) {
      try (Conversation conversation = ongoing.get()) {
        Optional<Examination> examination =
            new Questioning(interview, conversation).after(interview.first());
        if (examination.isPresent()) {
          return examination.get();
        }
      }
    }
    // another probe's questions may have ended the first conversation, so its end means nothing
    try (Conversation conversation = interview.converse()) {
      Answer greeting = conversation.receive(Answer.GREETING, this::greeted);
      return new Questioning(interview, conversation)
          .after(greeting)
          .orElseGet(
              () ->
                  caught(
                      greeting,
                      "it greets, and then hangs up or falls silent whatever it is asked"));
    }
  }

  private boolean greeted(Bytes soFar) {
    String stream = soFar.latin1();
    int from = 0;
    Reading reading = read(stream, from);
    while (reading instanceof Reading.Whole(int code, _, int end)
        && code == 120
        && end < stream.length()) {
      from = end;
      reading = read(stream, from);
    }
    return reading instanceof Reading.Whole(int code, _, _) && code != 120;
  }

  private static Examination.Refuted caught(Answer turn, String reason) {
    String asked = turn.sent().isEmpty() ? turn.name() : turn.sent().escaped();
    return new Examination.Refuted(
        reason,
        new Impostor(PROTOCOL, asked, turn.received().head(LONGEST_DETAIL).escaped(), reason),
        List.of(turn.because(reason, List.of())));
  }

  /** A question and the reply to it. */
  private record Turn(Answer answer, Reading.@Nullable Whole reply) {

    int code() {
      return reply == null ? 0 : reply.code();
    }

    boolean unanswered() {
      return answer.silent();
    }

    /** Whether something came that no FTP server says. */
    boolean alien() {
      return !answer.silent() && read(answer.received().latin1(), 0) instanceof Reading.Alien;
    }

    boolean saysTheSameAs(Turn other) {
      return answer.received().equals(other.answer.received());
    }
  }

  /** The questioning in one conversation. */
  private final class Questioning {

    private final Interview interview;
    private final Conversation conversation;
    private final List<Evidence> evidence = new ArrayList<>();
    private final Map<String, Object> details = new LinkedHashMap<>();
    private final List<Turn> turns = new ArrayList<>();

    Questioning(Interview interview, Conversation conversation) {
      this.interview = interview;
      this.conversation = conversation;
    }

    /**
     * @return empty where the peer says nothing more after its greeting
     */
    Optional<Examination> after(Answer heard) throws ConversationException {
      return switch (greeting(finished(heard))) {
        case Greeting.Foreign _ ->
            Optional.of(new Examination.Refuted("the greeting is none of FTP's", null, List.of()));
        case Greeting.Unfinished _ ->
            Optional.of(
                new Examination.Refuted("the greeting does not come to an end", null, List.of()));
        case Greeting.Unavailable(int code) ->
            throw new ConversationException(
                Failure.RESET, "the server does not serve us now: reply " + code);
        case Greeting.Given(Claim claim) -> question(claim);
      };
    }

    /** Greetings of several lines can come with a pause between them. */
    private Answer finished(Answer heard) throws ConversationException {
      if (heard.silent()) {
        return heard;
      }
      return received(heard, FtpProbe.this::greeted, conversation::receive);
    }

    /** The answer with all that follows it, where it is the beginning of a reply and more comes. */
    private Answer received(Answer beginning, Predicate<Bytes> done, Receiving receiving)
        throws ConversationException {
      Answer whole = beginning;
      for (int more = 0; more < MOST_PIECES && conversation.open(); more++) {
        Bytes before = whole.received();
        if (done.test(before)) {
          return whole;
        }
        Answer piece = receiving.receive(whole.name(), next -> done.test(before.plus(next)));
        if (piece.silent()) {
          return whole;
        }
        whole =
            new Answer(
                whole.name(),
                whole.sent(),
                before.plus(piece.received()),
                piece.ending(),
                whole.local(),
                whole.roundTrip());
      }
      return whole;
    }

    private Optional<Examination> question(Claim claim) throws ConversationException {
      evidence.addAll(claim.finding().evidence());
      Turn system = ask("ftp/syst", "SYST");
      Turn features = ask("ftp/feat", "FEAT");
      if (system.unanswered() && features.unanswered()) {
        return conversation.open()
            ? Optional.of(caught(features.answer(), "it greets, and answers no command"))
            : Optional.empty();
      }
      if (system.unanswered() && features.code() == 215) {
        system = features; // a slow server, one reply behind our questions
        features = take("ftp/feat");
      }
      if (system.code() == 421 || features.code() == 421) {
        throw new ConversationException(Failure.RESET, "the server does not serve us now: 421");
      }
      for (Turn turn : List.of(system, features)) {
        if (turn.alien()) {
          return Optional.of(
              caught(turn.answer(), "it answers with something that is no FTP reply"));
        }
      }
      boolean alike = !system.unanswered() && system.saysTheSameAs(features);
      if (alike && !REFUSALS.contains(system.code())) {
        return Optional.of(
            caught(features.answer(), "it answers different commands with the same"));
      }
      if (!alike && (system.code() == 215 || features.code() == 211)) {
        return Optional.of(proven(claim, system, features));
      }
      return Optional.of(weighed(claim, system, features));
    }

    private Examination proven(Claim claim, Turn system, Turn features) {
      double confidence = claim.finding().confidence();
      Service service = claim.finding().service();
      if (features.code() == 211) {
        confidence = Confidence.combine(confidence, SPECIFIC_ANSWER);
        service = learn(service, "ftp.feat", features, "211, the answer to FEAT alone (RFC 2389)");
        details.put("features", features(features));
      }
      if (system.code() == 215) {
        confidence = Confidence.combine(confidence, SPECIFIC_ANSWER);
        service = learn(service, "ftp.syst", system, "215, the answer to SYST alone (RFC 959)");
        details.put("syst", shown(afterCode(text(system))));
      }
      Tls tls = null;
      try {
        if (service.product() == null) {
          service = help(service);
        }
        tls = secure();
        if (tls == null) {
          farewell();
        }
      } catch (ConversationException e) {
        log.atDebug()
            .addKeyValue("endpoint", interview.endpoint())
            .addKeyValue("failure", e.failure())
            .log("an FTP server was proven, and could not be asked for more");
      }
      return new Examination.Confirmed(new Finding(service, confidence, evidence, details, tls));
    }

    /**
     * Neither 215 nor 211: servers that want a login first say so to most commands. Then the server
     * has to show in some other way that it tells commands apart, and must not talk like SMTP,
     * which knows NOOP (250) and QUIT (221) too.
     */
    private Examination weighed(Claim claim, Turn system, Turn features)
        throws ConversationException {
      Turn nothing = ask("ftp/noop", "NOOP");
      Turn nonsense = ask("ftp/unknown-command", word());
      if (nothing.code() == 250 || system.code() == 250 || features.code() == 250) {
        return new Examination.Refuted(
            "it answers as a mail server does: 250",
            null,
            List.of(nothing.answer().because("250, which FTP never says to NOOP", List.of())));
      }
      Service service = claim.finding().service();
      if (service.product() == null && claim.named()) {
        service = help(service);
      }
      Tls tls = secure();
      boolean parted = tls != null || farewell().code() == 221;
      boolean apart = parted || turns.stream().mapToInt(Turn::code).distinct().count() > 1;
      if (!apart) {
        return caught(nonsense.answer(), "it answers every command with the same");
      }
      boolean loginFirst =
          Stream.of(system, features, nonsense)
              .anyMatch(turn -> turn.code() == 530 && ASKS_FOR_LOGIN.matcher(text(turn)).find());
      boolean knowsNothing = nothing.code() == 200 || nothing.code() == 530;
      if (!claim.named() && tls == null && !(loginFirst && knowsNothing && parted)) {
        return new Examination.Refuted(
            "it greets with 220, and answers neither SYST with 215 nor FEAT with 211",
            null,
            List.of(
                system.answer().because("not 215", List.of()),
                features.answer().because("not 211", List.of())));
      }
      evidence.add(system.answer().because("fits FTP before login", List.of(line(system)), null));
      double confidence = claim.finding().confidence();
      confidence = Confidence.combine(confidence, loginFirst ? FITTING_ANSWERS : UNWILLING);
      if (tls != null) {
        confidence = Confidence.combine(confidence, SPECIFIC_ANSWER);
      }
      if (knowsNothing) {
        confidence = Confidence.combine(confidence, BARE_GREETING);
        evidence.add(
            nothing.answer().because("an answer of FTP's to NOOP", List.of(line(nothing)), null));
      }
      return new Examination.Confirmed(new Finding(service, confidence, evidence, details, tls));
    }

    private Service help(Service service) throws ConversationException {
      Turn help = ask("ftp/help", "HELP");
      return help.code() == 214 || help.code() == 211
          ? learn(service, "ftp.help", help, "the answer to HELP")
          : service;
    }

    /** Adds an answer to the evidence, and what a signature knows of it to the service. */
    private Service learn(Service service, String field, Turn turn, String reason) {
      Optional<Match> match = signatures.match(field, turn.answer().received());
      evidence.add(
          match
              .map(m -> turn.answer().because(reason, m.matched(), m.signature()))
              .orElseGet(() -> turn.answer().because(reason, List.of(line(turn)))));
      return match.map(m -> service.orElse(m.service())).orElse(service);
    }

    /**
     * Asks for TLS (RFC 4217), which must be the last question: after 234 the server waits for a
     * handshake.
     */
    private @Nullable Tls secure() throws ConversationException {
      if (interview.insideTls() || !conversation.open()) {
        return null;
      }
      Turn ready = ask("ftp/auth-tls", "AUTH TLS");
      details.put("authTls", ready.code() == 234);
      if (ready.code() != 234) {
        return null;
      }
      evidence.add(
          ready.answer().because("234, ready for TLS (RFC 4217)", List.of(line(ready)), null));
      Tls tls = conversation.startTls("AUTH TLS", List.of());
      if (tls.failure() == null && conversation.open()) {
        farewell();
      }
      return tls;
    }

    private Turn farewell() throws ConversationException {
      return ask("ftp/quit", "QUIT", (name, done) -> conversation.receive(name, done, FAREWELL));
    }

    private Turn ask(String name, String command) throws ConversationException {
      return ask(name, command, conversation::receive);
    }

    /** Asks, and takes a peer that hangs up on us for one that does not answer. */
    private Turn ask(String name, String command, Receiving receiving)
        throws ConversationException {
      Bytes line = Bytes.latin1(command + "\r\n");
      if (conversation.open()) {
        try {
          conversation.send(line);
          return take(name, receiving);
        } catch (ConversationException e) {
          if (e.failure() != Failure.RESET) {
            throw e;
          }
        }
      }
      return new Turn(
          new Answer(name, line, Bytes.EMPTY, Answer.Ending.RESET, interview.first().local(), null),
          null);
    }

    private Turn take(String name) throws ConversationException {
      return take(name, conversation::receive);
    }

    private Turn take(String name, Receiving receiving) throws ConversationException {
      Answer answer = receiving.receive(name, soFar -> effective(soFar).isPresent());
      if (begins(answer.received())) {
        answer = received(answer, soFar -> !begins(soFar), receiving);
      }
      Turn turn = new Turn(answer, effective(answer.received()).orElse(lastOf(answer)));
      turns.add(turn);
      return turn;
    }

    /**
     * The reply to our question: some servers send several greetings, each of them a reply of its
     * own.
     */
    private static Optional<Reading.Whole> effective(Bytes received) {
      return replies(received).stream().filter(reply -> reply.code() != 220).findFirst();
    }

    /** Whether this ends in the middle of a reply. */
    private static boolean begins(Bytes received) {
      List<Reading.Whole> whole = replies(received);
      String text = received.latin1();
      int end = whole.stream().mapToInt(reply -> reply.text().length()).sum();
      return end < text.length() && read(text, end) instanceof Reading.Begun;
    }

    private static Reading.@Nullable Whole lastOf(Answer answer) {
      List<Reading.Whole> all = replies(answer.received());
      return all.isEmpty() ? null : all.getLast();
    }

    /** Five letters that are no command. */
    private String word() {
      StringBuilder word = new StringBuilder("X");
      interview.random().ints(4, 'J', 'L' + 1).forEach(letter -> word.append((char) letter));
      return word.toString();
    }

    private List<String> features(Turn turn) {
      List<String> lines = Objects.requireNonNull(turn.reply()).lines();
      return lines.size() < 3
          ? List.of()
          : lines.subList(1, lines.size() - 1).stream()
              .map(line -> line.startsWith("211-") ? line.substring(4) : line)
              .map(FtpProbe::shown)
              .filter(line -> !line.isEmpty())
              .limit(MOST_FEATURES)
              .toList();
    }

    private static Span line(Turn turn) {
      return firstLine(turn.answer().received(), 0);
    }

    private static String text(Turn turn) {
      return turn.reply() == null ? "" : turn.reply().text();
    }
  }

  /** How an answer is waited for. */
  @FunctionalInterface
  private interface Receiving {
    Answer receive(String name, Predicate<Bytes> complete) throws ConversationException;
  }

  private static String afterCode(String reply) {
    String line = reply.lines().findFirst().orElse("");
    return line.length() <= 4 ? "" : line.substring(4);
  }

  private static String shown(String line) {
    String stripped = line.strip();
    return Bytes.latin1(stripped.substring(0, Math.min(LONGEST_DETAIL, stripped.length())))
        .escaped();
  }
}
