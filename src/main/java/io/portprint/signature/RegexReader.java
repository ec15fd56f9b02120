package io.portprint.signature;

import io.portprint.signature.RegexTree.Any;
import io.portprint.signature.RegexTree.Assertion;
import io.portprint.signature.RegexTree.BackReference;
import io.portprint.signature.RegexTree.Choice;
import io.portprint.signature.RegexTree.Letter;
import io.portprint.signature.RegexTree.NotUnderstood;
import io.portprint.signature.RegexTree.Repeat;
import io.portprint.signature.RegexTree.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the syntax of {@code java.util.regex} from a pattern that has compiled. */
final class RegexReader {

  private static final int KNOWN_FLAGS =
      Pattern.CASE_INSENSITIVE | Pattern.DOTALL | Pattern.MULTILINE | Pattern.UNIX_LINES;
  private static final RegexTree ANCHOR = new Assertion(Sequence.EMPTY);

  private final String source;
  private int at;

  RegexReader(Pattern pattern) throws NotUnderstood {
    if ((pattern.flags() & ~KNOWN_FLAGS) != 0) {
      throw new NotUnderstood("flags " + pattern.flags());
    }
    this.source = pattern.pattern();
  }

  RegexTree read() throws NotUnderstood {
    RegexTree tree = choice();
    if (at < source.length()) {
      throw new NotUnderstood("unmatched parenthesis at " + at);
    }
    return tree;
  }

  private RegexTree choice() throws NotUnderstood {
    List<RegexTree> branches = new ArrayList<>();
    branches.add(sequence());
    while (more() && peek() == '|') {
      at++;
      branches.add(sequence());
    }
    return branches.size() == 1 ? branches.getFirst() : new Choice(branches);
  }

  /** A group's sequence becomes part of the one around it: text goes on across its border. */
  private Sequence sequence() throws NotUnderstood {
    List<RegexTree> parts = new ArrayList<>();
    while (more() && peek() != '|' && peek() != ')') {
      if (source.startsWith("\\Q", at)) {
        int end = source.indexOf("\\E", at);
        int to = end < 0 ? source.length() : end;
        for (int quoted = at + 2; quoted < to; quoted++) {
          parts.add(letter(source.charAt(quoted)));
        }
        at = end < 0 ? to : to + 2;
        if (more() && "?*+{".indexOf(peek()) >= 0) {
          throw new NotUnderstood("a quantified quotation");
        }
        continue;
      }
      RegexTree part = quantified(atom());
      if (part instanceof Sequence(List<RegexTree> inner)) {
        parts.addAll(inner);
      } else {
        parts.add(part);
      }
    }
    return new Sequence(parts);
  }

  private RegexTree quantified(RegexTree atom) throws NotUnderstood {
    RegexTree tree = atom;
    while (more()) {
      int min = 0;
      int max = Integer.MAX_VALUE;
      switch (peek()) {
        case '?' -> max = 1;
        case '*' -> {}
        case '+' -> min = 1;
        case '{' -> {
          int end = source.indexOf('}', at);
          String[] bounds = source.substring(at + 1, Math.max(end, at + 1)).split(",", -1);
          try {
            min = Integer.parseInt(bounds[0]);
            if (bounds.length == 1) {
              max = min;
            } else if (!bounds[1].isEmpty()) {
              max = Integer.parseInt(bounds[1]);
            }
          } catch (NumberFormatException broken) {
            throw (NotUnderstood) new NotUnderstood("repetition at " + at).initCause(broken);
          }
          at = end;
        }
        default -> {
          return tree;
        }
      }
      at++;
      if (more() && (peek() == '?' || peek() == '+')) {
        at++;
      }
      tree = new Repeat(tree, min, max);
    }
    return tree;
  }

  private RegexTree atom() throws NotUnderstood {
    char c = next();
    return switch (c) {
      case '(' -> group();
      case '[' -> characterClass();
      case '\\' -> escape();
      case '.' -> new Any();
      case '^', '$' -> ANCHOR;
      // java.util.regex repeats the empty text here.
      case '{' -> throw new NotUnderstood("repetition of nothing at " + at);
      default -> letter(c);
    };
  }

  private RegexTree group() throws NotUnderstood {
    boolean assertion = false;
    if (more() && peek() == '?') {
      at++;
      char kind = next();
      switch (kind) {
        case ':', '>' -> {}
        case '=', '!' -> assertion = true;
        case '<' -> {
          char second = next();
          if (second == '=' || second == '!') {
            assertion = true;
          } else {
            at = source.indexOf('>', at) + 1;
          }
        }
        default -> {
          at--;
          while (peek() != ':' && peek() != ')') {
            if ("imsd-".indexOf(next()) < 0) {
              throw new NotUnderstood("group at " + at);
            }
          }
          if (next() == ')') {
            return Sequence.EMPTY;
          }
        }
      }
    }
    RegexTree body = choice();
    if (next() != ')') {
      throw new NotUnderstood("unclosed group");
    }
    return assertion ? new Assertion(body) : body;
  }

  private RegexTree escape() throws NotUnderstood {
    char c = next();
    switch (c) {
      case 'd', 'D', 'w', 'W', 's', 'S', 'h', 'H', 'v', 'V', 'R', 'X' -> {
        return new Any();
      }
      case 'b', 'B', 'A', 'z', 'Z', 'G' -> {
        if (more() && peek() == '{') {
          throw new NotUnderstood("boundary at " + at);
        }
        return ANCHOR;
      }
      case 'p', 'P' -> {
        if (next() == '{') {
          at = source.indexOf('}', at) + 1;
        }
        return new Any();
      }
      case 'k' -> {
        at = source.indexOf('>', at) + 1;
        return new BackReference();
      }
      default -> {
        if (c >= '1' && c <= '9') {
          // Further digits may belong to it or not: either way nothing is claimed of them.
          boolean longer = false;
          while (more() && Character.isDigit(peek())) {
            at++;
            longer = true;
          }
          if (longer) {
            throw new NotUnderstood("reference of several digits at " + at);
          }
          return new BackReference();
        }
        return letter(escapedCharacter(c));
      }
    }
  }

  private char escapedCharacter(char c) throws NotUnderstood {
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'f' -> '\f';
      case 'a' -> '\u0007';
      case 'e' -> '\u001b';
      case 'c' -> (char) (next() ^ 64);
      case 'x' -> {
        if (more() && peek() == '{') {
          throw new NotUnderstood("code point at " + at);
        }
        yield number(2, 16);
      }
      case 'u' -> number(4, 16);
      case '0' -> {
        int value = 0;
        int digits = 0;
        while (more()
            && peek() >= '0'
            && peek() <= '7'
            && digits < 3
            && value * 8 + 7 <= 0xff + 7) {
          int wider = value * 8 + (peek() - '0');
          if (wider > 0xff) {
            break;
          }
          value = wider;
          digits++;
          at++;
        }
        yield (char) value;
      }
      default -> {
        if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') {
          throw new NotUnderstood("escape \\" + c);
        }
        yield c;
      }
    };
  }

  private char number(int digits, int base) throws NotUnderstood {
    if (at + digits > source.length()) {
      throw new NotUnderstood("number at " + at);
    }
    at += digits;
    return (char) Integer.parseInt(source.substring(at - digits, at), base);
  }

  /** A class of one letter in either case is that letter; any other is some character. */
  private RegexTree characterClass() throws NotUnderstood {
    boolean negated = more() && peek() == '^';
    if (negated) {
      at++;
    }
    boolean first = true;
    boolean plain = !negated;
    Character only = null;
    while (true) {
      char c = next();
      if (c == ']' && !first) {
        break;
      }
      first = false;
      @Nullable Character member = null;
      switch (c) {
        case '[' -> characterClass();
        case '&' -> member = more() && peek() == '&' ? null : (Character) c;
        case '-' -> member = null;
        case '\\' -> {
          if (more() && (peek() == 'Q' || peek() == 'E')) {
            throw new NotUnderstood("quotation in a class");
          }
          if (escape() instanceof Letter(char value)) {
            member = value;
          }
        }
        default -> member = folded(c);
      }
      if (member == null || only != null && !only.equals(member)) {
        plain = false;
      }
      only = member == null ? only : member;
    }
    return plain && only != null ? new Letter(only) : new Any();
  }

  private static char folded(char c) {
    return RegexTree.folded(c);
  }

  /** What a subject of bytes can't hold is not looked for. */
  private static RegexTree letter(char c) {
    return c > 0xff ? new Any() : new Letter(RegexTree.folded(c));
  }

  private boolean more() {
    return at < source.length();
  }

  private char peek() throws NotUnderstood {
    if (!more()) {
      throw new NotUnderstood("ends early");
    }
    return source.charAt(at);
  }

  private char next() throws NotUnderstood {
    char c = peek();
    at++;
    return c;
  }
}
