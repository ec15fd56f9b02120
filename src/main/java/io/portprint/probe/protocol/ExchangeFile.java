package io.portprint.probe.protocol;

import io.portprint.fingerprint.Transport;
import io.portprint.probe.protocol.Exchange.Again;
import io.portprint.probe.protocol.Exchange.Ask;
import io.portprint.probe.protocol.Exchange.Example;
import io.portprint.probe.protocol.Exchange.Hear;
import io.portprint.probe.protocol.Exchange.Length;
import io.portprint.probe.protocol.Exchange.Origin;
import io.portprint.probe.protocol.Exchange.Payload;
import io.portprint.probe.protocol.Exchange.Say;
import io.portprint.probe.protocol.Exchange.Stretch;
import io.portprint.probe.protocol.Exchange.Told;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** Reads {@code exchanges/*.yaml}: one exchange each, or a list of them. Strict. */
final class ExchangeFile {

  private static final String FILES = "classpath*:exchanges/*.yaml";

  private final String where;

  private ExchangeFile(String where) {
    this.where = where;
  }

  static List<Exchange> ofClassPath() {
    try {
      Resource[] files = new PathMatchingResourcePatternResolver().getResources(FILES);
      Arrays.sort(files, Comparator.comparing(Resource::getFilename));
      List<Exchange> all = new ArrayList<>();
      for (Resource file : files) {
        all.addAll(
            read(
                Objects.requireNonNull(file.getFilename()),
                file.getContentAsString(StandardCharsets.UTF_8)));
      }
      return List.copyOf(all);
    } catch (IOException e) {
      throw new UncheckedIOException("exchanges can't be read", e);
    }
  }

  /**
   * @throws IllegalArgumentException where anything is wrong, missing or unknown
   */
  static List<Exchange> read(String name, String yaml) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    try {
      Object content = new Yaml(new SafeConstructor(options)).load(yaml);
      if (content == null) {
        throw new IllegalArgumentException(name + " is empty");
      }
      List<?> items = content instanceof List<?> list ? list : List.of(content);
      ExchangeFile file = new ExchangeFile(name);
      return items.stream().map(file::exchange).toList();
    } catch (YAMLException e) {
      throw new IllegalArgumentException(name + " is no YAML: " + e.getMessage(), e);
    }
  }

  private Exchange exchange(Object item) {
    Keys keys = new Keys(where, item);
    Exchange exchange =
        new Exchange(
            keys.text("name"),
            keys.text("protocol"),
            Transport.valueOf(keys.text("transport").toUpperCase(Locale.ROOT)),
            keys.text("title"),
            keys.text("summary"),
            keys.list("references").stream().map(String::valueOf).toList(),
            keys.flag("greets"),
            keys.items("say").stream().map(ExchangeFile::say).toList(),
            keys.items("hear").stream().map(ExchangeFile::hear).toList(),
            keys.items("ask").stream().map(ExchangeFile::ask).toList(),
            keys.has("again") ? again(keys.inner("again")) : null,
            keys.items("examples").stream().map(ExchangeFile::example).toList(),
            keys.has("learned") ? origin(keys.inner("learned")) : null);
    keys.end();
    if (exchange.hear().isEmpty() || exchange.examples().isEmpty()) {
      throw new IllegalArgumentException(where + ": hears nothing, or has no example");
    }
    return exchange;
  }

  private static Say say(Keys keys) {
    Set<Integer> ports = new HashSet<>();
    keys.list("ports").forEach(port -> ports.add(keys.integer(port)));
    List<String> alpn = keys.list("alpn").stream().map(String::valueOf).toList();
    return keys.ended(
        new Say(keys.text("name"), keys.payload(""), ports, (int) keys.number("rarity", 7), alpn));
  }

  private static Hear hear(Keys keys) {
    String told = keys.optional("told");
    Length length = null;
    if (keys.has("length")) {
      Keys inner = keys.inner("length");
      length =
          inner.ended(
              new Length(
                  (int) inner.number("at", 0),
                  (int) inner.number("size", 4),
                  inner.flag("little"),
                  (int) inner.number("add", 0)));
    }
    return keys.ended(
        new Hear(
            keys.text("to"),
            new Shape(keys.text("pattern")),
            length,
            stretches(keys.items("vary")),
            stretches(keys.items("steady")),
            keys.flag("sure"),
            keys.flag("refusal"),
            keys.number("confidence", 0.5),
            keys.optional("field"),
            told == null ? null : new Told(told),
            keys.text("reason")));
  }

  private static List<Stretch> stretches(List<Keys> items) {
    return items.stream()
        .map(
            keys ->
                keys.ended(new Stretch((int) keys.number("at", 0), (int) keys.number("length", 1))))
        .toList();
  }

  private static Again again(Keys keys) {
    return keys.ended(new Again((int) keys.number("times", 3), keys.number("confidence", 0.5)));
  }

  private static Origin origin(Keys keys) {
    return keys.ended(
        new Origin(
            keys.instant("at"),
            (int) keys.number("answers", 0),
            keys.number("bits", 0),
            keys.number("bitsOfThree", 0),
            keys.number("freshBits", 0)));
  }

  private static Ask ask(Keys keys) {
    return keys.ended(
        new Ask(
            keys.text("name"),
            keys.payload(""),
            new Shape(keys.text("pattern")),
            keys.number("weight", 0.8),
            keys.optional("field"),
            keys.text("reason"),
            keys.payload("answer-")));
  }

  private static Example example(Keys keys) {
    return keys.ended(new Example(keys.text("to"), keys.payload(""), keys.text("outcome")));
  }

  /** The keys of a mapping, each to be taken once. */
  private static final class Keys {

    private final String where;
    private final Map<String, Object> left = new LinkedHashMap<>();

    Keys(String where, Object item) {
      this.where = where;
      if (!(item instanceof Map<?, ?> map)) {
        throw new IllegalArgumentException(where + ": no mapping: " + item);
      }
      map.forEach((key, value) -> left.put(String.valueOf(key), present(key, value)));
    }

    private Object present(Object key, @Nullable Object value) {
      if (value == null) {
        throw new IllegalArgumentException(where + ": nothing stands after " + key);
      }
      return value;
    }

    Instant instant(String key) {
      String text = text(key);
      try {
        return Instant.parse(text);
      } catch (DateTimeParseException e) {
        throw new IllegalArgumentException(where + ": no instant: " + text, e);
      }
    }

    boolean has(String key) {
      return left.containsKey(key);
    }

    String text(String key) {
      String text = optional(key);
      if (text == null) {
        throw new IllegalArgumentException(where + ": lacks " + key + " beside " + left.keySet());
      }
      return text;
    }

    @Nullable String optional(String key) {
      Object value = left.remove(key);
      return value == null ? null : value.toString();
    }

    boolean flag(String key) {
      return left.remove(key) instanceof Boolean set && set;
    }

    double number(String key, double otherwise) {
      return left.remove(key) instanceof Number number ? number.doubleValue() : otherwise;
    }

    int integer(Object value) {
      if (!(value instanceof Integer number)) {
        throw new IllegalArgumentException(where + ": no number: " + value);
      }
      return number;
    }

    List<?> list(String key) {
      return left.remove(key) instanceof List<?> list ? list : List.of();
    }

    List<Keys> items(String key) {
      return list(key).stream().map(item -> new Keys(where + ", " + key, item)).toList();
    }

    Keys inner(String key) {
      return new Keys(where + ", " + key, Objects.requireNonNull(left.remove(key)));
    }

    Payload payload(String prefix) {
      String digits = optional(prefix + "hex");
      return digits == null ? Payload.text(text(prefix + "text")) : Payload.hex(digits);
    }

    <T> T ended(T result) {
      end();
      return result;
    }

    void end() {
      if (!left.isEmpty()) {
        throw new IllegalArgumentException(where + ": unknown " + left.keySet());
      }
    }
  }
}
