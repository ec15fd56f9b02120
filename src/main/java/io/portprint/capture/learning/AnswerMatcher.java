package io.portprint.capture.learning;

import io.portprint.capture.learning.Explanation.Form;
import io.portprint.capture.learning.Explanation.Side;
import io.portprint.capture.learning.Explanation.Subject;
import io.portprint.fingerprint.Bytes;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether an answer is one of those that were learnt from. Total: any bytes get a verdict, in
 * time proportional to their length.
 *
 * @param length of the whole answer
 * @param fields in the order of their offsets
 * @param text what follows the fields; null where the answer is binary
 */
public record AnswerMatcher(LengthRule length, List<Field> fields, @Nullable TextPattern text) {

  public AnswerMatcher {
    fields = List.copyOf(fields);
  }

  /** Whether an answer fits, as far as one answer can show. */
  public Verdict match(Heard heard) {
    Optional<Verdict.Differs> wrong = wrongLength(heard);
    if (wrong.isPresent()) {
      return wrong.get();
    }
    double bits = length instanceof LengthRule.Between ? 0 : Credit.LENGTH;
    for (Field field : fields) {
      if (field.explanation().binding() && field.end() > heard.answer().length()) {
        return new Verdict.Differs(heard.answer().length(), "too short");
      }
      switch (check(field, heard)) {
        case WRONG -> {
          return new Verdict.Differs(field.offset(), reason(field.explanation()));
        }
        case RIGHT -> bits += field.bits();
        case OPEN -> {}
      }
    }
    if (text == null) {
      return new Verdict.Matches(bits, Optional.empty(), Optional.empty());
    }
    Optional<TextPattern.Found> found = text.match(heard);
    if (found.isEmpty()) {
      return new Verdict.Differs(text.from(), "the text differs");
    }
    return new Verdict.Matches(
        bits + text.bits() + text.echoBits(), found.get().product(), found.get().version());
  }

  /**
   * Whether answers to several fresh requests fit, each by itself and all together: what has to
   * vary does, and an address that we don't know is the same in all.
   *
   * @return the verdict on the first that differs; otherwise of the last, with the bits of one
   */
  public Verdict matchAll(List<Heard> answers) {
    Verdict last = new Verdict.Differs(0, "no answer");
    for (Heard heard : answers) {
      last = match(heard);
      if (last instanceof Verdict.Differs) {
        return last;
      }
    }
    for (Field field : fields) {
      Set<Bytes> values = new HashSet<>();
      answers.stream()
          .map(Heard::answer)
          .filter(answer -> answer.length() >= field.end())
          .forEach(answer -> values.add(answer.slice(field.offset(), field.end())));
      boolean varies =
          field.explanation() instanceof Explanation.MustVary
              || field.explanation() instanceof Explanation.Counter;
      long whole = answers.stream().filter(one -> one.answer().length() >= field.end()).count();
      if (varies && values.size() < whole) {
        return new Verdict.Differs(field.offset(), "repeats what has to vary");
      }
      if (field.explanation() instanceof Explanation.Constant(_, _, _, boolean maybeAddress)
          && maybeAddress
          && values.size() > 1) {
        return new Verdict.Differs(field.offset(), "says different addresses");
      }
    }
    return last;
  }

  private enum Outcome {
    RIGHT,
    WRONG,
    /** Can't be checked on one answer, or without knowing more. */
    OPEN;

    static Outcome of(boolean right) {
      return right ? RIGHT : WRONG;
    }
  }

  private Optional<Verdict.Differs> wrongLength(Heard heard) {
    int there = heard.answer().length();
    int wanted =
        switch (length) {
          case LengthRule.Fixed(int fixed) -> fixed;
          case LengthRule.AsRequest(int more) -> heard.request().length() + more;
          case LengthRule.Between _ -> there;
        };
    return there == wanted
        ? Optional.empty()
        : Optional.of(
            new Verdict.Differs(
                Math.min(there, wanted), "%d bytes instead of %d".formatted(there, wanted)));
  }

  private static Outcome check(Field field, Heard heard) {
    if (!field.explanation().binding()) {
      return Outcome.OPEN;
    }
    Bytes answer = heard.answer();
    Bytes there = answer.slice(field.offset(), field.end());
    return switch (field.explanation()) {
      case Explanation.Constant(_, _, _, boolean maybeAddress) when maybeAddress ->
          Relations.plausibleClient(there) ? Outcome.OPEN : Outcome.WRONG;
      case Explanation.Constant(Bytes mask, Bytes value, _, _) ->
          Outcome.of(hasBits(there, mask, value));
      case Explanation.Echo(int from, _) -> {
        int to = from + field.length();
        yield Outcome.of(
            to <= heard.request().length() && heard.request().slice(from, to).equals(there));
      }
      case Explanation.Address address -> address(field, address, heard);
      case Explanation.Port(Side side, Form form, Explanation.Xor xor, _) -> {
        int port = party(side, heard).port();
        Bytes ordered = Bytes.of(Relations.ordered(answer, field.offset(), 2, form));
        byte[] plain = {(byte) (port >> 8), (byte) port};
        yield port == 0
            ? Outcome.OPEN
            : Outcome.of(Relations.is(plain, ordered, xor, heard.request()));
      }
      case Explanation.LengthOf(Subject subject, Form form, int add, _) -> {
        int length = subject == Subject.ANSWER ? answer.length() : heard.request().length();
        yield Outcome.of(
            Relations.number(answer, field.offset(), field.length(), form) + add == length);
      }
      case Explanation.Time(Explanation.Clock clock, Form form) -> {
        int size = clock == Explanation.Clock.UNIX_MILLISECONDS ? 8 : 4;
        long value = Relations.number(answer, field.offset(), size, form);
        yield Outcome.of(Relations.near(clock, value, heard.at()));
      }
      case Explanation.Counter _,
          Explanation.MustVary _,
          Explanation.Varying _,
          Explanation.TooFewSamples _ ->
          Outcome.OPEN;
    };
  }

  private static Outcome address(Field field, Explanation.Address address, Heard heard) {
    List<InetAddress> known = party(address.side(), heard).addresses();
    if (known.isEmpty()) {
      return Outcome.OPEN;
    }
    if (address.form() == Form.TEXT) {
      // texts of other addresses are of other lengths, and so would be the answer
      return Outcome.of(
          Relations.addressText(known, heard.answer(), field.offset(), field.length()));
    }
    Bytes there =
        Bytes.of(Relations.ordered(heard.answer(), field.offset(), field.length(), address.form()));
    return Outcome.of(
        known.stream()
            .anyMatch(
                one -> Relations.is(one.getAddress(), there, address.xor(), heard.request())));
  }

  private static Party party(Side side, Heard heard) {
    return side == Side.CLIENT ? heard.client() : heard.server();
  }

  private static boolean hasBits(Bytes there, Bytes mask, Bytes value) {
    for (int at = 0; at < mask.length(); at++) {
      if ((there.at(at) & mask.at(at)) != value.at(at)) {
        return false;
      }
    }
    return true;
  }

  private static String reason(Explanation explanation) {
    return switch (explanation) {
      case Explanation.Constant(_, _, _, boolean maybeAddress) when maybeAddress ->
          "no address that a client can have";
      case Explanation.Constant _ -> "not the constant";
      case Explanation.Echo _ -> "no echo of the request";
      case Explanation.Address address ->
          address.side() == Side.CLIENT ? "not our address" : "not the server's address";
      case Explanation.Port port ->
          port.side() == Side.CLIENT ? "not our port" : "not the server's port";
      case Explanation.LengthOf _ -> "not the length";
      case Explanation.Time _ -> "not the time";
      case Explanation.Counter _,
          Explanation.MustVary _,
          Explanation.Varying _,
          Explanation.TooFewSamples _ ->
          "not as it should be";
    };
  }
}
