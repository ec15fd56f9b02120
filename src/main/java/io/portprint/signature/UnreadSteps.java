package io.portprint.signature;

import io.portprint.signature.RegexTree.Any;
import io.portprint.signature.RegexTree.Assertion;
import io.portprint.signature.RegexTree.BackReference;
import io.portprint.signature.RegexTree.Choice;
import io.portprint.signature.RegexTree.Letter;
import io.portprint.signature.RegexTree.Repeat;
import io.portprint.signature.RegexTree.Sequence;
import java.util.List;

/**
 * How many paths a pattern can try between two reads of the text. A budget of reads bounds all work
 * but this: at the end of the text, and over parts that may be empty, a matcher backtracks without
 * reading anything, {@code (?:a?|b?){30}c} a thousand million times. The number depends on the
 * pattern alone, so such patterns are refused when they are loaded. All numbers are upper bounds,
 * and saturate.
 *
 * @param empty paths through it that read nothing
 * @param peak paths tried within it from its beginning until one reads
 * @param left paths out of it that read nothing more, after a read inside
 * @param most paths tried until the next read from any point inside
 */
record UnreadSteps(long empty, long peak, long left, long most) {

  /**
   * Paths that a sound pattern stays below by far. Together with the budget of reads it bounds what
   * a hostile subject can cost.
   */
  static final long LIMIT = 10_000;

  private static final UnreadSteps READ = new UnreadSteps(0, 1, 1, 1);
  private static final UnreadSteps PASS = new UnreadSteps(1, 1, 1, 1);

  static long of(RegexTree tree) {
    return steps(tree).most;
  }

  private static UnreadSteps steps(RegexTree tree) {
    return switch (tree) {
      case Letter _, Any _ -> READ;
      case BackReference _ -> PASS;
      case Assertion(RegexTree body) -> {
        // Once it holds it is not entered again.
        UnreadSteps inner = steps(body);
        yield new UnreadSteps(1, inner.peak, 1, inner.most);
      }
      case Sequence(List<RegexTree> parts) ->
          sequence(parts.stream().map(UnreadSteps::steps).toList());
      case Choice(List<RegexTree> branches) ->
          choice(branches.stream().map(UnreadSteps::steps).toList());
      case Repeat(RegexTree body, int min, int max) -> repeat(steps(body), min, max);
    };
  }

  private static UnreadSteps sequence(List<UnreadSteps> parts) {
    long empty = 1;
    long peak = 1;
    for (UnreadSteps part : parts) {
      peak = Math.max(peak, times(empty, part.peak));
      empty = times(empty, part.empty);
    }
    long left = 1;
    long most = peak;
    for (int from = 0; from < parts.size(); from++) {
      long paths = parts.get(from).left;
      most = Math.max(most, parts.get(from).most);
      for (int at = from + 1; at < parts.size() && paths > 0; at++) {
        most = Math.max(most, times(paths, parts.get(at).peak));
        paths = times(paths, parts.get(at).empty);
      }
      left = Math.max(left, paths);
    }
    return new UnreadSteps(empty, peak, left, most);
  }

  private static UnreadSteps choice(List<UnreadSteps> branches) {
    long empty = 0;
    long peak = 0;
    long left = 1;
    long most = 1;
    for (UnreadSteps branch : branches) {
      empty = plus(empty, branch.empty);
      peak = plus(peak, branch.peak);
      left = Math.max(left, branch.left);
      most = Math.max(most, branch.most);
    }
    return new UnreadSteps(empty, peak, Math.max(left, empty), Math.max(most, peak));
  }

  /** An empty turn beyond the minimum is the last one: java.util.regex goes on after it. */
  private static UnreadSteps repeat(UnreadSteps body, int min, int max) {
    long forced = 1;
    for (int turn = 1; turn < min && body.empty > 1 && forced < Long.MAX_VALUE; turn++) {
      forced = times(forced, body.empty);
    }
    long again = max > Math.max(1, min) ? plus(body.empty, 1) : 1;
    long empty = min == 0 ? plus(body.empty, 1) : times(forced, body.empty);
    long peak = min == 0 ? plus(body.peak, 1) : times(forced, body.peak);
    long left = times(times(body.left, forced), again);
    long most = Math.max(Math.max(body.most, peak), times(left, again > 1 ? body.peak : 1));
    return new UnreadSteps(empty, peak, Math.max(left, empty), Math.max(most, left));
  }

  private static long plus(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }

  private static long times(long a, long b) {
    return a != 0 && b > Long.MAX_VALUE / a ? Long.MAX_VALUE : a * b;
  }
}
