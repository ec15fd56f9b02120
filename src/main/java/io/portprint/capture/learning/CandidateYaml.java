package io.portprint.capture.learning;

import io.portprint.capture.learning.Explanation.Form;
import io.portprint.capture.learning.Explanation.Side;
import io.portprint.capture.learning.Explanation.Subject;
import io.portprint.capture.learning.Explanation.Xor;
import io.portprint.capture.learning.ProbeTemplate.Slot;
import io.portprint.capture.learning.TextPart.Kind;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes a candidate as the entry of an exchange, and as a signature where it names something. */
final class CandidateYaml {

  private static final Pattern NAME = Pattern.compile("[a-z0-9]+(?:[.-][a-z0-9]+)*");

  /** Places that an exchange can refer to: their number is one digit. */
  private static final int PLACES = 9;

  /** An exchange proves a protocol by one answer from here on; below, it suspects. */
  private static final double SURE = 0.9;

  /** Bytes of an example that are written down. */
  private static final int EXAMPLE = 512;

  /** Gaps in a pattern; more would let a hostile text cost too much. */
  private static final int GAPS = 2;

  private final Candidate candidate;
  private final List<Field> fields;
  private final List<String> lacks = new ArrayList<>();

  private CandidateYaml(Candidate candidate) {
    this.candidate = candidate;
    this.fields = candidate.matcher().fields();
  }

  static Written write(Candidate candidate, String name, Transport transport, int port) {
    if (!NAME.matcher(name).matches() || name.length() > 64) {
      throw new IllegalArgumentException("no name for an exchange: " + name);
    }
    if (port < 1 || port > 0xffff) {
      throw new IllegalArgumentException("no port: " + port);
    }
    CandidateYaml yaml = new CandidateYaml(candidate);
    String book = yaml.exchange(name, transport, port, false);
    List<String> lacks = yaml.lacks.stream().distinct().toList();
    String full = lacks.isEmpty() ? book : yaml.exchange(name, transport, port, true);
    return new Written(book, lacks, full, yaml.signatures(name));
  }

  private String exchange(String name, Transport transport, int port, boolean extended) {
    boolean greets = candidate.template().slots().isEmpty();
    String opening = greets ? "greeting" : name + "/learned";
    double confidence = Math.floor(confidence(extended) * 100) / 100;
    boolean sure = confidence >= SURE;
    StringBuilder yaml = new StringBuilder();
    yaml.append("# Learned from %d answers.\n".formatted(candidate.samples()));
    yaml.append("name: %s\n".formatted(quoted(name)));
    yaml.append("protocol: %s\n".formatted(quoted(name)));
    yaml.append("transport: %s\n".formatted(transport.label()));
    yaml.append("title: %s\n".formatted(quoted(name + " (learned)")));
    yaml.append("summary: Asks as in a replayed capture, and compares the answer with those.\n");
    yaml.append("references: []\n");
    if (greets) {
      yaml.append("greets: true\n");
    } else {
      yaml.append("say:\n");
      yaml.append(
          "  - {name: %s, %s, ports: [%d], rarity: 7}\n".formatted(opening, payload(), port));
    }
    yaml.append("hear:\n  - to: %s\n".formatted(opening));
    yaml.append("    pattern: %s\n".formatted(quoted(pattern(extended))));
    Optional<Field> length = lengthField();
    if (length.isPresent()
        && length.get().explanation() instanceof Explanation.LengthOf(_, Form form, int add, _)) {
      yaml.append(
          "    length: {at: %d, size: %d, little: %s, add: %d}\n"
              .formatted(
                  length.get().offset(), length.get().length(), form == Form.LITTLE_ENDIAN, add));
    }
    if (extended) {
      List<String> vary = new ArrayList<>();
      for (Field field : fields) {
        if (field.explanation() instanceof Explanation.MustVary) {
          vary.add("{at: %d, length: %d}".formatted(field.offset(), field.length()));
        }
      }
      if (!vary.isEmpty()) {
        yaml.append("    vary: [%s]\n".formatted(String.join(", ", vary)));
      }
    }
    yaml.append("    sure: %s\n".formatted(sure));
    yaml.append(String.format(Locale.ROOT, "    confidence: %.2f\n", confidence));
    yaml.append("    reason: answers like the server that it was learned from\n");
    yaml.append("examples:\n");
    yaml.append(
        "  - {to: %s, hex: \"%s\", outcome: %s}\n"
            .formatted(opening, example(), sure ? "sure" : "suspected"));
    yaml.append("  - {to: %s, hex: \"%s\", outcome: none}\n".formatted(opening, counterexample()));
    return yaml.toString();
  }

  /** What the pattern lets pass doesn't count. */
  private double confidence(boolean extended) {
    if (extended) {
      return candidate.confidence();
    }
    double bits = candidate.bits();
    for (Field field : fields) {
      boolean open =
          switch (field.explanation()) {
            case Explanation.Address _, Explanation.Port _, Explanation.Time _ -> true;
            case Explanation.LengthOf _ -> !field.equals(lengthField().orElse(null));
            case Explanation.Echo(int from, _) -> !written(from, field.length());
            case Explanation.Constant _,
                Explanation.Counter _,
                Explanation.MustVary _,
                Explanation.Varying _,
                Explanation.TooFewSamples _ ->
                false;
          };
      bits -= open ? field.bits() : 0;
    }
    boolean ours =
        fields.stream()
            .anyMatch(
                field ->
                    field.explanation() instanceof Explanation.Echo(int from, boolean confirmed)
                        && confirmed
                        && written(from, field.length()));
    TextPattern text = candidate.matcher().text();
    ours |= text != null && text.echoBits() > 0;
    return Math.min(
        candidate.confidence(), Credit.confidence(bits, candidate.samples(), ours, true));
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

  private boolean written(int from, int length) {
    return pieces(from, length).isPresent();
  }

  private Optional<Field> lengthField() {
    return fields.stream()
        .filter(
            field ->
                field.explanation() instanceof Explanation.LengthOf(Subject subject, _, _, _)
                    && subject == Subject.ANSWER)
        .findFirst();
  }

  private String pattern(boolean extended) {
    StringBuilder pattern = new StringBuilder();
    int at = 0;
    for (Field field : fields) {
      String piece = piece(field, extended);
      if (field.explanation().binding()) {
        any(pattern, field.offset() - at);
        pattern.append(piece);
        at = field.end();
      }
    }
    TextPattern text = candidate.matcher().text();
    if (text != null) {
      any(pattern, text.from() - at);
      return pattern.append(text(text, extended, true)).toString();
    }
    switch (candidate.matcher().length()) {
      case LengthRule.Fixed(int length) -> {
        any(pattern, length - at);
        pattern.append("\\z");
      }
      case LengthRule.AsRequest(int more) -> {
        int request = candidate.template().slots().stream().mapToInt(Slot::length).sum();
        any(pattern, request + more - at);
        pattern.append("\\z");
      }
      case LengthRule.Between _ -> {}
    }
    return pattern.toString();
  }

  private static void any(StringBuilder pattern, int length) {
    if (length > 0) {
      pattern.append(".{%d}".formatted(length));
    }
  }

  private String piece(Field field, boolean extended) {
    String any = ".{%d}".formatted(field.length());
    String where = "at offset %d".formatted(field.offset());
    return switch (field.explanation()) {
      case Explanation.Constant(_, _, _, boolean maybeAddress) when maybeAddress -> {
        lack("That it is an address, the same in all answers, " + where + ".");
        yield any;
      }
      case Explanation.Constant(Bytes mask, Bytes value, _, _) -> {
        StringBuilder masked = new StringBuilder();
        for (int at = 0; at < mask.length(); at++) {
          masked.append(Regex.masked(mask.at(at), value.at(at)));
        }
        yield masked.toString();
      }
      case Explanation.Echo(int from, _) -> {
        Optional<List<Piece>> pieces = pieces(from, field.length());
        if (pieces.isEmpty()) {
          lack("An echo of more than nine places of the request, " + where + ".");
          yield extended ? "{{request@%d,%d}}".formatted(from, field.length()) : any;
        }
        yield echoed(pieces.get());
      }
      case Explanation.Address address -> {
        lack(
            "The %s's address %s."
                .formatted(address.side() == Side.CLIENT ? "client" : "server", where));
        yield extended
            ? place(address.side(), "", address.form(), address.xor())
            : address.form() == Form.TEXT ? "[0-9A-Fa-f.:]{%d}".formatted(field.length()) : any;
      }
      case Explanation.Port port -> {
        lack(
            "The %s's port %s.".formatted(port.side() == Side.CLIENT ? "client" : "server", where));
        yield extended ? place(port.side(), "-port", port.form(), port.xor()) : any;
      }
      case Explanation.Time(Explanation.Clock clock, Form form) -> {
        lack("The time " + where + ".");
        yield extended
            ? "{{time,%s%s}}"
                .formatted(
                    clock.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    form == Form.LITTLE_ENDIAN ? ",little" : "")
            : any;
      }
      case Explanation.LengthOf length -> {
        if (!field.equals(lengthField().orElse(null))) {
          lack("A second length, or that of the request, " + where + ".");
        }
        yield any;
      }
      case Explanation.MustVary _ -> {
        lack("That it differs in each answer, " + where + ".");
        yield any;
      }
      case Explanation.Counter _ -> {
        lack("That it grows from answer to answer, " + where + ".");
        yield any;
      }
      case Explanation.Varying _, Explanation.TooFewSamples _ -> any;
    };
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

  private static String place(Side side, String port, Form form, Xor xor) {
    String order =
        switch (form) {
          case BIG_ENDIAN -> "";
          case LITTLE_ENDIAN -> ",little";
          case TEXT -> ",text";
        };
    String key =
        switch (xor) {
          case Xor.None _ -> "";
          case Xor.Key(Bytes bytes) -> ",xor=" + bytes.hex();
          case Xor.Request(int offset) -> ",xor=@" + offset;
        };
    return "{{%s%s%s%s}}".formatted(side.name().toLowerCase(Locale.ROOT), port, order, key);
  }

  private void lack(String sentence) {
    lacks.add(sentence);
  }

  /**
   * @param exchange whether places of the request can be referred to; otherwise groups capture the
   *     product and the version
   */
  private String text(TextPattern text, boolean extended, boolean exchange) {
    StringBuilder pattern = new StringBuilder();
    int gaps = 0;
    for (TextPart part : text.parts()) {
      if (part.lazy() && ++gaps > GAPS) {
        lack("More than two gaps in a text: the rest of it is not looked at.");
        break;
      }
      pattern.append(
          switch (part.kind()) {
            case PRODUCT, VERSION -> exchange ? Regex.of(part) : "(" + Regex.of(part) + ")";
            case ECHO -> {
              Optional<List<Piece>> pieces = pieces(part.requestOffset(), part.text().length());
              if (!exchange) {
                yield Regex.of(part);
              }
              if (pieces.isEmpty()) {
                lack("An echo of more than nine places of the request in the text.");
                yield Regex.of(part);
              }
              yield echoed(pieces.get());
            }
            case CLIENT_ADDRESS, SERVER_ADDRESS, CLIENT_PORT -> {
              lack("An address or a port in the text.");
              String place = part.kind().name().toLowerCase(Locale.ROOT).replace("_address", "");
              yield extended ? "{{%s,text}}".formatted(place.replace('_', '-')) : Regex.of(part);
            }
            case LITERAL, DATE, NUMBER, HEX, ANYTHING, LINES -> Regex.of(part);
          });
    }
    return pattern.toString();
  }

  private Optional<String> signatures(String name) {
    TextPattern text = candidate.matcher().text();
    if (text == null || text.from() > 0 && text.from() > EXAMPLE) {
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
    yaml.append("# Learned from %d answers.\n".formatted(candidate.samples()));
    yaml.append("protocol: %s\nsignatures:\n  - id: learned\n".formatted(name));
    yaml.append("    field: answer\n");
    yaml.append("    pattern: %s\n".formatted(quoted(head + text(text, false, false))));
    part(yaml, "    product", product == null ? null : "$" + productGroup);
    part(yaml, "    version", version == null ? null : "$" + versionGroup);
    yaml.append("    examples:\n");
    yaml.append("      - hex: \"%s\"\n".formatted(candidate.example().head(EXAMPLE).hex()));
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
    Bytes answer = candidate.example().head(EXAMPLE);
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
    TextPattern text = candidate.matcher().text();
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
    TextPattern text = candidate.matcher().text();
    if (text != null && text.from() == 0) {
      if (text.parts().getFirst().lazy()) {
        return "00"; // no text at all
      }
      return answer.slice(1, answer.length()).head(EXAMPLE).hex();
    }
    int end =
        candidate.matcher().length() instanceof LengthRule.Between
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
