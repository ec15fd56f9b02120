package io.portprint.signature;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What a pattern of {@code java.util.regex} is made of, as far as two questions need it: which text
 * has to stand in whatever it matches ({@link Literals}), and how much it can do without reading
 * any ({@link UnreadSteps}).
 *
 * <p>Letters A to Z are folded to lower case whether or not the pattern cares, so one reading of a
 * subject serves all patterns. Where the syntax isn't understood the reading fails as a whole:
 * nothing is guessed.
 */
sealed interface RegexTree {

  /** One character that has to stand here, folded. */
  record Letter(char value) implements RegexTree {}

  /** One or more characters of which nothing is known. */
  record Any() implements RegexTree {}

  /** A condition that takes no text: an anchor, or a body that is looked at and not taken. */
  record Assertion(RegexTree body) implements RegexTree {}

  /** The text of a group again, which may be empty. */
  record BackReference() implements RegexTree {}

  record Sequence(List<RegexTree> parts) implements RegexTree {

    static final Sequence EMPTY = new Sequence(List.of());

    public Sequence {
      parts = List.copyOf(parts);
    }
  }

  record Choice(List<RegexTree> branches) implements RegexTree {

    public Choice {
      branches = List.copyOf(branches);
    }
  }

  /**
   * @param max {@link Integer#MAX_VALUE} where there is no end
   */
  record Repeat(RegexTree body, int min, int max) implements RegexTree {}

  /** The pattern uses syntax that isn't understood here. */
  final class NotUnderstood extends Exception {

    private static final long serialVersionUID = 1L;

    NotUnderstood(String message) {
      super(message);
    }
  }

  /**
   * @throws NotUnderstood where the pattern has flags or syntax that no signature needs
   */
  static RegexTree of(Pattern pattern) throws NotUnderstood {
    return new RegexReader(pattern).read();
  }

  /** Letters A to Z in lower case, all else as it is. */
  static char folded(char c) {
    return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
  }
}
