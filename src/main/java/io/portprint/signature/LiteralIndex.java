package io.portprint.signature;

import io.portprint.signature.RegexTree.NotUnderstood;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which of many patterns may match a text, by the literals that they require: the rarest of each
 * pattern are looked up while the text is passed over once. A pattern that requires none is told by
 * the first character where it can match at the beginning alone; else, or where it isn't
 * understood, it always may.
 */
final class LiteralIndex {

  private static final int[] NONE = {};
  private static final int CHARACTERS = 256;
  private static final int FILTER_BITS = 18;

  private final BitSet always = new BitSet();

  /** Patterns without a literal that match at the beginning alone. */
  private final BitSet anchored = new BitSet();

  /** Those of them that may begin with a character; empty where there are none at all. */
  private final BitSet[] byFirst;

  /** Open addressing: the literal at a place requires the patterns at the same place. */
  private final int[] literals;

  private final int[][] patterns;
  private final int mask;

  /** A bit for every literal that is there: it fits where the processor looks first. */
  private final long[] filter = new long[1 << (FILTER_BITS - 6)];

  /** By pattern without a literal, the characters that it requires all the same. */
  private final Map<Integer, BitSet> letters = new HashMap<>();

  LiteralIndex(List<Pattern> all) {
    List<Optional<RegexTree>> trees = all.parallelStream().map(LiteralIndex::tree).toList();
    Frequencies frequencies = new Frequencies();
    trees.forEach(tree -> tree.ifPresent(one -> Literals.each(one, frequencies::count)));
    List<Optional<int[]>> literalsOf =
        trees.parallelStream().map(tree -> required(tree, frequencies)).toList();
    Map<Integer, List<Integer>> byLiteral = new HashMap<>();
    for (int at = 0; at < trees.size(); at++) {
      int[] required = literalsOf.get(at).orElse(null);
      if (required == null) {
        boolean atBeginning = trees.get(at).map(LiteralIndex::isAnchored).orElse(false);
        (atBeginning && isPlain(all.get(at)) ? anchored : always).set(at);
        BitSet needed = trees.get(at).map(Literals::letters).orElseGet(BitSet::new);
        if (!needed.isEmpty()) {
          letters.put(at, needed);
        }
      } else {
        for (int literal : required) {
          byLiteral.computeIfAbsent(literal, _ -> new ArrayList<>()).add(at);
        }
      }
    }
    byFirst = byFirst(all);
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
          int bit = mixed(literal) >>> Integer.SIZE - FILTER_BITS;
          filter[bit >> 6] |= 1L << bit;
          patterns[place] = numbers.stream().mapToInt(Integer::intValue).toArray();
        });
  }

  /** The numbers of the patterns that may match, as bits. */
  BitSet candidates(String text) {
    BitSet found = (BitSet) always.clone();
    if (byFirst.length > 0) {
      boolean known = !text.isEmpty() && text.charAt(0) < CHARACTERS;
      found.or(known ? byFirst[text.charAt(0)] : anchored);
    }
    spare(found, text);
    int gram = 0;
    for (int at = 0; at < text.length(); at++) {
      gram = Literals.pack(gram, text.charAt(at));
      int bit = mixed(gram) >>> Integer.SIZE - FILTER_BITS;
      if ((filter[bit >> 6] & 1L << bit) != 0 && at >= Literals.WIDTH - 1) {
        for (int pattern : patternsOf(gram)) {
          found.set(pattern);
        }
      }
    }
    return found;
  }

  /** Takes out what requires a character that the text has not. */
  private void spare(BitSet found, String text) {
    if (letters.isEmpty() || found.isEmpty()) {
      return;
    }
    long[] there = new long[CHARACTERS / Long.SIZE];
    for (int at = 0; at < text.length(); at++) {
      int c = RegexTree.folded(text.charAt(at)) & CHARACTERS - 1;
      there[c / Long.SIZE] |= 1L << c;
    }
    BitSet present = BitSet.valueOf(there);
    for (int at = found.nextSetBit(0); at >= 0; at = found.nextSetBit(at + 1)) {
      BitSet needed = letters.get(at);
      if (needed != null && needed.stream().anyMatch(c -> !present.get(c))) {
        found.clear(at);
      }
    }
  }

  /** How many patterns are tried on every text. */
  int alwaysTried() {
    return always.cardinality();
  }

  private static Optional<int[]> required(Optional<RegexTree> tree, Frequencies frequencies) {
    return tree.flatMap(
        one ->
            Optional.ofNullable(
                Literals.required(one, literal -> cost(literal, frequencies.of(literal)))));
  }

  /**
   * How often literals stand in the patterns. Those that share a counter seem the more frequent: an
   * index is none the less right for it.
   */
  private static final class Frequencies {

    private static final int BITS = 18;

    private final int[] counters = new int[1 << BITS];

    void count(int literal) {
      counters[mixed(literal) >>> Integer.SIZE - BITS]++;
    }

    int of(int literal) {
      return counters[mixed(literal) >>> Integer.SIZE - BITS];
    }
  }

  /** A Java pattern asks ^ of the whole text, unless it asks it of each line. */
  private static boolean isPlain(Pattern pattern) {
    return pattern.pattern().startsWith("^") && (pattern.flags() & Pattern.MULTILINE) == 0;
  }

  private static boolean isAnchored(RegexTree tree) {
    return tree instanceof RegexTree.Sequence(List<RegexTree> parts)
        && !parts.isEmpty()
        && parts.getFirst() instanceof RegexTree.Assertion;
  }

  /** Asks each pattern which characters it may begin with: more text would not change a no. */
  private BitSet[] byFirst(List<Pattern> all) {
    if (anchored.isEmpty()) {
      return new BitSet[0];
    }
    BitSet[] byCharacter = new BitSet[CHARACTERS];
    for (int c = 0; c < CHARACTERS; c++) {
      BitSet may = new BitSet();
      String text = String.valueOf((char) c);
      anchored.stream()
          .filter(
              at -> {
                Matcher matcher = all.get(at).matcher(text);
                return matcher.lookingAt() || matcher.hitEnd();
              })
          .forEach(may::set);
      byCharacter[c] = may;
    }
    return byCharacter;
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
    return mixed(literal) & mask;
  }

  private static int mixed(int literal) {
    int mixed = literal * 0x9e3779b9;
    return mixed ^ mixed >>> 15;
  }

  private static Optional<RegexTree> tree(Pattern pattern) {
    try {
      return Optional.of(RegexTree.of(pattern));
    } catch (NotUnderstood _) {
      return Optional.empty();
    }
  }
}
