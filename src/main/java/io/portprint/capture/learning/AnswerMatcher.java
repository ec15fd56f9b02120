package io.portprint.capture.learning;

import io.portprint.capture.learning.Explanation.Form;
import io.portprint.capture.learning.Explanation.Side;
import io.portprint.capture.learning.Explanation.Subject;
import io.portprint.fingerprint.Bytes;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells which answers a lesson explains, for those who show it; a candidate is told from its
 * answers by the probe that is written of it. Total: any bytes get a verdict, in time proportional
 * to their length.
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
    boolean fits =
        fitsLength(heard)
            && fields.stream()
                .allMatch(field -> !field.explanation().binding() || fits(field, heard))
            && (text == null || text.spans(heard).isPresent());
    return fits ? new Verdict.Matches() : new Verdict.Differs();
  }

  private boolean fitsLength(Heard heard) {
    int there = heard.answer().length();
    return switch (length) {
      case LengthRule.Fixed(int fixed) -> there == fixed;
      case LengthRule.AsRequest(int more) -> there == heard.request().length() + more;
      case LengthRule.Between _ -> true;
    };
  }

  /** What is not known contradicts nothing. */
  private static boolean fits(Field field, Heard heard) {
    Bytes answer = heard.answer();
    if (field.end() > answer.length()) {
      return false;
    }
    Bytes there = answer.slice(field.offset(), field.end());
    return switch (field.explanation()) {
      case Explanation.Constant(_, _, _, boolean maybeAddress) when maybeAddress ->
          Relations.plausibleClient(there);
      case Explanation.Constant(Bytes mask, Bytes value, _, _) -> hasBits(there, mask, value);
      case Explanation.Echo(int from, _) -> {
        int to = from + field.length();
        yield to <= heard.request().length() && heard.request().slice(from, to).equals(there);
      }
      case Explanation.Address address -> fits(field, address, heard);
      case Explanation.Port(Side side, Form form, Explanation.Xor xor, _) -> {
        int port = party(side, heard).port();
        Bytes ordered = Bytes.of(Relations.ordered(answer, field.offset(), 2, form));
        byte[] plain = {(byte) (port >> 8), (byte) port};
        yield port == 0 || Relations.is(plain, ordered, xor, heard.request());
      }
      case Explanation.LengthOf(Subject subject, Form form, int add, _) -> {
        int length = subject == Subject.ANSWER ? answer.length() : heard.request().length();
        yield Relations.number(answer, field.offset(), field.length(), form) + add == length;
      }
      case Explanation.Time(Explanation.Clock clock, Form form) -> {
        int size = clock == Explanation.Clock.UNIX_MILLISECONDS ? 8 : 4;
        long value = Relations.number(answer, field.offset(), size, form);
        yield Relations.near(clock, value, heard.at());
      }
      case Explanation.Counter _,
          Explanation.MustVary _,
          Explanation.Varying _,
          Explanation.TooFewSamples _ ->
          true;
    };
  }

  private static boolean fits(Field field, Explanation.Address address, Heard heard) {
    List<InetAddress> known = party(address.side(), heard).addresses();
    if (address.form() == Form.TEXT) {
      // texts of other addresses are of other lengths, and so would be the answer
      return known.isEmpty()
          || Relations.addressText(known, heard.answer(), field.offset(), field.length());
    }
    Bytes there =
        Bytes.of(Relations.ordered(heard.answer(), field.offset(), field.length(), address.form()));
    return known.isEmpty()
        || known.stream()
            .anyMatch(one -> Relations.is(one.getAddress(), there, address.xor(), heard.request()));
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
}
