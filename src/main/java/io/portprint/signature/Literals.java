package io.portprint.signature;

import io.portprint.signature.RegexTree.Any;
import io.portprint.signature.RegexTree.Assertion;
import io.portprint.signature.RegexTree.BackReference;
import io.portprint.signature.RegexTree.Choice;
import io.portprint.signature.RegexTree.Letter;
import io.portprint.signature.RegexTree.Repeat;
import io.portprint.signature.RegexTree.Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Four-byte literals, packed into an int, of which at least one stands in whatever a pattern
 * matches. Letters A to Z are folded to lower case.
 */
final class Literals {

  /** Bytes of a literal. */
  static final int WIDTH = 4;

  private static final int LONGEST_REPEAT = 32;
  private static final int MOST_ALTERNATIVES = 256;

  private Literals() {}

  /** Packs the folded character behind the three that are packed already. */
  static int pack(int before, char c) {
    return before << 8 | RegexTree.folded(c);
  }

  /** All literals of the tree, to learn which of them are rare. */
  static void each(RegexTree tree, IntConsumer literals) {
    for (Run run : runs(tree)) {
      for (int gram : grams(run.text)) {
        literals.accept(gram);
      }
      run.nested.forEach(inner -> each(inner, literals));
    }
  }

  /**
   * The set of literals with the lowest sum of frequencies.
   *
   * @return null where the pattern may match a text that has none
   */
  static int @Nullable [] required(RegexTree tree, IntToLongFunction frequency) {
    int[] best = null;
    long lowest = Long.MAX_VALUE;
    for (Run run : runs(tree)) {
      for (int gram : grams(run.text)) {
        long cost = frequency.applyAsLong(gram);
        if (cost < lowest) {
          lowest = cost;
          best = new int[] {gram};
        }
      }
      int[] together = run.nested.isEmpty() ? null : together(run.nested, frequency);
      if (together != null) {
        long cost = Arrays.stream(together).mapToLong(frequency).sum();
        if (cost < lowest) {
          lowest = cost;
          best = together;
        }
      }
    }
    return best;
  }

  /** The characters, folded, of which each stands in whatever the tree matches. */
  static BitSet letters(RegexTree tree) {
    BitSet letters = new BitSet();
    switch (tree) {
      case Letter(char value) -> letters.set(value);
      case Sequence(List<RegexTree> parts) -> parts.forEach(part -> letters.or(letters(part)));
      case Repeat(RegexTree body, int min, _) -> {
        if (min > 0) {
          letters.or(letters(body));
        }
      }
      case Choice(List<RegexTree> branches) -> {
        for (int at = 0; at < branches.size(); at++) {
          BitSet one = letters(branches.get(at));
          if (at == 0) {
            letters.or(one);
          } else {
            letters.and(one);
          }
        }
      }
      case Any _, Assertion _, BackReference _ -> {}
    }
    return letters;
  }

  private static int @Nullable [] together(List<RegexTree> branches, IntToLongFunction frequency) {
    IntStream all = IntStream.empty();
    for (RegexTree branch : branches) {
      int[] some = required(branch, frequency);
      if (some == null) {
        return null;
      }
      all = IntStream.concat(all, Arrays.stream(some));
    }
    int[] together = all.distinct().toArray();
    return together.length > MOST_ALTERNATIVES ? null : together;
  }

  private static int[] grams(CharSequence text) {
    int[] grams = new int[Math.max(0, text.length() - WIDTH + 1)];
    int gram = 0;
    for (int at = 0; at < text.length(); at++) {
      gram = pack(gram, text.charAt(at));
      if (at >= WIDTH - 1) {
        grams[at - WIDTH + 1] = gram;
      }
    }
    return grams;
  }

  /**
   * Something that every match holds: an unbroken text, or what one of several trees matches (the
   * branches of a choice; a single one for a part that is there at least once).
   */
  private record Run(CharSequence text, List<RegexTree> nested) {}

  private static List<Run> runs(RegexTree tree) {
    List<Run> runs = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    List<RegexTree> parts = tree instanceof Sequence(List<RegexTree> inner) ? inner : List.of(tree);
    for (RegexTree part : parts) {
      switch (part) {
        case Letter(char value) -> text.append(value);
        // Takes no text, so what is before and behind it stands side by side.
        case Assertion _ -> {}
        case Any _, BackReference _ -> text = broken(runs, text);
        case Choice(List<RegexTree> branches) -> {
          text = broken(runs, text);
          runs.add(new Run("", branches));
        }
        case Sequence inner -> {
          text = broken(runs, text);
          runs.add(new Run("", List.of(inner)));
        }
        case Repeat(RegexTree body, int min, int max) -> {
          String exact = exact(body);
          if (min == 0) {
            text = broken(runs, text);
          } else if (exact == null) {
            text = broken(runs, text);
            runs.add(new Run("", List.of(body)));
          } else {
            int turns = Math.min(min, LONGEST_REPEAT);
            text.append(exact.repeat(turns));
            if (turns != max) {
              text = broken(runs, text).append(exact.repeat(turns));
            }
          }
        }
      }
    }
    broken(runs, text);
    return runs;
  }

  private static StringBuilder broken(List<Run> runs, StringBuilder text) {
    if (text.length() >= WIDTH) {
      runs.add(new Run(text, List.of()));
    }
    return new StringBuilder();
  }

  /** The only text that the tree matches; null where there are several. */
  private static @Nullable String exact(RegexTree tree) {
    return switch (tree) {
      case Letter(char value) -> String.valueOf(value);
      case Sequence(List<RegexTree> parts) -> {
        StringBuilder text = new StringBuilder();
        for (RegexTree part : parts) {
          if (!(part instanceof Letter(char value))) {
            yield null;
          }
          text.append(value);
        }
        yield text.toString();
      }
      case Any _, Assertion _, BackReference _, Choice _, Repeat _ -> null;
    };
  }
}
