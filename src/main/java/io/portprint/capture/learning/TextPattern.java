package io.portprint.capture.learning;

import io.portprint.capture.learning.TextPart.Kind;
import io.portprint.capture.learning.Tokens.Token;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Span;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the texts of all answers have in common, token by token. It is matched from left to right
 * without going back, so that a hostile text costs no more than its length.
 *
 * @param from the offset in the answer at which the text begins
 * @param parts in order; two that are not literal never follow each other
 */
public record TextPattern(int from, List<TextPart> parts) {

  private static final int SAMPLES = 64;
  private static final int LONGEST_GAP = 256;

  /** Gaps that are demanded; more would let a hostile text cost too much. */
  private static final int GAPS = 2;

  private static final Pattern VERSION = Pattern.compile(Tokens.VERSION);
  private static final Pattern DATE = Pattern.compile(Tokens.DATE);
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,20}");
  private static final Pattern HEX = Pattern.compile("[0-9A-Fa-f]{4,128}");

  public TextPattern {
    parts = List.copyOf(parts);
  }

  // Learning

  /**
   * The offset from which on all answers are text: 0 where they are mostly printable, otherwise
   * where a binary head ends; empty where they are no text.
   */
  static Optional<Integer> begins(List<Sample> samples) {
    long printable = 0;
    long all = 0;
    int start = 0;
    for (Sample sample : samples) {
      Bytes answer = sample.answer();
      int at = answer.length();
      while (at > 0 && isText(answer.at(at - 1))) {
        at--;
      }
      start = Math.max(start, at);
      all += answer.length();
      for (int i = 0; i < answer.length(); i++) {
        printable += isText(answer.at(i)) ? 1 : 0;
      }
    }
    boolean begin = samples.stream().allMatch(one -> isText(one.answer().at(0)));
    if (begin && printable * 10 >= all * 9) {
      return Optional.of(0);
    }
    int head = start;
    boolean tail =
        samples.stream()
            .allMatch(
                one -> {
                  Bytes answer = one.answer();
                  if (answer.length() - head < 6) {
                    return false;
                  }
                  String text = answer.slice(head, answer.length()).latin1();
                  return text.chars().filter(Character::isLetter).count() >= 4;
                });
    return tail ? Optional.of(head) : Optional.empty();
  }

  private static boolean isText(int one) {
    return one >= 0x20 && one < 0x7f || one == '\r' || one == '\n' || one == '\t';
  }

  /** What the texts have in common; empty where that is not even one word. */
  static Optional<TextPattern> of(List<Sample> all, int from) {
    List<Sample> samples = all.stream().limit(SAMPLES).toList();
    List<List<Token>> texts =
        samples.stream().map(one -> Tokens.of(text(one.answer(), from))).toList();
    List<Token> common = common(texts);
    List<TextPart> parts = new ArrayList<>();
    List<int[]> places = new ArrayList<>();
    for (List<Token> text : texts) {
      places.add(places(common, text));
    }
    for (int i = 0; i <= common.size(); i++) {
      List<String> gaps = new ArrayList<>();
      for (int s = 0; s < texts.size(); s++) {
        List<Token> text = texts.get(s);
        int start = i == 0 ? 0 : places.get(s)[i - 1] + 1;
        int end = i == common.size() ? text.size() : places.get(s)[i];
        StringBuilder gap = new StringBuilder();
        text.subList(start, end).forEach(token -> gap.append(token.text()));
        gaps.add(gap.toString());
      }
      if (i < common.size() && gaps.stream().anyMatch(gap -> !gap.isEmpty())) {
        parts.add(gap(samples, gaps));
      } else if (i == common.size() && gaps.stream().noneMatch(String::isEmpty)) {
        TextPart last = gap(samples, gaps);
        if (!last.lazy()) {
          parts.add(last);
        }
      }
      if (i < common.size()) {
        Token token = common.get(i);
        parts.add(
            address(samples, token.text())
                .orElseGet(() -> new TextPart(token.kind(), token.text(), 0)));
      }
    }
    boolean words = common.stream().anyMatch(Token::word);
    return words ? fitting(new TextPattern(from, joined(parts)), samples) : Optional.empty();
  }

  /**
   * As much of a pattern, from its beginning, as all samples fit. Matching doesn't go back, so that
   * a gap that holds what should follow it ends the pattern.
   */
  private static Optional<TextPattern> fitting(TextPattern pattern, List<Sample> samples) {
    List<TextPart> parts = pattern.parts();
    for (int length = parts.size(); length > 0; length--) {
      if (parts.get(length - 1).lazy()) {
        continue;
      }
      TextPattern head = new TextPattern(pattern.from(), parts.subList(0, length));
      if (samples.stream().allMatch(one -> head.spans(Heard.of(one)).isPresent())) {
        return Optional.of(head);
      }
    }
    return Optional.empty();
  }

  private static String text(Bytes answer, int from) {
    return answer.slice(Math.min(from, answer.length()), answer.length()).latin1();
  }

  private static List<Token> common(List<List<Token>> texts) {
    List<Token> common = texts.getFirst();
    for (List<Token> text : texts) {
      common = common(common, text);
    }
    return common;
  }

  /** The longest common subsequence. */
  private static List<Token> common(List<Token> one, List<Token> other) {
    int[][] longest = new int[one.size() + 1][other.size() + 1];
    for (int i = one.size() - 1; i >= 0; i--) {
      for (int j = other.size() - 1; j >= 0; j--) {
        longest[i][j] =
            one.get(i).like(other.get(j))
                ? longest[i + 1][j + 1] + 1
                : Math.max(longest[i + 1][j], longest[i][j + 1]);
      }
    }
    List<Token> common = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < one.size() && j < other.size()) {
      if (one.get(i).like(other.get(j))) {
        common.add(one.get(i));
        i++;
        j++;
      } else if (longest[i + 1][j] >= longest[i][j + 1]) {
        i++;
      } else {
        j++;
      }
    }
    return common;
  }

  /** Where the common tokens stand in a text, each as early as it can. */
  private static int[] places(List<Token> common, List<Token> text) {
    int[] places = new int[common.size()];
    int at = 0;
    for (int i = 0; i < places.length; i++) {
      while (!common.get(i).like(text.get(at))) {
        at++;
      }
      places[i] = at++;
    }
    return places;
  }

  private static TextPart gap(List<Sample> samples, List<String> gaps) {
    String first = gaps.getFirst();
    if (first.length() >= 3) {
      for (int at = samples.getFirst().request().indexOf(Bytes.latin1(first)); at >= 0; at = -1) {
        if (echoes(samples, gaps, at)) {
          return new TextPart(Kind.ECHO, first, at);
        }
      }
    }
    Optional<TextPart> address = addresses(samples, gaps);
    if (address.isPresent()) {
      return address.get();
    }
    Kind kind = Kind.ANYTHING;
    if (gaps.stream().allMatch(gap -> NUMBER.matcher(gap).matches())) {
      kind = Kind.NUMBER;
    } else if (gaps.stream().allMatch(gap -> HEX.matcher(gap).matches())) {
      kind = Kind.HEX;
    } else if (gaps.stream().anyMatch(gap -> gap.indexOf('\n') >= 0 || gap.indexOf('\r') >= 0)) {
      kind = Kind.LINES;
    }
    return new TextPart(kind, first, 0);
  }

  private static boolean echoes(List<Sample> samples, List<String> gaps, int at) {
    for (int i = 0; i < gaps.size(); i++) {
      Bytes request = samples.get(i).request();
      int end = at + gaps.get(i).length();
      if (end > request.length()
          || gaps.get(i).length() != gaps.getFirst().length()
          || !request.slice(at, end).latin1().equals(gaps.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** A token that is the same in all answers and one of the addresses. */
  private static Optional<TextPart> address(List<Sample> samples, String text) {
    return text.length() < 2
        ? Optional.empty()
        : addresses(samples, samples.stream().map(_ -> text).toList());
  }

  private static Optional<TextPart> addresses(List<Sample> samples, List<String> texts) {
    boolean client = true;
    boolean server = true;
    boolean port = samples.stream().map(one -> one.client().port()).distinct().count() > 1;
    for (int i = 0; i < texts.size(); i++) {
      Sample sample = samples.get(i);
      String text = texts.get(i);
      client &= isAddress(sample.client().addresses(), text);
      server &= isAddress(sample.server().addresses(), text);
      port &= text.equals(Integer.toString(sample.client().port()));
    }
    if (!client && !server && !port) {
      return Optional.empty();
    }
    Kind kind = client ? Kind.CLIENT_ADDRESS : server ? Kind.SERVER_ADDRESS : Kind.CLIENT_PORT;
    return Optional.of(new TextPart(kind, texts.getFirst(), 0));
  }

  private static boolean isAddress(List<InetAddress> addresses, String text) {
    return addresses.stream().anyMatch(one -> one.getHostAddress().equals(text));
  }

  /** Literals next to each other become one, and so do gaps with nothing but a blank between. */
  private static List<TextPart> joined(List<TextPart> parts) {
    List<TextPart> joined = new ArrayList<>();
    for (TextPart part : parts) {
      if (part.kind() == Kind.LITERAL
          && !joined.isEmpty()
          && joined.getLast().kind() == Kind.LITERAL) {
        TextPart before = joined.removeLast();
        joined.add(new TextPart(Kind.LITERAL, before.text() + part.text(), 0));
        continue;
      }
      if (part.lazy() && joined.size() >= 2) {
        TextPart between = joined.getLast();
        TextPart gap = joined.get(joined.size() - 2);
        if (gap.kind() == part.kind()
            && between.kind() == Kind.LITERAL
            && between.text().isBlank()
            && between.text().indexOf('\n') < 0) {
          joined.removeLast();
          continue;
        }
      }
      joined.add(part);
    }
    return joined;
  }

  // Credit

  double bits() {
    double bits = 0;
    for (TextPart part : parts) {
      bits +=
          switch (part.kind()) {
            case LITERAL, PRODUCT ->
                Credit.TEXT_SIGN * part.text().chars().filter(Character::isLetterOrDigit).count();
            case VERSION, DATE -> Credit.VERSION;
            case ECHO, CLIENT_ADDRESS, CLIENT_PORT, SERVER_ADDRESS -> 0;
            case NUMBER, HEX, ANYTHING, LINES -> 0;
          };
    }
    return Math.min(bits, Credit.TEXT_MOST);
  }

  /** What depends on the request. */
  double echoBits() {
    return parts.stream()
        .filter(part -> part.kind() == Kind.ECHO)
        .mapToDouble(part -> Credit.LETTER * part.text().length())
        .sum();
  }

  /**
   * As much of it, from its beginning, as is worth matching: to the end of the line in which it has
   * all the bits that a text can have, and at least to its last echo, but no further than to its
   * third gap. What stands behind is more and more about this one server.
   */
  TextPattern enough() {
    int gaps = 0;
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i).lazy() && ++gaps > GAPS) {
        return new TextPattern(from, parts.subList(0, i)).enough();
      }
    }
    int echo = -1;
    for (int i = 0; i < parts.size(); i++) {
      echo = parts.get(i).kind() == Kind.ECHO ? i : echo;
    }
    for (int i = echo + 1; i < parts.size(); i++) {
      String text = parts.get(i).text();
      boolean literal = parts.get(i).kind() == Kind.LITERAL;
      for (int end = literal ? text.indexOf('\n') : -1;
          end >= 0;
          end = text.indexOf('\n', end + 1)) {
        List<TextPart> less = new ArrayList<>(parts.subList(0, i));
        less.add(new TextPart(Kind.LITERAL, text.substring(0, end + 1), 0));
        TextPattern shorter = new TextPattern(from, less);
        if (shorter.bits() >= Credit.TEXT_MOST) {
          return shorter;
        }
      }
    }
    return this;
  }

  boolean has(Kind kind) {
    return parts.stream().anyMatch(part -> part.kind() == kind);
  }

  // Matching

  /**
   * Where in the answer each part stands, one after the other without a gap from {@code from} on;
   * those of length 0 are parts that let pass anything, and had nothing to let pass. Empty where
   * the text does not fit. What may follow the last part belongs to none.
   */
  public Optional<List<Span>> spans(Heard heard) {
    String text = text(heard.answer().head(Sample.ANSWER), from);
    List<Span> spans = new ArrayList<>();
    int at = 0;
    TextPart gap = null;
    for (TextPart part : parts) {
      if (part.lazy()) {
        if (gap != null) {
          spans.add(new Span(from + at, 0));
        }
        gap = part;
        continue;
      }
      int[] span = gap == null ? here(part, text, at, heard) : after(gap, part, text, at, heard);
      if (span.length == 0) {
        return Optional.empty();
      }
      if (gap != null) {
        spans.add(new Span(from + at, span[0] - at));
      }
      spans.add(new Span(from + span[0], span[1] - span[0]));
      at = span[1];
      gap = null;
    }
    if (gap != null) {
      spans.add(new Span(from + at, 0));
    }
    return Optional.of(spans);
  }

  private static int[] after(TextPart gap, TextPart part, String text, int from, Heard heard) {
    for (int at = from; at <= Math.min(text.length(), from + LONGEST_GAP); at++) {
      int[] span = here(part, text, at, heard);
      if (span.length > 0) {
        return span;
      }
      boolean line = at < text.length() && (text.charAt(at) == '\n' || text.charAt(at) == '\r');
      if (line && gap.kind() == Kind.ANYTHING) {
        break;
      }
    }
    return new int[0];
  }

  private static int[] here(TextPart part, String text, int at, Heard heard) {
    return switch (part.kind()) {
      case LITERAL, PRODUCT -> literal(part.text(), text, at);
      case VERSION -> looking(VERSION, text, at);
      case DATE -> looking(DATE, text, at);
      case NUMBER -> looking(NUMBER, text, at);
      case HEX -> looking(HEX, text, at);
      case ECHO -> {
        int end = part.requestOffset() + part.text().length();
        yield end > heard.request().length()
            ? new int[0]
            : literal(heard.request().slice(part.requestOffset(), end).latin1(), text, at);
      }
      case CLIENT_ADDRESS -> address(heard.client(), text, at);
      case SERVER_ADDRESS -> address(heard.server(), text, at);
      case CLIENT_PORT -> literal(Integer.toString(heard.client().port()), text, at);
      case ANYTHING, LINES -> new int[] {at, at};
    };
  }

  private static int[] address(Party party, String text, int at) {
    for (InetAddress address : party.addresses()) {
      int[] span = literal(address.getHostAddress(), text, at);
      if (span.length > 0) {
        return span;
      }
    }
    return new int[0];
  }

  private static int[] literal(String literal, String text, int at) {
    return text.startsWith(literal, at) ? new int[] {at, at + literal.length()} : new int[0];
  }

  private static int[] looking(Pattern pattern, String text, int at) {
    Matcher matcher = pattern.matcher(text).region(at, text.length());
    return matcher.lookingAt() ? new int[] {at, matcher.end()} : new int[0];
  }

  /** What stood in the first answer where the text has a part of a kind; null where it has none. */
  @Nullable String shown(Kind kind) {
    return parts.stream()
        .filter(part -> part.kind() == kind)
        .map(TextPart::text)
        .findFirst()
        .orElse(null);
  }
}
