package io.portprint.api;

import io.portprint.api.ByteGrid.Stretch;
import io.portprint.capture.learning.Candidate;
import io.portprint.capture.learning.Explanation;
import io.portprint.capture.learning.Field;
import io.portprint.capture.learning.Heard;
import io.portprint.capture.learning.LengthRule;
import io.portprint.capture.learning.Lesson;
import io.portprint.capture.learning.Mutation;
import io.portprint.capture.learning.Party;
import io.portprint.capture.learning.Reaction;
import io.portprint.capture.learning.TextPart;
import io.portprint.capture.learning.TextPattern;
import io.portprint.capture.learning.Trial;
import io.portprint.capture.learning.Written;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Span;
import io.portprint.fingerprint.Transport;
import io.portprint.job.HeldConversation;
import io.portprint.job.Replay;
import io.portprint.probe.Answer;
import java.net.Inet6Address;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriUtils;

/**
 * A replay as a page for people: HTML and a style sheet, no script and nothing from elsewhere. What
 * peers and clients have said gets into it through {@link Html} only, and within the bounds that
 * the page names at its end.
 */
final class ReplayPage {

  /** Different answers of a kind that are shown. */
  static final int ANSWERS = 8;

  /** Bytes of each that are shown: so many are explained one by one. */
  static final int BYTES = 512;

  /** Bytes of a text that are shown. */
  static final int TEXT = 2_048;

  /** Bytes of what is shown in one line. */
  private static final int LINE = 96;

  private static final int REACTIONS = 128;
  private static final int TURNS = 16;
  private static final int CANDIDATE = 65_536;

  private final Replay replay;
  private final @Nullable Lesson lesson;
  private final long servers;
  private final Html html = new Html();

  private ReplayPage(Replay replay) {
    this.replay = replay;
    this.lesson = replay.lesson();
    this.servers = replay.trials().stream().map(Trial::server).distinct().count();
  }

  /** An answer, and the conversation in which it was first heard. */
  private record Shown(Trial trial, Bytes answer) {

    Heard heard() {
      return new Heard(trial.request(), answer, trial.client(), trial.server(), trial.at());
    }
  }

  /**
   * The page.
   *
   * @param style sheet, to the letter
   */
  static String of(Replay replay, String style) {
    return new ReplayPage(replay).write(style);
  }

  private String write(String style) {
    html.open("html", "lang", "en").open("head");
    html.empty("meta", "charset", "utf-8");
    html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.element("title", "Replay at " + shown(replay.endpoint()));
    html.style(style).close();
    html.open("body").open("main");
    top();
    if (lesson == null) {
      soFar();
    } else if (lesson.answered() == 0) {
      noAnswer();
    } else {
      answers(lesson);
      others(lesson);
    }
    request();
    if (lesson != null) {
      reactions(lesson);
      sureness(lesson);
      lesson.candidate().ifPresent(this::candidate);
      fieldByField(lesson);
    }
    bounds();
    return html.end();
  }

  // Top

  private static String shown(Endpoint endpoint) {
    return PeerText.escaped(endpoint.toString());
  }

  private void top() {
    html.element("h1", "Replay at " + shown(replay.endpoint()));
    long answered = replay.trials().stream().filter(one -> !one.answers().isEmpty()).count();
    int held = replay.conversations().size();
    html.open("dl", "class", "facts");
    fact(
        "State",
        Words.of(replay.state()) + (lesson == null ? ": this page asks again by itself" : ""));
    if (replay.ending() != null) {
      fact("Ended early", replay.ending());
    }
    fact("Asked for as", PeerText.escaped(replay.endpoint().host()));
    replay.alsoAt().forEach(one -> fact("Also at", shown(one)));
    fact("Begun", Words.millis(replay.createdAt()).toString());
    if (replay.finishedAt() != null) {
      fact("Ended", Words.millis(replay.finishedAt()).toString());
    }
    fact(
        "Conversations",
        "%d of %d held, %d of them answered".formatted(held, replay.planned(), answered));
    if (lesson != null && lesson.length() != null) {
      fact("Learnt from", plural(lesson.samples(), "answer") + " of the same kind");
      LengthRule length = lesson.length();
      fact("Answers are", LessonView.length(Objects.requireNonNull(length)));
    }
    if (lesson != null && lesson.candidate().isPresent()) {
      Candidate candidate = lesson.candidate().get();
      fact(
          "Bits to guess",
          "%s for one answer, %s for three to fresh requests"
              .formatted(number(candidate.bits()), number(candidate.bitsOfThree())));
    }
    html.close();
    if (lesson == null) {
      html.open(
              "progress",
              "value",
              Integer.toString(held),
              "max",
              Integer.toString(Math.max(1, replay.planned())),
              "aria-label",
              "conversations held")
          .close();
    }
    html.open("nav");
    html.element("a", "The same as JSON", "href", "../" + replay.id());
    if (reached()) {
      html.element("a", "All conversations for Wireshark (pcapng)", "href", "evidence.pcapng");
    }
    html.close();
    html.open("nav", "aria-label", "on this page");
    html.element("a", "Answers", "href", "#answers");
    if (held > 0) {
      html.element("a", "Request", "href", "#request");
    }
    if (lesson != null) {
      html.element("a", "Changes", "href", "#changes");
      html.element("a", "Proof", "href", "#proof");
    }
    if (lesson != null && lesson.candidate().isPresent()) {
      html.element("a", "Signature", "href", "#signature");
    }
    html.close();
  }

  /** Whether a connection came about, or a datagram was sent. */
  private boolean reached() {
    return replay.trials().stream().anyMatch(one -> one.client().port() > 0);
  }

  private void heading(String id, String text) {
    html.element("h2", text, "id", id);
  }

  private void fact(String name, String value) {
    html.element("dt", name).element("dd", value);
  }

  private static String plural(int count, String noun) {
    return count == 1 ? "1 " + noun : "%d %ss".formatted(count, noun);
  }

  // Answers

  private static List<Shown> distinct(List<Shown> all) {
    Map<Bytes, Shown> first = new LinkedHashMap<>();
    all.forEach(one -> first.putIfAbsent(one.answer(), one));
    return List.copyOf(first.values());
  }

  private List<Shown> heard() {
    return replay.trials().stream()
        .filter(trial -> !trial.answers().isEmpty())
        .map(trial -> new Shown(trial, trial.answers().getFirst().head(TEXT)))
        .toList();
  }

  private void soFar() {
    heading("answers", "Answers so far");
    List<Shown> distinct = distinct(heard());
    if (distinct.isEmpty()) {
      html.element("p", "None has come yet.");
      return;
    }
    List<Shown> some = first(distinct);
    how(some.size(), distinct.size());
    List<Bytes> lines = some.stream().map(one -> one.answer().head(BYTES)).toList();
    int end = lines.stream().mapToInt(Bytes::length).max().orElse(0);
    String explanation = "explained when all conversations have been held";
    ByteGrid.write(
        html,
        "a",
        end == 0 ? List.of() : List.of(new Stretch(0, end, Mark.UNEXPLAINED, explanation)),
        lines);
    html.open("ol", "class", "drawn");
    some.forEach(one -> html.element("li", drawn(one) + ", as text " + inShort(one.answer())));
    html.close();
  }

  private static List<Shown> first(List<Shown> distinct) {
    return distinct.subList(0, Math.min(ANSWERS, distinct.size()));
  }

  private void how(int shown, int there) {
    html.element(
        "p",
        shown == there
            ? there == 1
                ? "The one answer that was given each time."
                : "All %d answers that differ, in the order in which they came.".formatted(there)
            : "The first %d of %d answers that differ, in the order in which they came."
                .formatted(shown, there));
  }

  private void drawnBy(List<Shown> some) {
    html.open("ol", "class", "drawn");
    some.forEach(one -> html.element("li", drawn(one)));
    html.close();
  }

  private String drawn(Shown one) {
    return plural(one.answer().length(), "byte") + " to " + drawer(one.trial());
  }

  private String drawer(Trial trial) {
    return drawer(trial.mutation()) + (servers > 1 ? ", by " + shown(trial.server()) : "");
  }

  private static String shown(Party party) {
    return party.addresses().stream()
        .findFirst()
        .map(
            one ->
                one instanceof Inet6Address
                    ? "[%s]:%d".formatted(one.getHostAddress(), party.port())
                    : "%s:%d".formatted(one.getHostAddress(), party.port()))
        .orElse("a server");
  }

  private static String drawer(Mutation mutation) {
    return mutation instanceof Mutation.None
        ? "the request as it is"
        : "a request with a change: " + LessonView.change(mutation);
  }

  private void answers(Lesson learnt) {
    heading("answers", "What the answers are made of");
    html.element(
        "p",
        "Point at a byte, tap it, or come to it with the tab key: the foot of the page says what it"
            + " is and how that is known.");
    if (learnt.length() == null) {
      return;
    }
    List<Shown> distinct = distinct(heard(learnt, true));
    List<Shown> some = first(distinct);
    TextPattern text = learnt.text();
    legend(counts(learnt, some));
    how(some.size(), distinct.size());
    if (text == null || text.from() > 0) {
      int most = text == null ? BYTES : Math.min(BYTES, text.from());
      List<Bytes> lines = some.stream().map(one -> one.answer().head(most)).toList();
      ByteGrid.write(html, "a", stretches(learnt, lines), lines);
    }
    if (text != null) {
      for (int i = 0; i < some.size(); i++) {
        text(text, some.get(i), i);
      }
    }
    drawnBy(some);
  }

  /** Answers that are explained, or the others. */
  private List<Shown> heard(Lesson learnt, boolean explained) {
    Set<Trial> trials = Set.copyOf(learnt.explained());
    return heard().stream().filter(one -> trials.contains(one.trial()) == explained).toList();
  }

  /** The fields, and what is left between and behind them. */
  private static List<Stretch> stretches(Lesson learnt, List<Bytes> lines) {
    List<Stretch> stretches = new ArrayList<>();
    int at = 0;
    for (Field field : learnt.fields()) {
      if (field.offset() >= BYTES) {
        break;
      }
      unexplained(stretches, at, field.offset());
      int end = Math.min(BYTES, field.offset() + field.length());
      stretches.add(
          new Stretch(
              field.offset(), end, Mark.of(field.explanation()), explanation(field, lines)));
      at = end;
    }
    unexplained(stretches, at, lines.stream().mapToInt(Bytes::length).max().orElse(0));
    return stretches;
  }

  private static void unexplained(List<Stretch> stretches, int from, int to) {
    if (from < to) {
      stretches.add(
          new Stretch(
              from,
              to,
              Mark.UNEXPLAINED,
              "not all answers have these bytes, or they are beyond the first %d"
                  .formatted(BYTES)));
    }
  }

  private static String explanation(Field field, List<Bytes> lines) {
    StringBuilder text = new StringBuilder(LessonView.sentence(field.explanation()));
    if (field.explanation() instanceof Explanation.Constant(Bytes mask, Bytes value, _, _)
        && Mark.of(field.explanation()) == Mark.MASKED) {
      text.append("; bits ").append(bits(mask, value));
    }
    text.append(". ");
    text.append(
        field.bits() == 0
            ? "Proves nothing by itself"
            : "Worth %s bits".formatted(number(field.bits())));
    text.append(". In the first answer: ");
    Bytes there = there(lines, field);
    text.append(there.head(LINE / 3).hex()).append(there.length() > LINE / 3 ? "..." : "");
    return text.append(", as text ").append(inShort(there)).append('.').toString();
  }

  private static Bytes there(List<Bytes> lines, Field field) {
    if (lines.isEmpty()) {
      return Bytes.EMPTY;
    }
    Bytes first = lines.getFirst();
    int from = Math.min(field.offset(), first.length());
    return first.slice(from, Math.min(field.offset() + field.length(), first.length()));
  }

  /** A dot for each bit that differs. */
  private static String bits(Bytes mask, Bytes value) {
    StringBuilder bits = new StringBuilder();
    for (int at = 0; at < Math.min(mask.length(), 8); at++) {
      if (at > 0) {
        bits.append(' ');
      }
      for (int bit = 7; bit >= 0; bit--) {
        boolean constant = (mask.at(at) >> bit & 1) != 0;
        bits.append(constant ? Integer.toString(value.at(at) >> bit & 1) : ".");
      }
    }
    return bits.toString();
  }

  private static String number(double value) {
    double rounded = Words.threeDecimals(value);
    return rounded == Math.rint(rounded)
        ? Long.toString((long) rounded)
        : String.format(Locale.ROOT, "%s", rounded);
  }

  /** In quotes, and cut where it is long. */
  private static String inShort(Bytes bytes) {
    return "\u201c"
        + bytes.head(LINE).escaped()
        + (bytes.length() > LINE ? "\u201d and so on" : "\u201d");
  }

  // Texts

  private void text(TextPattern pattern, Shown shown, int line) {
    List<Span> spans = pattern.spans(shown.heard()).orElse(List.of());
    html.open("div", "class", "text");
    html.element("b", Integer.toString(line + 1), "class", "line");
    html.open("div");
    int at = pattern.from();
    for (int i = 0; i < spans.size(); i++) {
      Span span = spans.get(i);
      at = span.offset() + span.length();
      if (span.length() > 0) {
        TextPart part = pattern.parts().get(i);
        Bytes there = shown.answer().slice(span.offset(), at);
        token(there, Mark.of(part.kind()), sentence(part), "t%d-%d".formatted(line, i), line);
      }
    }
    if (at < shown.answer().length()) {
      Bytes rest = shown.answer().slice(at, shown.answer().length());
      String sentence =
          spans.isEmpty()
              ? "a text that was not taken apart"
              : "behind the last part; anything fits";
      token(rest, Mark.UNEXPLAINED, sentence, "t%d-rest".formatted(line), line);
    }
    html.close().close();
  }

  /** Only the first text's parts are stops of the tab key, or there would be hundreds. */
  private void token(Bytes there, Mark mark, String sentence, String id, int line) {
    html.open(
        "span",
        "class",
        "token " + mark.style(),
        "tabindex",
        line == 0 ? "0" : "-1",
        "role",
        "group",
        "aria-labelledby",
        id);
    html.element("b", mark.letter(), "aria-hidden", "true");
    String escaped = there.escaped();
    int from = 0;
    for (int end = lineEnd(escaped, 0); end > 0; end = lineEnd(escaped, from)) {
      html.text(escaped.substring(from, end)).empty("br");
      from = end;
    }
    html.text(escaped.substring(from));
    html.open("span", "class", "tip", "id", id);
    html.element("strong", mark.label() + ": ").text(sentence + ".");
    html.close().close();
  }

  /** Where the next escaped line feed ends; 0 where there is none. Backslashes come in pairs. */
  private static int lineEnd(String escaped, int from) {
    for (int at = escaped.indexOf('\\', from); at >= 0; at = escaped.indexOf('\\', at + 2)) {
      if (escaped.charAt(at + 1) == 'n') {
        return at + 2;
      }
    }
    return 0;
  }

  private static String sentence(TextPart part) {
    return switch (part.kind()) {
      case LITERAL -> "the same in all answers";
      case PRODUCT -> "the same in all answers, and a product's name by where it stands";
      case VERSION -> "a version by where it stands; any version fits";
      case DATE -> "a date, a time, or both; any fits";
      case NUMBER -> "decimal digits that differ";
      case HEX -> "hexadecimal digits that differ";
      case CLIENT_ADDRESS -> "the client's address";
      case SERVER_ADDRESS -> "the server's address";
      case CLIENT_PORT -> "the client's port in decimal";
      case ECHO ->
          "a word of the request, from offset %d, that came back after it had been changed"
              .formatted(part.requestOffset());
      case ANYTHING -> "differs; anything on the same line fits, also nothing";
      case LINES -> "differs; anything fits, over the ends of lines, also nothing";
    };
  }

  // Legends

  private static Map<Mark, Integer> counts(Lesson learnt, List<Shown> some) {
    Map<Mark, Integer> counts = new EnumMap<>(Mark.class);
    for (Field field : learnt.fields()) {
      counts.merge(Mark.of(field.explanation()), field.length(), Integer::sum);
    }
    TextPattern text = learnt.text();
    if (text != null && !some.isEmpty()) {
      List<Span> spans = text.spans(some.getFirst().heard()).orElse(List.of());
      for (int i = 0; i < spans.size(); i++) {
        counts.merge(Mark.of(text.parts().get(i).kind()), spans.get(i).length(), Integer::sum);
      }
    }
    if (!some.isEmpty()) {
      int explained = counts.values().stream().mapToInt(Integer::intValue).sum();
      int rest = some.getFirst().answer().length() - explained;
      counts.merge(Mark.UNEXPLAINED, Math.max(0, rest), Integer::sum);
    }
    counts.values().removeIf(count -> count == 0);
    return counts;
  }

  private void legend(Map<Mark, Integer> counts) {
    html.open("ul", "class", "legend", "aria-label", "bytes of each kind");
    counts.forEach(
        (mark, count) -> {
          html.open("li").element("b", mark.letter(), "class", "key " + mark.style());
          html.text(" %s, %s: %s".formatted(mark.label(), plural(count, "byte"), mark.meaning()));
          html.close();
        });
    html.close();
  }

  // Answers of another kind, and none

  private void others(Lesson learnt) {
    if (learnt.length() == null) {
      return;
    }
    List<Shown> distinct = distinct(heard(learnt, false));
    if (distinct.isEmpty()) {
      return;
    }
    html.element("h2", "Answers of another kind");
    html.element(
        "p",
        "Not learnt from. %d differ; %s shown, %d bytes each."
            .formatted(
                distinct.size(),
                distinct.size() > ANSWERS ? "the first %d are".formatted(ANSWERS) : "all are",
                LINE));
    html.open("table");
    row("th", "Drawn by", "Bytes", "As hex", "As text");
    for (Shown one : first(distinct)) {
      Bytes head = one.answer().head(LINE);
      row(
          "td",
          drawer(one.trial()),
          Integer.toString(one.answer().length()),
          head.hex(),
          inShort(one.answer()));
    }
    html.close();
  }

  private void row(String cell, String... texts) {
    html.open("tr");
    for (String text : texts) {
      if (cell.equals("th")) {
        html.element("th", text, "scope", "col");
      } else {
        html.element("td", text);
      }
    }
    html.close();
  }

  /** What to do where nothing was answered. */
  private void noAnswer() {
    Endpoint endpoint = replay.endpoint();
    List<Answer> turns =
        replay.conversations().stream().flatMap(one -> one.turns().stream()).toList();
    boolean refused = turns.stream().anyMatch(one -> one.ending() == Answer.Ending.RESET);
    boolean greeted = turns.stream().anyMatch(one -> !one.silent());
    heading("answers", "Nothing answered");
    html.element(
        "p",
        replay.conversations().isEmpty()
            ? "It ended before the first conversation."
            : !reached()
                ? "Not one conversation came about: the port is closed, or what is sent to it"
                    + " vanishes."
                : refused
                    ? "The endpoint refused what was said (reset, or port unreachable): what"
                        + " listens there, if anything, doesn't want this."
                    : greeted
                        ? "The turns before the request were answered, the request was not."
                        : "What was said drew silence.");
    html.element("p", "What to do:");
    html.open("ul");
    html.open("li").text("See what the endpoint is at all: ");
    String path =
        "../../fingerprints/%s/%d?transport=%s"
            .formatted(
                UriUtils.encodePathSegment(endpoint.addressText(), "UTF-8"),
                endpoint.port(),
                endpoint.transport().label());
    html.element("a", "look it up", "href", path).text(".").close();
    html.element(
        "li",
        "Say what a true client says: record one, have the capture read (POST /api/v1/captures),"
            + " and take the request, and the turns before it, from there.");
    html.element(
        "li",
        endpoint.transport() == Transport.UDP
            ? "Many services drop datagrams that are not exactly right: lengths, checksums and"
                + " versions have to fit."
            : "Some peers speak first: a first turn that says nothing hears them out.");
    html.element("li", "Wait longer for an answer: patience, up to 30 s.");
    html.element("li", "Say it to an endpoint that is known to answer it.");
    html.close();
  }

  // Request

  private Bytes requestSaid() {
    if (lesson != null && !lesson.request().isEmpty()) {
      return lesson.request();
    }
    return replay.trials().stream()
        .filter(trial -> trial.mutation() instanceof Mutation.None)
        .map(Trial::request)
        .findFirst()
        .orElse(Bytes.EMPTY);
  }

  private void request() {
    if (replay.conversations().isEmpty()) {
      return;
    }
    heading("request", "The request");
    before();
    Bytes request = requestSaid();
    if (request.isEmpty()) {
      html.element("p", "None: the peer speaks first.");
      return;
    }
    Bytes shown = request.head(BYTES);
    List<Stretch> stretches = regions(shown);
    Map<Mark, Integer> counts = new EnumMap<>(Mark.class);
    stretches.forEach(one -> counts.merge(one.mark(), one.to() - one.from(), Integer::sum));
    html.element(
        "p",
        plural(request.length(), "byte")
            + (shown.length() < request.length() ? ", of which the first " + BYTES : "")
            + ", as text "
            + inShort(request)
            + ". Each part by what a change of it did to the answers.");
    legend(counts);
    ByteGrid.write(html, "q", stretches, List.of(shown));
  }

  private void before() {
    List<Bytes> before =
        replay.conversations().stream()
            .map(HeldConversation::turns)
            .max((one, other) -> Integer.compare(one.size(), other.size()))
            .orElse(List.of())
            .stream()
            .map(Answer::sent)
            .limit(Math.max(0, replay.conversations().getFirst().planned() - 1L))
            .limit(TURNS)
            .toList();
    if (before.isEmpty()) {
      return;
    }
    html.element("p", "Said before it in the same conversation, never changed:");
    html.open("ol");
    for (Bytes said : before) {
      html.element("li", said.isEmpty() ? "nothing: what came was heard out" : inShort(said));
    }
    html.close();
  }

  /** Byte by byte, for regions may overlap; what is alike in a row is one stretch. */
  private List<Stretch> regions(Bytes request) {
    List<Reaction> reactions =
        lesson == null || lesson.answered() == 0
            ? List.of()
            : lesson.reactions().stream()
                .filter(one -> one.mutation() instanceof Mutation.Region)
                .toList();
    List<Stretch> stretches = new ArrayList<>();
    int from = 0;
    for (int at = 1; at <= request.length(); at++) {
      List<Reaction> here = covering(reactions, from);
      if (at < request.length() && !here.isEmpty() && covering(reactions, at).equals(here)
          || at < request.length() && here.isEmpty() && covering(reactions, at).isEmpty()) {
        continue;
      }
      Mark mark =
          here.stream()
              .map(Mark::of)
              .max((one, other) -> Integer.compare(weight(one), weight(other)))
              .orElse(Mark.UNTRIED);
      stretches.add(new Stretch(from, at, mark, reaction(here, from, at)));
      from = at;
    }
    return stretches;
  }

  /** Of several changes that met a byte the gravest counts. */
  private static int weight(Mark mark) {
    return switch (mark) {
      case SILENT -> 3;
      case NEEDED -> 2;
      case UNTRIED -> 1;
      default -> 0;
    };
  }

  private static List<Reaction> covering(List<Reaction> reactions, int at) {
    return reactions.stream()
        .filter(
            one ->
                one.mutation() instanceof Mutation.Region(int from, int to)
                    && from <= at
                    && at < to)
        .toList();
  }

  private String reaction(List<Reaction> here, int from, int to) {
    String tried =
        here.isEmpty()
            ? "no change of these alone was tried, or nothing was answered"
            : here.stream()
                .limit(ANSWERS)
                .map(
                    one ->
                        "changes of %s drew %d of the same kind, %d of another kind, %d times none"
                            .formatted(
                                LessonView.change(one.mutation()),
                                one.same(),
                                one.other(),
                                one.silent()))
                .collect(Collectors.joining("; "));
    return tried + "." + comesBack(from, to);
  }

  private String comesBack(int from, int to) {
    return lesson == null
        ? ""
        : lesson.fields().stream()
            .filter(
                field ->
                    field.explanation() instanceof Explanation.Echo(int there, _)
                        && there < to
                        && from < there + field.length())
            .limit(ANSWERS)
            .map(
                field ->
                    " Comes back in the answers from offset %d (%s)."
                        .formatted(field.offset(), plural(field.length(), "byte")))
            .collect(Collectors.joining());
  }

  // Tables

  private void reactions(Lesson learnt) {
    heading("changes", "What each change did");
    html.open("table");
    row("th", "Changed", "Same kind", "Another kind", "No answer", "So it is");
    for (Reaction reaction : learnt.reactions().stream().limit(REACTIONS).toList()) {
      html.open("tr");
      html.element(
          "td",
          reaction.mutation() instanceof Mutation.None
              ? "nothing: repeats"
              : LessonView.change(reaction.mutation()));
      html.element("td", Integer.toString(reaction.same()), "class", "n");
      html.element("td", Integer.toString(reaction.other()), "class", "n");
      html.element("td", Integer.toString(reaction.silent()), "class", "n");
      html.open("td");
      if (!(reaction.mutation() instanceof Mutation.None) && learnt.answered() > 0) {
        Mark mark = Mark.of(reaction);
        html.element("b", mark.letter(), "class", "key " + mark.style());
        html.text(" " + mark.label());
      }
      html.close().close();
    }
    html.close();
  }

  private void sureness(Lesson learnt) {
    heading("proof", "How much it proves");
    if (learnt.candidate().isPresent()) {
      Candidate candidate = learnt.candidate().get();
      html.open("table");
      row("th", "", "Bits to guess", "Confidence");
      row("td", "one answer", number(candidate.bits()), number(candidate.confidence()));
      row(
          "td",
          "three answers to fresh requests",
          number(candidate.bitsOfThree()),
          number(candidate.confidenceOfThree()));
      html.close();
      html.element(
          "p",
          "Bits are what an answer that is right by accident would have to guess. Of those of three"
              + " answers, %s follow the fresh requests.".formatted(number(candidate.freshBits())));
    } else {
      html.element("p", "Nothing: no signature can be made of it.");
    }
    html.element("h3", "What would make it surer");
    html.open("ul");
    learnt.surer().forEach(sentence -> html.element("li", sentence));
    html.close();
  }

  private void candidate(Candidate candidate) {
    Written written = LessonView.written(candidate, replay);
    heading("signature", "A signature that could be made of it");
    html.element("p", "As an exchange, in the form in which detection loads them:");
    yaml(written.exchange());
    if (!written.lacks().isEmpty()) {
      html.element("p", "What that form can't say:");
      html.open("ul");
      written.lacks().forEach(sentence -> html.element("li", sentence));
      html.close();
    }
    written
        .signatures()
        .ifPresent(
            signatures -> {
              html.element("p", "As signatures of a product:");
              yaml(signatures);
            });
  }

  private void yaml(String yaml) {
    boolean whole = yaml.length() <= CANDIDATE;
    html.element("pre", whole ? yaml : yaml.substring(0, CANDIDATE), "tabindex", "0");
    if (!whole) {
      html.element("p", "Cut here; the JSON has all of it.");
    }
  }

  private void fieldByField(Lesson learnt) {
    if (learnt.fields().isEmpty()) {
      return;
    }
    html.open("details").element("summary", "The answers field by field");
    html.open("table");
    row("th", "Offset", "Bytes", "Kind", "Bits", "What it is");
    for (Field field : learnt.fields()) {
      Mark mark = Mark.of(field.explanation());
      html.open("tr");
      html.element("td", Integer.toString(field.offset()), "class", "n");
      html.element("td", Integer.toString(field.length()), "class", "n");
      html.open("td").element("b", mark.letter(), "class", "key " + mark.style());
      html.text(" " + mark.label()).close();
      html.element("td", number(field.bits()), "class", "n");
      html.element("td", LessonView.sentence(field.explanation()));
      html.close();
    }
    html.close().close();
  }

  private void bounds() {
    html.element(
        "footer",
        "This page shows the first %d different answers of a kind, %d bytes of each (%d of a text), %d bytes of the request, %d changes, and %d characters of each signature. What can't be seen is written \\r, \\n, \\t, \\xHH. The JSON and the capture have the rest."
            .formatted(ANSWERS, BYTES, TEXT, BYTES, REACTIONS, CANDIDATE));
  }
}
