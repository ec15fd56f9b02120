package io.portprint.signature;

import io.portprint.fingerprint.Bytes;
import io.portprint.signature.RegexTree.NotUnderstood;
import io.portprint.signature.Rule.Example;
import io.portprint.signature.Rule.Part;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * One file of the own book, read strictly: what is not understood is a fault, so that a slip of the
 * pen shows at once and not as a service that is never recognised.
 */
final class SignatureFile {

  private static final Set<String> PARTS =
      Stream.of(Part.values()).map(SignatureFile::key).collect(Collectors.toUnmodifiableSet());
  private static final Set<String> FILE_KEYS = Set.of("protocol", "signatures");
  private static final Set<String> ENTRY_KEYS =
      union(PARTS, Set.of("id", "field", "pattern", "flags", "cpe", "examples"));
  private static final Set<String> EXAMPLE_KEYS = union(PARTS, Set.of("text", "hex", "cpe"));
  private static final Pattern NAME = Pattern.compile("[a-z0-9]+(?:[.-][a-z0-9]+)*");
  private static final Pattern FIELD = Pattern.compile("[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*");

  private final String file;
  private final String protocol;

  private SignatureFile(String file, String protocol) {
    this.file = file;
    this.protocol = protocol;
  }

  /**
   * The entries in file order.
   *
   * @throws SignatureException where anything is wrong, missing or unknown
   */
  static List<Rule> read(String file, String yaml) {
    Map<String, Object> content = mapping(file, "the file", parse(file, yaml), FILE_KEYS);
    SignatureFile reader = new SignatureFile(file, name(file, "protocol", content.get("protocol")));
    List<Rule> rules = new ArrayList<>();
    for (Object entry : sequence(file, "signatures", content.get("signatures"))) {
      rules.add(reader.rule(entry, rules.size() + 1));
    }
    return rules;
  }

  /**
   * Every plain scalar is text: 3.10 is a version and not a number, {@code no} is a word and not a
   * truth value.
   */
  private static Object parse(String file, String yaml) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    DumperOptions dumping = new DumperOptions();
    Resolver textOnly =
        new Resolver() {
          @Override
          protected void addImplicitResolvers() {}
        };
    try {
      Object content =
          new Yaml(
                  new SafeConstructor(options),
                  new Representer(dumping),
                  dumping,
                  options,
                  textOnly)
              .load(yaml);
      if (content == null) {
        throw new SignatureException(file, "is empty");
      }
      return content;
    } catch (YAMLException broken) {
      throw new SignatureException(file, String.valueOf(broken.getMessage()), broken);
    }
  }

  private Rule rule(Object entry, int number) {
    Map<String, Object> keys = mapping(file, entryName(entry, number), entry, ENTRY_KEYS);
    String where = file + ": " + entryName(entry, number);
    String id = protocol + "/" + name(where, "id", keys.get("id"));
    String field = text(where, "field", keys.get("field"));
    if (!FIELD.matcher(field).matches()) {
      throw new SignatureException(where, "field is no name: " + field);
    }
    Pattern pattern = pattern(where, keys);
    int groups = pattern.matcher("").groupCount();

    Map<Part, Template> values = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      Object value = keys.get(key(part));
      if (value != null) {
        values.put(part, template(where, key(part), value, groups));
      }
    }
    List<Template> cpe = new ArrayList<>();
    for (Object one : oneOrMore(where, "cpe", keys.get("cpe"))) {
      Template template = template(where, "cpe", one, groups);
      if (!template.isCpe()) {
        throw new SignatureException(where, "cpe is no CPE 2.3 formatted string: " + one);
      }
      cpe.add(template);
    }
    if (values.isEmpty()) {
      throw new SignatureException(where, "names nothing");
    }

    List<Example> examples = new ArrayList<>();
    for (Object example : sequence(where, "examples", keys.get("examples"))) {
      examples.add(example(where + ": example " + (examples.size() + 1), example));
    }
    return new Rule(id, protocol + "." + field, pattern, values, cpe, examples);
  }

  private static Pattern pattern(String where, Map<String, Object> keys) {
    String source = text(where, "pattern", keys.get("pattern"));
    int flags = 0;
    Object letters = keys.get("flags");
    if (letters != null) {
      for (char letter : text(where, "flags", letters).toCharArray()) {
        flags |=
            switch (letter) {
              case 'i' -> Pattern.CASE_INSENSITIVE;
              case 's' -> Pattern.DOTALL;
              case 'm' -> Pattern.MULTILINE;
              default -> throw new SignatureException(where, "unknown flag " + letter);
            };
      }
    }
    try {
      Pattern pattern = Pattern.compile(source, flags);
      if (UnreadSteps.of(RegexTree.of(pattern)) > UnreadSteps.LIMIT) {
        throw new SignatureException(
            where, "pattern can backtrack without end over parts that may be empty");
      }
      return pattern;
    } catch (NotUnderstood unknown) {
      throw new SignatureException(
          where, "pattern has syntax that is not vouched for: " + unknown.getMessage(), unknown);
    } catch (PatternSyntaxException broken) {
      throw new SignatureException(
          where, "pattern does not compile: " + broken.getDescription(), broken);
    }
  }

  private static Template template(String where, String key, Object value, int groups) {
    Template template = new Template(text(where, key, value));
    for (int group : template.groups()) {
      if (group > groups) {
        throw new SignatureException(
            where, "%s refers to $%d, the pattern has %d groups".formatted(key, group, groups));
      }
    }
    return template;
  }

  private static Example example(String where, Object content) {
    Map<String, Object> keys = mapping(where, "it", content, EXAMPLE_KEYS);
    Object text = keys.get("text");
    Object hex = keys.get("hex");
    if ((text == null) == (hex == null)) {
      throw new SignatureException(where, "has either text or hex");
    }
    Map<String, List<String>> expected = new HashMap<>();
    keys.forEach(
        (key, value) -> {
          if (PARTS.contains(key)) {
            expected.put(key, List.of(string(where, key, value)));
          } else if (key.equals("cpe")) {
            expected.put(
                key,
                oneOrMore(where, key, value).stream().map(one -> string(where, key, one)).toList());
          }
        });
    return new Example(
        text != null ? latin1(where, string(where, "text", text)) : hex(where, hex), expected);
  }

  private static Bytes latin1(String where, String text) {
    if (text.chars().anyMatch(c -> c > 0xff)) {
      throw new SignatureException(where, "text holds more than ISO-8859-1; write it as hex");
    }
    return Bytes.latin1(text);
  }

  private static Bytes hex(String where, @Nullable Object digits) {
    try {
      return Bytes.hex(text(where, "hex", digits));
    } catch (IllegalArgumentException broken) {
      throw new SignatureException(where, "hex is not hexadecimal", broken);
    }
  }

  private static String entryName(Object entry, int number) {
    return entry instanceof Map<?, ?> keys && keys.get("id") instanceof String id
        ? "entry " + number + " (" + id + ")"
        : "entry " + number;
  }

  private static Map<String, Object> mapping(
      String where, String what, @Nullable Object value, Set<String> known) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new SignatureException(where, what + " is no mapping");
    }
    Map<String, Object> keys = new HashMap<>();
    map.forEach(
        (key, one) -> {
          if (!(key instanceof String name) || !known.contains(name)) {
            throw new SignatureException(where, what + " has the unknown key " + key);
          }
          keys.put(name, one);
        });
    return keys;
  }

  private static List<?> sequence(String where, String key, @Nullable Object value) {
    if (!(value instanceof List<?> list) || list.isEmpty()) {
      throw new SignatureException(where, key + " is missing or no list");
    }
    return list;
  }

  private static List<?> oneOrMore(String where, String key, @Nullable Object value) {
    return switch (value) {
      case null -> List.of();
      case List<?> list -> sequence(where, key, list);
      default -> List.of(value);
    };
  }

  private static String name(String where, String key, @Nullable Object value) {
    String name = text(where, key, value);
    if (!NAME.matcher(name).matches()) {
      throw new SignatureException(where, key + " is no lower-case name: " + name);
    }
    return name;
  }

  private static String text(String where, String key, @Nullable Object value) {
    if (value == null) {
      throw new SignatureException(where, key + " is missing");
    }
    String text = string(where, key, value);
    if (text.isBlank()) {
      throw new SignatureException(where, key + " is empty");
    }
    return text;
  }

  private static String string(String where, String key, Object value) {
    if (!(value instanceof String text)) {
      throw new SignatureException(where, key + " is no text");
    }
    return text;
  }

  private static String key(Part part) {
    return part.name().toLowerCase(Locale.ROOT);
  }

  private static Set<String> union(Set<String> one, Set<String> other) {
    return Stream.concat(one.stream(), other.stream()).collect(Collectors.toUnmodifiableSet());
  }
}
