package io.portprint.capture.learning;

import io.portprint.fingerprint.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the pattern in the answers to many trials. Takes whatever peers sent: the first 512 trials,
 * 2048 bytes of requests and answers, 512 bytes offset by offset, 256 words of a text.
 *
 * <p>How many answers a claim needs:
 *
 * <ul>
 *   <li>two to call a byte constant at all; it counts as evidence where random bits would have done
 *       the same less than once in a thousand times: two answers for two bytes, three for one;
 *   <li>twelve to see single constant bits in varying bytes; with fewer, a mask is claimed only
 *       where so many constant bits in one byte are a chance below 1 in 20, and counts nothing;
 *   <li>eight that are all different to say that something has to vary;
 *   <li>one answer to a mutation to confirm an echo of two bytes, two for a single byte;
 *   <li>two addresses, or two ports, to confirm that it was them that were followed; three ports
 *       where they are xor-ed with a constant.
 * </ul>
 */
public final class Learner {

  /** Four letters or digits: less is in any text. */
  private static final double LEAST_TEXT = 4 * Credit.TEXT_SIGN;

  private Learner() {}

  /**
   * @param trials of one request and its mutations at one server, in any order; without mutations,
   *     echoes stay hypotheses
   */
  public static Lesson learn(List<Trial> trials) {
    List<Trial> seen = trials.stream().limit(Sample.MOST).toList();
    List<Sample> answered = seen.stream().map(Sample::of).flatMap(Optional::stream).toList();
    if (answered.isEmpty()) {
      return new Lesson(
          seen.size(),
          0,
          List.of(),
          Bytes.EMPTY,
          null,
          List.of(),
          null,
          reactions(seen, _ -> false),
          Optional.empty(),
          List.of("Nothing answered: replay at an endpoint that is known to answer this request."));
    }
    List<Sample> repeats = answered.stream().filter(Sample::unmutated).toList();
    List<Sample> base = repeats.isEmpty() ? answered : repeats;
    Kinds kinds = new Kinds(base);
    Predicate<Sample> explained = repeats.isEmpty() ? _ -> true : kinds::same;
    List<Sample> samples = answered.stream().filter(explained).toList();
    Bytes request = Sample.commonRequest(base);

    Optional<Integer> text = TextPattern.begins(samples);
    List<Field> fields = Positions.explain(samples, text.orElse(Positions.MOST));
    TextPattern pattern = text.flatMap(from -> TextPattern.of(samples, from)).orElse(null);
    if (pattern == null && text.isPresent()) {
      fields = Positions.explain(samples, Positions.MOST);
    }
    LengthRule length = length(samples, pattern);
    List<Reaction> reactions = reactions(seen, kinds::same);
    Optional<Candidate> candidate = candidate(samples, request, length, fields, pattern, reactions);
    return new Lesson(
        seen.size(),
        answered.size(),
        seen.stream().filter(one -> Sample.of(one).filter(explained).isPresent()).toList(),
        request,
        length,
        fields,
        pattern,
        reactions,
        candidate,
        Advice.of(seen, samples, fields, pattern, reactions));
  }

  private static List<Reaction> reactions(List<Trial> trials, Predicate<Sample> same) {
    Map<Mutation, Reaction> byMutation = new LinkedHashMap<>();
    for (Trial trial : trials) {
      Optional<Sample> sample = Sample.of(trial);
      boolean alike = sample.filter(same).isPresent();
      byMutation.merge(
          trial.mutation(),
          new Reaction(
              trial.mutation(),
              alike ? 1 : 0,
              sample.isPresent() && !alike ? 1 : 0,
              sample.isPresent() ? 0 : 1),
          (one, other) ->
              new Reaction(
                  one.mutation(),
                  one.same() + other.same(),
                  one.other() + other.other(),
                  one.silent() + other.silent()));
    }
    return List.copyOf(byMutation.values());
  }

  private static LengthRule length(List<Sample> samples, @Nullable TextPattern text) {
    int shortest = samples.stream().mapToInt(one -> one.answer().length()).min().orElse(0);
    int longest = samples.stream().mapToInt(one -> one.answer().length()).max().orElse(0);
    if (text != null || longest == Sample.ANSWER) {
      return new LengthRule.Between(shortest, longest); // at that bound answers are cut
    }
    if (shortest == longest && samples.size() > 1) {
      return new LengthRule.Fixed(shortest);
    }
    boolean requestsDiffer =
        samples.stream().mapToInt(one -> one.request().length()).distinct().count() > 1;
    OptionalInt more =
        requestsDiffer
            ? samples.stream()
                .mapToInt(one -> one.answer().length() - one.request().length())
                .distinct()
                .limit(2)
                .reduce((_, _) -> Integer.MIN_VALUE)
            : OptionalInt.empty();
    return more.isPresent() && more.getAsInt() != Integer.MIN_VALUE
        ? new LengthRule.AsRequest(more.getAsInt())
        : new LengthRule.Between(shortest, longest);
  }

  private static Optional<Candidate> candidate(
      List<Sample> samples,
      Bytes request,
      LengthRule length,
      List<Field> fields,
      @Nullable TextPattern text,
      List<Reaction> reactions) {
    TextPattern demanded = text == null ? null : text.enough();
    double textBits = demanded == null ? 0 : demanded.bits();
    double textEcho = demanded == null ? 0 : demanded.echoBits();
    double one = Credit.one(fields, length, textBits) + textEcho;
    boolean tells =
        textBits >= LEAST_TEXT || fields.stream().anyMatch(field -> field.explanation().binding());
    if (!tells) {
      return Optional.empty();
    }
    boolean ours =
        textEcho > 0
            || fields.stream()
                .anyMatch(
                    field ->
                        switch (field.explanation()) {
                          case Explanation.Echo(_, boolean confirmed) -> confirmed;
                          case Explanation.Address address ->
                              address.side() == Explanation.Side.CLIENT;
                          case Explanation.Port port -> port.confirmed();
                          case Explanation.Constant _,
                              Explanation.LengthOf _,
                              Explanation.Time _,
                              Explanation.Counter _,
                              Explanation.MustVary _,
                              Explanation.Varying _,
                              Explanation.TooFewSamples _ ->
                              false;
                        });
    double three = one + Credit.more(fields, textEcho);
    List<Field> echoes = new ArrayList<>(fields);
    if (demanded != null) {
      demanded.parts().stream()
          .filter(part -> part.kind() == TextPart.Kind.ECHO)
          .map(
              part ->
                  new Field(
                      0, part.text().length(), new Explanation.Echo(part.requestOffset(), true), 0))
          .forEach(echoes::add);
    }
    Sample example =
        Stream.concat(
                samples.stream().filter(sample -> sample.request().equals(request)),
                samples.stream())
            .findFirst()
            .orElseThrow();
    return Optional.of(
        new Candidate(
            ProbeTemplate.of(request, reactions, echoes),
            new AnswerShape(length, fields, demanded),
            one,
            three,
            Credit.fresh(fields, textEcho),
            Credit.confidence(one, samples.size(), ours, true),
            Credit.confidence(three, samples.size(), ours, false),
            samples.size(),
            request,
            example.answer()));
  }
}
