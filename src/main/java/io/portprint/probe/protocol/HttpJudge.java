package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Confidence;
import io.portprint.fingerprint.Impostor;
import io.portprint.probe.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells an HTTP server from whoever only uses its framing: by header fields, by a second request
 * that is answered coherently, by garbage that is refused, and by the difference that a request
 * makes. Pure.
 */
final class HttpJudge {

  private static final int ENOUGH_BINARY = 3;
  private static final int ENOUGH_TELLING = 3;
  private static final int SHOWN = 120;
  private static final double UNANSWERED = 0.75;

  private HttpJudge() {}

  /** What the examination found. */
  sealed interface Judgement {

    /** It is HTTP. */
    record Coherent(double confidence, String reason) implements Judgement {}

    /** So far it may be HTTP, or a fixed answer: another request has to make a difference. */
    record Unsettled() implements Judgement {}

    /**
     * It isn't.
     *
     * @param witness the answer that shows it
     */
    record Incoherent(String reason, @Nullable Impostor impostor, Answer witness)
        implements Judgement {}
  }

  /** Further requests, which only another answer can satisfy. */
  record Further(Answer head, Answer elsewhere) {}

  /** What came back to garbage. */
  enum Reply {
    /** The garbage itself. */
    ECHO,
    /** Bytes that are no text. */
    BINARY,
    /** An HTTP response that says error. */
    REFUSAL,
    /** An HTTP response that says anything else. */
    WELCOME,
    /** A page without a status line: what HTTP/0.9 would answer. */
    PAGE,
    /** Other text. */
    TEXT,
    /** The end of the connection. */
    END,
    /** Nothing at all. */
    SILENCE;

    static Reply of(Answer answer) {
      Bytes received = answer.received();
      if (received.isEmpty()) {
        return switch (answer.ending()) {
          case CLOSED, RESET -> END;
          case OPEN, COMPLETE, SILENCE, LIMIT -> SILENCE;
        };
      }
      Optional<HttpMessage> message = HttpMessage.parse(received);
      if (message.isPresent()) {
        return message.get().isError() ? REFUSAL : WELCOME;
      }
      if (isEcho(answer)) {
        return ECHO;
      }
      if (isPage(received)) {
        return PAGE;
      }
      return isBinary(received) ? BINARY : TEXT;
    }
  }

  private static boolean isEcho(Answer answer) {
    Bytes said = trimmed(answer.sent());
    Bytes heard = trimmed(answer.received());
    return said.length() >= 4
        && (heard.startsWith(said) || (heard.length() >= 8 && said.startsWith(heard)));
  }

  private static Bytes trimmed(Bytes bytes) {
    return Bytes.latin1(bytes.latin1().strip());
  }

  /** Whether the bytes begin as an HTML page does. */
  static boolean isPage(Bytes received) {
    String start = received.head(256).latin1().stripLeading().toLowerCase(Locale.ROOT);
    return start.startsWith("<!doctype html")
        || start.startsWith("<html")
        || start.startsWith("<head");
  }

  /**
   * Whether there are three bytes or more that occur in no text: controls, and what is no UTF-8.
   */
  static boolean isBinary(Bytes received) {
    int strange = 0;
    int at = 0;
    while (at < received.length() && strange < ENOUGH_BINARY) {
      int one = received.at(at);
      int more = continuation(one);
      boolean control =
          one < 0x20 && one != '\t' && one != '\n' && one != '\r' && one != '\f' && one != 0x1b;
      if (control || one == 0x7f || more < 0) {
        strange++;
        at++;
        continue;
      }
      int following = 1;
      while (following <= more
          && at + following < received.length()
          && (received.at(at + following) & 0xc0) == 0x80) {
        following++;
      }
      boolean cutOff = at + following == received.length();
      if (following <= more && !cutOff) {
        strange++;
      }
      at += following;
    }
    return strange >= ENOUGH_BINARY;
  }

  /** How many continuation bytes follow in UTF-8; -1 where the byte begins no character. */
  private static int continuation(int first) {
    if (first < 0x80) {
      return 0;
    }
    if (first >= 0xc2 && first <= 0xdf) {
      return 1;
    }
    if (first >= 0xe0 && first <= 0xef) {
      return 2;
    }
    return first >= 0xf0 && first <= 0xf4 ? 3 : -1;
  }

  /**
   * Weighs the answers.
   *
   * @param requests answers to different well-formed requests, at least one
   * @param garbage answers to what is no request, at least one
   * @param further null where it was not asked yet
   */
  static Judgement judge(List<Answer> requests, List<Answer> garbage, @Nullable Further further) {
    for (Answer answer : garbage) {
      Reply reply = Reply.of(answer);
      if (reply == Reply.ECHO) {
        return impostor(answer, "it repeats garbage, which no HTTP server does");
      }
      if (reply == Reply.BINARY) {
        return impostor(
            answer,
            "an HTTP server answers what is no request by a 400 or hangs up; this answers with"
                + " binary");
      }
    }
    List<HttpMessage> messages =
        requests.stream().flatMap(answer -> HttpMessage.parse(answer.received()).stream()).toList();
    Answer last = requests.getLast();
    if (requests.stream().allMatch(Answer::silent)
        && garbage.stream().allMatch(HttpJudge::refuses)) {
      return new Judgement.Coherent(
          UNANSWERED, "garbage refused in HTTP, while well-formed requests wait for an answer");
    }
    if (messages.isEmpty()) {
      return new Judgement.Incoherent(
          "no status line: HTTP/0.9 can't be told from any other page", null, last);
    }
    if (messages.size() < requests.size()) {
      return new Judgement.Incoherent(
          "it answers one request with a status line and another without", null, last);
    }
    int telling = messages.stream().mapToInt(HttpMessage::telling).max().orElse(0);
    boolean allTheSame = garbage.stream().allMatch(answer -> isEachOf(messages, answer));
    if (telling == 0) {
      return allTheSame
          ? impostor(
              garbage.getFirst(),
              "whatever is said, the answer is the same status line without a header field")
          : new Judgement.Incoherent(
              "it speaks HTTP's framing, but sends none of the header fields of a server",
              null,
              last);
    }

    List<Double> checks = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    boolean faulty = messages.stream().anyMatch(message -> message.faults() > 0);
    checks.add(faulty ? 0.3 : telling >= ENOUGH_TELLING ? 0.6 : 0.45);
    reasons.add("a status line with %d of the header fields that servers send".formatted(telling));
    if (messages.size() > 1) {
      checks.add(0.5);
      reasons.add("a second, different request answered as well");
    }

    boolean proven = false;
    Reply worst =
        garbage.stream().map(Reply::of).reduce(HttpJudge::lessTelling).orElse(Reply.SILENCE);
    switch (worst) {
      case REFUSAL -> {
        proven = !allTheSame;
        checks.add(proven ? 0.8 : 0.0);
        reasons.add(proven ? "garbage refused" : "garbage answered like everything else");
      }
      case END -> {
        checks.add(0.5);
        reasons.add("garbage answered by a hang-up");
      }
      case PAGE -> {
        checks.add(0.5);
        reasons.add("garbage answered by an error page without status line, as HTTP/0.9 has it");
      }
      case TEXT -> {
        checks.add(0.2);
        reasons.add("garbage answered by text");
      }
      case SILENCE -> {
        checks.add(0.2);
        reasons.add("garbage not answered");
      }
      case WELCOME, ECHO, BINARY -> {
        checks.add(0.0);
        reasons.add("garbage answered like a request");
      }
    }
    if (!proven) {
      if (further == null) {
        return new Judgement.Unsettled();
      }
      Optional<String> difference =
          difference(messages.getLast(), further).or(() -> answersInKind(messages));
      if (difference.isPresent()) {
        checks.add(0.7);
        reasons.add(difference.get());
      } else if (worst == Reply.REFUSAL || worst == Reply.WELCOME) {
        return impostor(
            garbage.getFirst(), "whatever is said, a request or garbage, the answer is the same");
      }
    }
    double confidence =
        Confidence.combine(checks.stream().mapToDouble(Double::doubleValue).toArray());
    return new Judgement.Coherent(confidence, String.join("; ", reasons));
  }

  private static Reply lessTelling(Reply one, Reply other) {
    return weight(one) <= weight(other) ? one : other;
  }

  private static int weight(Reply reply) {
    return switch (reply) {
      case ECHO, BINARY -> 0;
      case WELCOME -> 1;
      case SILENCE -> 2;
      case TEXT -> 3;
      case PAGE -> 4;
      case END -> 5;
      case REFUSAL -> 6;
    };
  }

  private static boolean isEachOf(List<HttpMessage> messages, Answer answer) {
    return HttpMessage.parse(answer.received())
        .map(garbled -> messages.stream().allMatch(message -> message.saysTheSameAs(garbled)))
        .orElse(false);
  }

  /** What a method or a path changed in the answer: a server has read the request. */
  private static Optional<String> difference(HttpMessage known, Further further) {
    Optional<HttpMessage> head = HttpMessage.parseHead(further.head().received());
    if (head.isPresent()
        && head.get().headComplete()
        && head.get().body().isEmpty()
        && !known.body().isEmpty()) {
      return Optional.of("HEAD answered without a body");
    }
    if (head.isPresent() && head.get().status() != known.status()) {
      return Optional.of("HEAD answered by status " + head.get().status());
    }
    return HttpMessage.parse(further.elsewhere().received())
        .filter(elsewhere -> elsewhere.status() != known.status())
        .map(elsewhere -> "a path that can't exist answered by status " + elsewhere.status());
  }

  /** Whether an answer is a whole error message with fields of a server. */
  private static boolean refuses(Answer answer) {
    return HttpMessage.parse(answer.received())
        .filter(
            message ->
                message.isError()
                    && message.headComplete()
                    && message.faults() == 0
                    && message.telling() >= ENOUGH_TELLING)
        .isPresent();
  }

  /**
   * Whether the first answer, to HTTP/1.0, is of that version, and the last, to HTTP/1.1, of this.
   */
  private static Optional<String> answersInKind(List<HttpMessage> messages) {
    return messages.getFirst().minor() == 0 && messages.getLast().minor() == 1
        ? Optional.of("a request of each version answered in its own")
        : Optional.empty();
  }

  private static Judgement impostor(Answer answer, String reason) {
    return new Judgement.Incoherent(
        reason,
        new Impostor(
            "http",
            answer.sent().head(SHOWN).escaped(),
            answer.received().head(SHOWN).escaped(),
            reason),
        answer);
  }
}
