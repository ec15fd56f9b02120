package io.portprint.signature;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Span;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A fingerprint of Recog, ready to be tried.
 *
 * @param id {@code recog/}, the file without its ending, and the number of the line
 * @param params in the order of the file
 */
record RecogRule(
    String id,
    String field,
    Pattern pattern,
    @Nullable String protocol,
    List<Param> params,
    List<Example> examples)
    implements Shelf.Tried {

  private static final Pattern REFERENCE = Pattern.compile("\\{([A-Za-z0-9_.]+)\\}");
  private static final String TEMPORARY = "_tmp.";
  private static final String CPE = ".cpe23";

  /**
   * A value that a match sets.
   *
   * @param group that it is taken from; 0 where the value is given
   * @param value with {@code {name}} where another param goes; empty where a group is named
   */
  record Param(String name, int group, String value) {}

  /**
   * Recog's own proof of a fingerprint.
   *
   * @param expected params by name; what else is set is not looked at
   */
  record Example(Bytes subject, Map<String, String> expected) {

    Example {
      expected = Map.copyOf(expected);
    }
  }

  RecogRule {
    params = List.copyOf(params);
    examples = List.copyOf(examples);
  }

  Signature shown() {
    String product =
        params.stream()
            .filter(param -> param.name.equals("service.product"))
            .map(param -> param.group == 0 ? param.value : "$" + param.group)
            .findFirst()
            .orElse(null);
    return new Signature(id, null, field, pattern.pattern(), product, RecogBook.ORIGIN);
  }

  Match match(String text, Matcher matcher) {
    Map<String, String> values = values(group -> Rule.captured(matcher, text, group), "");
    Service service =
        new Service(
            values.get("service.protocol"),
            values.get("service.product"),
            values.get("service.version"),
            first(values, "service.component.product", "apache.info", "openssh.comment"),
            values.get("host.name"),
            os(values),
            first(values, "hw.product", "hw.device", "os.device", "service.device"),
            values.entrySet().stream()
                .filter(value -> value.getKey().endsWith(CPE))
                .flatMap(value -> cpe(value.getValue()).stream())
                .distinct()
                .toList(),
            false);
    Span span = new Span(matcher.start(), matcher.end() - matcher.start());
    return new Match(id, service, List.of(span));
  }

  /**
   * The params as Recog itself gives them: as they were captured, and with a hyphen for what is
   * absent from a CPE name.
   */
  Map<String, String> recogValues(Matcher matcher) {
    Map<String, String> values =
        values(group -> Optional.ofNullable(matcher.group(group)).map(Rule::decoded), "-");
    if (protocol != null) {
      values.putIfAbsent("service.protocol", protocol);
    }
    return values;
  }

  private Map<String, String> values(IntFunction<Optional<String>> captured, String absentInCpe) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Param param : params) {
      if (param.group == 0) {
        values.put(param.name, param.value);
      } else {
        captured
            .apply(param.group)
            .filter(value -> !value.isEmpty())
            .ifPresent(value -> values.put(param.name, value));
      }
    }
    Map<String, String> plain = Map.copyOf(values);
    for (Param param : params) {
      if (param.group == 0 && param.value.indexOf('{') >= 0) {
        boolean cpe = param.name.endsWith(CPE);
        values.put(
            param.name,
            REFERENCE
                .matcher(param.value)
                .replaceAll(
                    reference -> {
                      String value = plain.get(reference.group(1));
                      return Matcher.quoteReplacement(
                          value == null
                              ? cpe ? absentInCpe : ""
                              : cpe ? CpeUri.quoted(value) : value);
                    }));
      }
    }
    values.keySet().removeIf(name -> name.startsWith(TEMPORARY));
    return values;
  }

  private static @Nullable String os(Map<String, String> values) {
    String product = first(values, "os.product", "os.family");
    String version = values.get("os.version");
    return product == null || version == null ? product : product + " " + version;
  }

  private static @Nullable String first(Map<String, String> values, String... names) {
    return Stream.of(names).map(values::get).filter(Objects::nonNull).findFirst().orElse(null);
  }

  private static Optional<String> cpe(String value) {
    return CpeUri.formatted(value);
  }
}
