package io.portprint.signature;

import io.portprint.signature.RegexTree.NotUnderstood;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which of many patterns may match a text, by the literals that they require: the rarest of each
 * pattern are looked up while the text is passed over once. A pattern that requires none, or isn't
 * understood, always may.
 */
final class LiteralIndex {

  private static final int[] NONE = {};

  private final BitSet always = new BitSet();

  /** Open addressing: the literal at a place requires the patterns at the same place. */
  private final int[] literals;

  private final int[][] patterns;
  private final int mask;

  LiteralIndex(List<Pattern> all) {
    List<@Nullable RegexTree> trees = new ArrayList<>(all.size());
    Map<Integer, Integer> frequency = new HashMap<>();
    for (Pattern pattern : all) {
      RegexTree tree = tree(pattern);
      trees.add(tree);
      if (tree != null) {
        Literals.each(tree, literal -> frequency.merge(literal, 1, Integer::sum));
      }
    }
    Map<Integer, List<Integer>> byLiteral = new HashMap<>();
    for (int at = 0; at < trees.size(); at++) {
      RegexTree tree = trees.get(at);
      int[] required =
          tree == null
              ? null
              : Literals.required(
                  tree, literal -> cost(literal, frequency.getOrDefault(literal, 0)));
      if (required == null) {
        always.set(at);
      } else {
        for (int literal : required) {
          byLiteral.computeIfAbsent(literal, _ -> new ArrayList<>()).add(at);
        }
      }
    }
    int size = Integer.highestOneBit(Math.max(8, byLiteral.size() * 4));
    mask = size - 1;
    literals = new int[size];
    patterns = new int[size][];
    byLiteral.forEach(
        (literal, numbers) -> {
          int place = place(literal);
          while (patterns[place] != null) {
            place = place + 1 & mask;
          }
          literals[place] = literal;
          patterns[place] = numbers.stream().mapToInt(Integer::intValue).toArray();
        });
  }

  /** The numbers of the patterns that may match, as bits. */
  BitSet candidates(String text) {
    BitSet found = (BitSet) always.clone();
    int gram = 0;
    for (int at = 0; at < text.length(); at++) {
      gram = Literals.pack(gram, text.charAt(at));
      if (at >= Literals.WIDTH - 1) {
        for (int pattern : patternsOf(gram)) {
          found.set(pattern);
        }
      }
    }
    return found;
  }

  /** How many patterns are tried on every text. */
  int alwaysTried() {
    return always.cardinality();
  }

  /** What many patterns require is common; of the others, letters are rarer than digits. */
  private static long cost(int literal, int frequency) {
    int common = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      int c = literal >>> shift & 0xff;
      common += c >= 'a' && c <= 'z' ? 0 : 1;
    }
    return (Literals.WIDTH + 1L) * frequency + common;
  }

  private int[] patternsOf(int literal) {
    int place = place(literal);
    while (true) {
      int[] numbers = patterns[place];
      if (numbers == null) {
        return NONE;
      }
      if (literals[place] == literal) {
        return numbers;
      }
      place = place + 1 & mask;
    }
  }

  private int place(int literal) {
    int mixed = literal * 0x9e3779b9;
    return (mixed ^ mixed >>> 15) & mask;
  }

  private static @Nullable RegexTree tree(Pattern pattern) {
    try {
      return RegexTree.of(pattern);
    } catch (NotUnderstood _) {
      return null;
    }
  }
}
