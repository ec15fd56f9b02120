package io.portprint.capture.learning;

import io.portprint.capture.learning.Tokens.Token;
import io.portprint.fingerprint.Bytes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Tells answers to mutated requests that are of the same kind as the others from those that are
 * something else, such as an error. What is the same kind may refute explanations; what is not says
 * that the mutation matters.
 */
final class Kinds {

  /**
   * Of the bytes that the repeats agree in, at most a quarter may differ, but four where they are
   * no more than half.
   */
  private static final int PART = 4;

  private static final int FEW = 4;

  private final List<Sample> base;
  private final boolean text;
  private final int shortest;
  private final int longest;
  private final List<Integer> constant = new ArrayList<>();
  private final List<Token> words;

  /** Whether the repeats have the first word in common. */
  private final boolean agreed;

  /**
   * @param base answers to the unmutated request, one or more
   */
  Kinds(List<Sample> base) {
    this.base = base;
    this.text = TextPattern.begins(base).filter(from -> from == 0).isPresent();
    this.shortest = base.stream().mapToInt(one -> one.answer().length()).min().orElse(0);
    this.longest = base.stream().mapToInt(one -> one.answer().length()).max().orElse(0);
    this.words = text ? Tokens.of(base.getFirst().answer().latin1()) : List.of();
    this.agreed =
        text
            && base.stream()
                .map(one -> Tokens.of(one.answer().latin1()))
                .allMatch(one -> one.getFirst().like(words.getFirst()));
    for (int at = 0; at < Math.min(shortest, Positions.MOST); at++) {
      int offset = at;
      int value = base.getFirst().answer().at(at);
      if (base.stream().allMatch(one -> one.answer().at(offset) == value)) {
        constant.add(at);
      }
    }
  }

  boolean same(Sample sample) {
    return sample.unmutated() || (text ? sameText(sample) : sameBytes(sample));
  }

  private boolean sameBytes(Sample sample) {
    int length = sample.answer().length();
    int change =
        sample.mutation() instanceof Mutation.Length(int by) && shortest == longest ? by : 0;
    if (length != shortest + change && (length < shortest || length > longest)) {
      return false;
    }
    if (sample.mutation() instanceof Mutation.SourcePort
        || sample.mutation() instanceof Mutation.SourceAddress) {
      return true;
    }
    Set<Integer> replaced = replaced(sample.request());
    long differing =
        constant.stream()
            .filter(at -> at < length)
            .filter(at -> sample.answer().at(at) != base.getFirst().answer().at(at))
            .filter(at -> !replaced.contains(sample.answer().at(at)))
            .count();
    return differing <= Math.max(Math.min(FEW, constant.size() / 2), constant.size() / PART);
  }

  /** The values of the request's bytes that were mutated. */
  private Set<Integer> replaced(Bytes request) {
    Bytes before = base.getFirst().request();
    Set<Integer> values = new HashSet<>();
    for (int at = 0; at < Math.min(before.length(), request.length()); at++) {
      if (before.at(at) != request.at(at)) {
        values.add(request.at(at));
      }
    }
    return values;
  }

  /** The first word, where the repeats agree in it, and most of the others. */
  private boolean sameText(Sample sample) {
    List<Token> there = Tokens.of(sample.answer().latin1());
    if (there.isEmpty() || words.isEmpty()) {
      return false;
    }
    long alike = words.stream().filter(one -> there.stream().anyMatch(one::like)).count();
    return (!agreed || there.getFirst().like(words.getFirst())) && alike * 5 >= words.size() * 3L;
  }
}
