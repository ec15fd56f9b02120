package io.portprint.api;

import io.portprint.capture.learning.Explanation;
import io.portprint.capture.learning.Reaction;
import io.portprint.capture.learning.TextPart;
import java.util.Locale;

/**
 * What a byte is marked as on the page of a replay: with a colour, which the style sheet has by the
 * name, and with a letter, for whom colours don't tell apart.
 */
enum Mark {
  CONSTANT('C', "constant", "the same in all answers"),
  MASKED('M', "masked constant", "some of its bits are the same in all answers"),
  ECHO('E', "echo", "came from the request"),
  ADDRESS('A', "address", "the client's or the server's"),
  PORT('P', "port", "the client's or the server's"),
  LENGTH('L', "length", "counts bytes"),
  TIME('T', "time", "the server's clock"),
  COUNTER('N', "counter", "a number that grows"),
  MUST_VARY('R', "must vary", "another value in each answer, as if drawn at random"),
  VARYING('V', "varying", "differs, and follows nothing that is known"),
  TOO_FEW('?', "too few samples", "could be anything yet"),
  UNEXPLAINED('-', "not explained", "beyond what is explained"),
  PRODUCT('S', "product", "the software's name"),
  VERSION('#', "version", "the software's version"),

  HARMLESS('H', "harmless", "changed, it draws the same kind of answer"),
  NEEDED('N', "needed", "changed, it draws answers of another kind, or fewer"),
  SILENT('S', "silent when changed", "changed, it draws no answer at all"),
  UNTRIED('?', "not known", "was not changed, or not often enough");

  private static final int WHOLE_BYTE = 0xff;

  private final char letter;
  private final String label;
  private final String meaning;

  Mark(char letter, String label, String meaning) {
    this.letter = letter;
    this.label = label;
    this.meaning = meaning;
  }

  String letter() {
    return String.valueOf(letter);
  }

  String label() {
    return label;
  }

  String meaning() {
    return meaning;
  }

  /** Its class in the style sheet. */
  String style() {
    return "m-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Mark of(Explanation explanation) {
    return switch (explanation) {
      case Explanation.Constant constant -> whole(constant) ? CONSTANT : MASKED;
      case Explanation.Echo _ -> ECHO;
      case Explanation.Address _ -> ADDRESS;
      case Explanation.Port _ -> PORT;
      case Explanation.LengthOf _ -> LENGTH;
      case Explanation.Time _ -> TIME;
      case Explanation.Counter _ -> COUNTER;
      case Explanation.MustVary _ -> MUST_VARY;
      case Explanation.Varying _ -> VARYING;
      case Explanation.TooFewSamples _ -> TOO_FEW;
    };
  }

  private static boolean whole(Explanation.Constant constant) {
    for (int at = 0; at < constant.mask().length(); at++) {
      if (constant.mask().at(at) != WHOLE_BYTE) {
        return false;
      }
    }
    return true;
  }

  static Mark of(TextPart.Kind kind) {
    return switch (kind) {
      case LITERAL -> CONSTANT;
      case PRODUCT -> PRODUCT;
      case VERSION -> VERSION;
      case DATE -> TIME;
      case NUMBER, HEX, ANYTHING, LINES -> VARYING;
      case CLIENT_ADDRESS, SERVER_ADDRESS -> ADDRESS;
      case CLIENT_PORT -> PORT;
      case ECHO -> ECHO;
    };
  }

  /** What a change of a part of the request says of that part. */
  static Mark of(Reaction reaction) {
    if (reaction.harmless()) {
      return HARMLESS;
    }
    if (reaction.other() > 0 || reaction.silent() > 0 && reaction.same() > 0) {
      return NEEDED;
    }
    return reaction.silent() > 0 ? SILENT : UNTRIED;
  }
}
