package io.portprint.capture.learning;

import io.portprint.capture.learning.Explanation.Form;
import io.portprint.capture.learning.Explanation.Side;
import io.portprint.capture.learning.Explanation.Subject;
import io.portprint.capture.learning.Explanation.Xor;
import io.portprint.capture.learning.ProbeTemplate.Slot;
import io.portprint.capture.learning.TextPart.Kind;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Confidence;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes a candidate as the entry of an exchange, and as a signature where it names something. */
final class CandidateYaml {

  /** Places that an exchange can refer to: their number has two digits. */
  private static final int PLACES = 99;

  /** Said in a thorough examination to any port, and in each to that where it was learned. */
  private static final int RARITY = 7;

  /** One answer is no more than a suspicion: who was made for it goes first. */
  private static final double SUSPICION = 0.6;

  /** Answers that have to fit, each to a fresh request. */
  private static final int TIMES = 3;

  private final Candidate candidate;
  private final List<Field> fields;
  private final List<String> lacks = new ArrayList<>();

  private CandidateYaml(Candidate candidate) {
    this.candidate = candidate;
    this.fields = candidate.shape().fields();
  }

  static Written write(Candidate candidate, Naming naming) {
    CandidateYaml yaml = new CandidateYaml(candidate);
    String book = yaml.exchange(naming);
    return new Written(
        book,
        yaml.lacks.stream().distinct().toList(),
        yaml.signatures(naming.name(), naming.protocol()));
  }

  private String exchange(Naming naming) {
    boolean greets = candidate.template().slots().isEmpty();
    String opening = greets ? "greeting" : naming.name() + "/learned";
    StringBuilder yaml = new StringBuilder();
    yaml.append("name: %s\n".formatted(quoted(naming.name())));
    yaml.append("protocol: %s\n".formatted(quoted(naming.protocol())));
    yaml.append("transport: %s\n".formatted(naming.transport().label()));
    yaml.append("title: %s\n".formatted(quoted(naming.title())));
    yaml.append("summary: Asks as in a replay, and compares the answers with those.\n");
    yaml.append("references: []\n");
    yaml.append(
        String.format(
            Locale.ROOT,
            "learned: {at: '%s', answers: %d, bits: %.3f, bitsOfThree: %.3f, freshBits: %.3f}%n",
            naming.at().truncatedTo(ChronoUnit.MILLIS),
            candidate.samples(),
            candidate.bits() - unsaid(),
            candidate.bitsOfThree() - unsaid(),
            candidate.freshBits()));
    if (greets) {
      yaml.append("greets: true\n");
    } else {
      yaml.append("say:\n");
      yaml.append(
          "  - {name: %s, %s, ports: %s, rarity: %d}\n"
              .formatted(opening, payload(), new TreeSet<>(naming.ports()), RARITY));
    }
    yaml.append("hear:\n  - to: %s\n".formatted(opening));
    yaml.append("    pattern: %s\n".formatted(quoted(pattern())));
    Optional<Field> length = lengthField();
    if (length.isPresent()
        && length.get().explanation() instanceof Explanation.LengthOf(_, Form form, int add, _)) {
      yaml.append(
          "    length: {at: %d, size: %d, little: %s, add: %d}\n"
              .formatted(
                  length.get().offset(), length.get().length(), form == Form.LITTLE_ENDIAN, add));
    }
    stretches(yaml, "vary", CandidateYaml::varies);
    stretches(yaml, "steady", CandidateYaml::maybeAddress);
    yaml.append("    confidence: %s\n".formatted(down(confidence())));
    yaml.append("    reason: answers like the server that it was learned from\n");
    yaml.append("again: {times: %d, confidence: %s}\n".formatted(TIMES, down(confidenceOfThree())));
    yaml.append("examples:\n");
    yaml.append("  - {to: %s, hex: \"%s\", outcome: suspected}\n".formatted(opening, example()));
    yaml.append("  - {to: %s, hex: \"%s\", outcome: none}\n".formatted(opening, counterexample()));
    return yaml.toString();
  }

  private void stretches(StringBuilder yaml, String key, Predicate<Explanation> wanted) {
    String list =
        fields.stream()
            .filter(field -> wanted.test(field.explanation()))
            .map(field -> "{at: %d, length: %d}".formatted(field.offset(), field.length()))
            .collect(Collectors.joining(", "));
    if (!list.isEmpty()) {
      yaml.append("    %s: [%s]\n".formatted(key, list));
    }
  }

  private static boolean varies(Explanation explanation) {
    return explanation instanceof Explanation.MustVary
        || explanation instanceof Explanation.Counter;
  }

  private static boolean maybeAddress(Explanation explanation) {
    return explanation instanceof Explanation.Constant(_, _, _, boolean maybe) && maybe;
  }

  private static String down(double confidence) {
    return String.format(Locale.ROOT, "%.2f", Math.floor(confidence * 100) / 100);
  }

  /** In one answer of which nothing else is known: what only the conversation tells is open. */
  private double confidence() {
    double bits = candidate.bits();
    for (Field field : fields) {
      boolean open =
          switch (field.explanation()) {
            case Explanation.Address _, Explanation.Port _, Explanation.Time _ -> true;
            case Explanation.LengthOf _ -> !says(field);
            case Explanation.Constant _,
                Explanation.Echo _,
                Explanation.Counter _,
                Explanation.MustVary _,
                Explanation.Varying _,
                Explanation.TooFewSamples _ ->
                false;
          };
      bits -= open ? field.bits() : 0;
    }
    TextPattern text = candidate.shape().text();
    boolean ours =
        text != null && text.echoBits() > 0
            || fields.stream()
                .anyMatch(
                    field ->
                        field.explanation() instanceof Explanation.Echo(_, boolean confirmed)
                            && confirmed);
    return Math.min(SUSPICION, Credit.confidence(bits, candidate.samples(), ours, true));
  }

  private double confidenceOfThree() {
    double bits = candidate.bitsOfThree() - unsaid();
    return Math.min(candidate.confidenceOfThree(), Confidence.ofBits(bits));
  }

  /** What counts for the candidate, and is not demanded by what is written. */
  private double unsaid() {
    return fields.stream().filter(field -> !says(field)).mapToDouble(Field::bits).sum();
  }

  private boolean says(Field field) {
    return !(field.explanation() instanceof Explanation.LengthOf(Subject subject, _, _, _))
        || field.equals(lengthField().orElse(null))
        || known(subject).isPresent();
  }

  /** A length that is always the same. */
  private OptionalInt known(Subject subject) {
    int request = candidate.template().slots().stream().mapToInt(Slot::length).sum();
    return switch (subject) {
      case REQUEST -> OptionalInt.of(request);
      case ANSWER ->
          switch (candidate.shape().length()) {
            case LengthRule.Fixed(int length) -> OptionalInt.of(length);
            case LengthRule.AsRequest(int more) -> OptionalInt.of(request + more);
            case LengthRule.Between _ -> OptionalInt.empty();
          };
    };
  }

  private String payload() {
    StringBuilder hex = new StringBuilder();
    for (Slot slot : candidate.template().slots()) {
      switch (slot) {
        case Slot.Fixed(Bytes bytes) -> hex.append(bytes.hex());
        case Slot.Random(int length, boolean letters) -> {
          // a place is at most 999 long
          for (int left = length; left > 0; left -= 999) {
            hex.append("{%s:%d}".formatted(letters ? "letters" : "random", Math.min(left, 999)));
          }
        }
      }
    }
    return "hex: \"" + hex + "\"";
  }

  /** A stretch of the request: a numbered place, or bytes that are always the same. */
  private record Piece(int place, Bytes bytes) {}

  /** The request in pieces; empty where a part of a place is meant, or one that has no number. */
  private Optional<List<Piece>> pieces(int from, int length) {
    List<Piece> pieces = new ArrayList<>();
    int at = 0;
    int place = 0;
    for (Slot slot : candidate.template().slots()) {
      int start = Math.max(at, from);
      int end = Math.min(at + slot.length(), from + length);
      if (slot instanceof Slot.Random) {
        place++;
        boolean whole = start == at && end == at + slot.length();
        if (start < end && (!whole || place > PLACES || slot.length() > 999)) {
          return Optional.empty();
        }
      }
      if (start < end) {
        pieces.add(
            slot instanceof Slot.Fixed(Bytes bytes)
                ? new Piece(0, bytes.slice(start - at, end - at))
                : new Piece(place, Bytes.EMPTY));
      }
      at += slot.length();
    }
    return at >= from + length ? Optional.of(pieces) : Optional.empty();
  }

  private Optional<Field> lengthField() {
    return fields.stream()
        .filter(
            field ->
                field.explanation() instanceof Explanation.LengthOf(Subject subject, _, _, _)
                    && subject == Subject.ANSWER)
        .findFirst();
  }

  private String pattern() {
    StringBuilder pattern = new StringBuilder();
    int at = 0;
    for (Field field : fields) {
      String piece = piece(field);
      if (field.explanation().binding()) {
        any(pattern, field.offset() - at);
        pattern.append(piece);
        at = field.end();
      }
    }
    TextPattern text = candidate.shape().text();
    if (text != null) {
      any(pattern, text.from() - at);
      return pattern.append(text(text, true)).toString();
    }
    OptionalInt length = known(Subject.ANSWER);
    if (length.isPresent()) {
      any(pattern, length.getAsInt() - at);
      pattern.append("\\z");
    }
    return pattern.toString();
  }

  private static void any(StringBuilder pattern, int length) {
    if (length > 0) {
      pattern.append(".{%d}".formatted(length));
    }
  }

  private String piece(Field field) {
    String any = ".{%d}".formatted(field.length());
    return switch (field.explanation()) {
      case Explanation.Constant(_, _, _, boolean maybeAddress) when maybeAddress -> any;
      case Explanation.Constant(Bytes mask, Bytes value, _, _) -> {
        StringBuilder masked = new StringBuilder();
        for (int at = 0; at < mask.length(); at++) {
          masked.append(Regex.masked(mask.at(at), value.at(at)));
        }
        yield masked.toString();
      }
      case Explanation.Echo(int from, _) -> echo(from, field.length());
      case Explanation.Address address ->
          place(address.side(), "", address.form(), field.length(), address.xor());
      case Explanation.Port port ->
          place(port.side(), "-port", port.form(), field.length(), port.xor());
      case Explanation.Time(Explanation.Clock clock, Form form) ->
          "{{time:%d,%s%s}}"
              .formatted(
                  field.length(),
                  clock.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                  form == Form.LITTLE_ENDIAN ? ",little" : "");
      case Explanation.LengthOf(Subject subject, Form form, int add, _) -> {
        OptionalInt length = known(subject);
        if (!says(field)) {
          lacks.add("A second length, at offset %d.".formatted(field.offset()));
        }
        yield length.isPresent()
            ? Regex.literal(number(length.getAsInt() - add, field.length(), form))
            : any;
      }
      case Explanation.MustVary _,
          Explanation.Counter _,
          Explanation.Varying _,
          Explanation.TooFewSamples _ ->
          any;
    };
  }

  private static byte[] number(long value, int length, Form form) {
    byte[] number = new byte[length];
    for (int i = 0; i < length; i++) {
      int at = form == Form.LITTLE_ENDIAN ? i : length - 1 - i;
      number[at] = (byte) (value >> 8 * i);
    }
    return number;
  }

  private String echo(int from, int length) {
    return pieces(from, length)
        .map(CandidateYaml::echoed)
        .orElseGet(() -> "{{request:%d,%d}}".formatted(from, length));
  }

  private static String echoed(List<Piece> pieces) {
    StringBuilder echoed = new StringBuilder();
    for (Piece piece : pieces) {
      echoed.append(
          piece.place() > 0
              ? "{{%d}}".formatted(piece.place())
              : Regex.literal(piece.bytes().toArray()));
    }
    return echoed.toString();
  }

  private static String place(Side side, String port, Form form, int length, Xor xor) {
    String size = form == Form.TEXT ? "text" : Integer.toString(length);
    String order = form == Form.LITTLE_ENDIAN ? ",little" : "";
    String key =
        switch (xor) {
          case Xor.None _ -> "";
          case Xor.Key(Bytes bytes) -> ",xor=" + bytes.hex();
          case Xor.Request(int offset) -> ",xor=@" + offset;
        };
    return "{{%s%s:%s%s%s}}"
        .formatted(side.name().toLowerCase(Locale.ROOT), port, size, order, key);
  }

  /**
   * @param exchange whether places of the request can be referred to; otherwise groups capture the
   *     product and the version
   */
  private String text(TextPattern text, boolean exchange) {
    StringBuilder pattern = new StringBuilder();
    for (TextPart part : text.parts()) {
      pattern.append(
          switch (part.kind()) {
            case PRODUCT, VERSION -> exchange ? Regex.of(part) : "(" + Regex.of(part) + ")";
            case ECHO ->
                exchange ? echo(part.requestOffset(), part.text().length()) : Regex.of(part);
            case CLIENT_ADDRESS -> exchange ? "{{client:text}}" : Regex.of(part);
            case SERVER_ADDRESS -> exchange ? "{{server:text}}" : Regex.of(part);
            case CLIENT_PORT -> exchange ? "{{client-port:text}}" : Regex.of(part);
            case LITERAL, DATE, NUMBER, HEX, ANYTHING, LINES -> Regex.of(part);
          });
    }
    return pattern.toString();
  }

  private Optional<String> signatures(String name, String protocol) {
    TextPattern text = candidate.shape().text();
    if (text == null) {
      return Optional.empty();
    }
    String product = text.shown(Kind.PRODUCT);
    String version = text.shown(Kind.VERSION);
    if (product == null && version == null) {
      return Optional.empty();
    }
    String head = text.from() == 0 ? "^" : "^[\\x00-\\xff]{%d}".formatted(text.from());
    int productGroup = product == null ? 0 : 1;
    int versionGroup = version == null ? 0 : productGroup + 1;
    StringBuilder yaml = new StringBuilder();
    yaml.append("protocol: %s\nsignatures:\n".formatted(quoted(protocol)));
    yaml.append("  - id: %s\n".formatted(quoted(name)));
    yaml.append("    field: answer\n");
    yaml.append("    pattern: %s\n".formatted(quoted(head + text(text, false))));
    part(yaml, "    product", product == null ? null : "$" + productGroup);
    part(yaml, "    version", version == null ? null : "$" + versionGroup);
    yaml.append("    examples:\n");
    yaml.append("      - hex: \"%s\"\n".formatted(candidate.example().hex()));
    part(yaml, "        product", product);
    part(yaml, "        version", version);
    return Optional.of(yaml.toString());
  }

  private static void part(StringBuilder yaml, String key, @Nullable String value) {
    if (value != null) {
      yaml.append("%s: %s\n".formatted(key, quoted(value)));
    }
  }

  /** The example, with places of the request where it echoes them. */
  private String example() {
    Bytes answer = candidate.example();
    StringBuilder hex = new StringBuilder();
    int at = 0;
    for (Field field : fields) {
      if (field.end() > answer.length()) {
        break;
      }
      hex.append(answer.slice(at, field.offset()).hex());
      Optional<List<Piece>> pieces =
          field.explanation() instanceof Explanation.Echo(int from, _)
              ? pieces(from, field.length())
              : Optional.empty();
      if (pieces.isPresent()) {
        hex.append(echoedExample(pieces.get()));
      } else {
        hex.append(answer.slice(field.offset(), field.end()).hex());
      }
      at = field.end();
    }
    TextPattern text = candidate.shape().text();
    if (text != null) {
      String rest = answer.slice(at, answer.length()).latin1();
      int read = 0;
      for (TextPart part : text.parts()) {
        Optional<List<Piece>> pieces =
            part.kind() == Kind.ECHO
                ? pieces(part.requestOffset(), part.text().length())
                : Optional.empty();
        int found = rest.indexOf(part.text(), read);
        if (found >= 0 && pieces.isPresent()) {
          hex.append(Bytes.latin1(rest.substring(read, found)).hex());
          hex.append(echoedExample(pieces.get()));
          read = found + part.text().length();
        }
      }
      return hex.append(Bytes.latin1(rest.substring(read)).hex()).toString();
    }
    return hex.append(answer.slice(at, answer.length()).hex()).toString();
  }

  private static String echoedExample(List<Piece> pieces) {
    StringBuilder hex = new StringBuilder();
    for (Piece piece : pieces) {
      hex.append(piece.place() > 0 ? "{%d}".formatted(piece.place()) : piece.bytes().hex());
    }
    return hex.toString();
  }

  /** The answer's last byte or its first missing, whichever the pattern must notice. */
  private String counterexample() {
    Bytes answer = candidate.example();
    TextPattern text = candidate.shape().text();
    if (text != null && text.from() == 0) {
      if (text.parts().getFirst().lazy()) {
        return "00"; // no text at all
      }
      return answer.slice(1, answer.length()).hex();
    }
    int end =
        candidate.shape().length() instanceof LengthRule.Between
            ? fields.stream()
                .filter(field -> field.explanation().binding())
                .mapToInt(Field::end)
                .max()
                .orElse(0)
            : answer.length();
    return answer.head(Math.max(0, end - 1)).hex();
  }

  /** A single-quoted scalar; what is written here is ASCII without line ends. */
  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
