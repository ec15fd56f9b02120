package io.portprint.api;

import io.portprint.capture.learning.Candidate;
import io.portprint.capture.learning.Explanation;
import io.portprint.capture.learning.Explanation.Form;
import io.portprint.capture.learning.Explanation.Side;
import io.portprint.capture.learning.Explanation.Xor;
import io.portprint.capture.learning.Field;
import io.portprint.capture.learning.LengthRule;
import io.portprint.capture.learning.Lesson;
import io.portprint.capture.learning.Mutation;
import io.portprint.capture.learning.Naming;
import io.portprint.capture.learning.Reaction;
import io.portprint.capture.learning.TextPart;
import io.portprint.capture.learning.Written;
import io.portprint.fingerprint.Bytes;
import io.portprint.job.Replay;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a replay has taught, as a client reads it. */
@Schema(name = "Lesson", description = "The pattern in the answers, and what can be made of it.")
record LessonView(
    @Schema(description = "Answers of the kind that is explained.") int samples,
    @Schema(description = "How long answers are; null where there was none.")
        @Nullable String length,
    @Schema(description = "The answers offset by offset; empty where they are text.")
        List<FieldView> fields,
    @Schema(description = "The answers token by token; empty where they are no text.")
        List<TokenView> text,
    @Schema(description = "What each change did to the answers.") List<ReactionView> reactions,
    @Schema(description = "What would make it surer.") List<String> surer,
    @Schema(description = "A signature that could be made of it; null where nothing is telling.")
        @Nullable CandidateView candidate) {

  /** A stretch of the answers. */
  @Schema(name = "LessonField", description = "A stretch of the answers and what it is.")
  record FieldView(
      @Schema(minimum = "0") int offset,
      @Schema(minimum = "1") int length,
      @Schema(
              description = "What it is.",
              allowableValues = {
                "constant",
                "echo",
                "address",
                "port",
                "length",
                "time",
                "counter",
                "mustVary",
                "varying",
                "tooFewSamples"
              })
          String kind,
      @Schema(description = "The same in a sentence.") String explanation,
      @Schema(
              description =
                  "How many bits an answer that is right by accident would have to guess here.")
          double bits) {}

  /** A part of a text. */
  @Schema(name = "LessonToken", description = "A part of a text and what it is.")
  record TokenView(
      @Schema(description = "What it is, such as `literal`, `product` or `version`.") String kind,
      @Schema(description = "As it stood in the first answer, escaped.") String text) {}

  /** What a change did. */
  @Schema(name = "LessonReaction", description = "What one change of the request did.")
  record ReactionView(
      @Schema(description = "What was changed.") String change,
      @Schema(description = "Answers of the usual kind.") int same,
      @Schema(description = "Answers of another kind.") int other,
      @Schema(description = "Conversations without an answer.") int silent) {}

  /** A signature. */
  @Schema(name = "LessonCandidate", description = "A signature that could be made of it.")
  record CandidateView(
      @Schema(description = "Bits that one answer has to get right.") double bits,
      @Schema(description = "Bits that the answers to three fresh requests have to get right.")
          double bitsOfThree,
      @Schema(
              description =
                  "Of them, those that follow fresh requests: what nobody can say who has not"
                      + " understood them.")
          double freshBits,
      @Schema(description = "Confidence in one answer that fits.") double confidence,
      @Schema(description = "Confidence in three answers to fresh requests.")
          double confidenceOfThree,
      @Schema(description = "The exchange in the book's own YAML, as detection can load it.")
          String exchange,
      @Schema(description = "What that form can't say of it, a sentence each.") List<String> lacks,
      @Schema(description = "Signatures in the book's own YAML, where it names a product.")
          @Nullable String signatures) {}

  /** Why some candidates can't be published. */
  static final String NOT_FIRST =
      "The request was said after other turns, which an exchange can't say.";

  static LessonView of(Lesson lesson, Replay replay) {
    return new LessonView(
        lesson.samples(),
        lesson.length() == null ? null : length(lesson.length()),
        lesson.fields().stream().map(LessonView::field).toList(),
        lesson.text() == null
            ? List.of()
            : lesson.text().parts().stream().map(LessonView::token).toList(),
        lesson.reactions().stream().map(LessonView::reaction).toList(),
        lesson.surer(),
        lesson.candidate().map(candidate -> candidate(candidate, replay)).orElse(null));
  }

  static String length(LengthRule rule) {
    return switch (rule) {
      case LengthRule.Fixed(int length) -> "always %d bytes".formatted(length);
      case LengthRule.AsRequest(int more) ->
          more == 0
              ? "as long as the request"
              : "%d bytes %s than the request"
                  .formatted(Math.abs(more), more > 0 ? "longer" : "shorter");
      case LengthRule.Between(int shortest, int longest) ->
          shortest == longest
              ? "%d bytes, as far as was seen".formatted(shortest)
              : "from %d to %d bytes".formatted(shortest, longest);
    };
  }

  private static FieldView field(Field field) {
    String kind =
        switch (field.explanation()) {
          case Explanation.Constant _ -> "constant";
          case Explanation.Echo _ -> "echo";
          case Explanation.Address _ -> "address";
          case Explanation.Port _ -> "port";
          case Explanation.LengthOf _ -> "length";
          case Explanation.Time _ -> "time";
          case Explanation.Counter _ -> "counter";
          case Explanation.MustVary _ -> "mustVary";
          case Explanation.Varying _ -> "varying";
          case Explanation.TooFewSamples _ -> "tooFewSamples";
        };
    return new FieldView(
        field.offset(),
        field.length(),
        kind,
        sentence(field.explanation()),
        Words.threeDecimals(field.bits()));
  }

  static String sentence(Explanation explanation) {
    return switch (explanation) {
      case Explanation.Constant constant ->
          "the same in all answers: mask %s, value %s"
                  .formatted(constant.mask().hex(), constant.value().hex())
              + (constant.supported() ? "" : "; too few answers to be sure")
              + (constant.maybeAddress() ? "; it could be an address that we don't know" : "");
      case Explanation.Echo(int offset, boolean confirmed) ->
          "bytes of the request from offset %d".formatted(offset) + hypothesis(confirmed);
      case Explanation.Address(Side side, Form form, Xor xor, boolean confirmed) ->
          "the %s's address, %s".formatted(word(side), word(form))
              + word(xor)
              + hypothesis(confirmed);
      case Explanation.Port(Side side, Form form, Xor xor, boolean confirmed) ->
          "the %s's port, %s".formatted(word(side), word(form)) + word(xor) + hypothesis(confirmed);
      case Explanation.LengthOf(Explanation.Subject of, Form form, int add, boolean confirmed) ->
          "the length of the %s, %s, less %d"
                  .formatted(of.name().toLowerCase(Locale.ROOT), word(form), add)
              + hypothesis(confirmed);
      case Explanation.Time(Explanation.Clock clock, Form form) ->
          "the time, %s, %s".formatted(word(clock), word(form));
      case Explanation.Counter(Form form, long step) ->
          "a number that grows by at most %d, %s".formatted(step, word(form));
      case Explanation.MustVary(int answers) ->
          "different in each of %d answers, like a nonce".formatted(answers);
      case Explanation.Varying(boolean withRequest) ->
          withRequest
              ? "changes with the request, and follows nothing that is known"
              : "differs, and follows nothing that is known";
      case Explanation.TooFewSamples(int have, int need) ->
          "too few samples: %d answers, and %d are needed".formatted(have, need);
    };
  }

  private static String hypothesis(boolean confirmed) {
    return confirmed
        ? ", confirmed by changing it"
        : ": a hypothesis, for no change has confirmed it";
  }

  private static String word(Enum<?> one) {
    return one.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String word(Xor xor) {
    return switch (xor) {
      case Xor.None _ -> "";
      case Xor.Key(var key) -> ", xor-ed with " + key.hex();
      case Xor.Request(int offset) -> ", xor-ed with the request from offset " + offset;
    };
  }

  private static TokenView token(TextPart part) {
    return new TokenView(word(part.kind()), Bytes.latin1(part.text()).escaped());
  }

  private static ReactionView reaction(Reaction reaction) {
    return new ReactionView(
        change(reaction.mutation()), reaction.same(), reaction.other(), reaction.silent());
  }

  static String change(Mutation mutation) {
    return switch (mutation) {
      case Mutation.None _ -> "none";
      case Mutation.Region(int from, int to) -> "bytes %d to %d".formatted(from, to - 1);
      case Mutation.Length(int change) ->
          change > 0
              ? "%d bytes more at the end".formatted(change)
              : "%d bytes less at the end".formatted(-change);
      case Mutation.SourcePort _ -> "another source port";
      case Mutation.SourceAddress(int index) -> "source address number " + index;
    };
  }

  /** A candidate as it would be published, under a name that is still to be found. */
  static Written written(Candidate candidate, Replay replay) {
    Instant ended = Objects.requireNonNullElse(replay.finishedAt(), replay.createdAt());
    Written written =
        candidate.write(
            new Naming(
                "learned",
                "learned",
                "Learned",
                replay.endpoint().transport(),
                replay.ports(),
                ended));
    if (replay.opens()) {
      return written;
    }
    List<String> lacks = new ArrayList<>(written.lacks());
    lacks.add(NOT_FIRST);
    return new Written(written.exchange(), lacks, written.signatures());
  }

  private static CandidateView candidate(Candidate candidate, Replay replay) {
    Written written = written(candidate, replay);
    return new CandidateView(
        Words.threeDecimals(candidate.bits()),
        Words.threeDecimals(candidate.bitsOfThree()),
        Words.threeDecimals(candidate.freshBits()),
        Words.threeDecimals(candidate.confidence()),
        Words.threeDecimals(candidate.confidenceOfThree()),
        written.exchange(),
        written.lacks(),
        written.signatures().orElse(null));
  }
}
