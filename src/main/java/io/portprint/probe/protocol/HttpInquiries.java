package io.portprint.probe.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Questions of their own for products that don't name themselves: data, from {@code
 * resources/inquiries/http.yaml}, read strictly. Each is a GET of a path that changes nothing; the
 * body of the answer is tried on the signatures of a field.
 */
record HttpInquiries(List<Inquiry> all) {

  /**
   * One question.
   *
   * @param when what has to be known before it is worth asking
   * @param ask the path, with its query
   * @param field what the body is tried on, such as {@code http.etcd-version}
   */
  record Inquiry(String id, Condition when, String ask, String field) {}

  /**
   * What the answer to {@code GET /} has to be; what is absent doesn't matter.
   *
   * @param named a product that it has to name, without its version
   * @param bare whether it has no header field that HTTP servers send
   * @param with header fields that it must have
   * @param without header fields that it must not have
   */
  record Condition(
      @Nullable String named,
      List<Integer> status,
      boolean bare,
      List<String> with,
      List<String> without,
      @Nullable Pattern body) {

    boolean holds(HttpMessage message, @Nullable String unversioned) {
      return Objects.equals(named, unversioned)
          && (status.isEmpty() || status.contains(message.status()))
          && (!bare || message.telling() == 0)
          && with.stream().allMatch(name -> message.value(name).isPresent())
          && without.stream().allMatch(name -> message.value(name).isEmpty())
          && (body == null || body.matcher(message.body().head(SUBJECT).latin1()).find());
    }
  }

  private static final int SUBJECT = 4096;
  private static final String FILE = "/inquiries/http.yaml";
  private static final Pattern NAME = Pattern.compile("[a-z0-9]+(?:-[a-z0-9]+)*");

  /** A path, or what a proxy takes for a page of its own. */
  private static final Pattern PATH = Pattern.compile("(?:http://p\\.p)?/[!-~]{0,200}");

  HttpInquiries {
    all = List.copyOf(all);
  }

  static HttpInquiries own() {
    try (InputStream content = HttpInquiries.class.getResourceAsStream(FILE)) {
      if (content == null) {
        throw new IllegalStateException("not on the class path: " + FILE);
      }
      return read(new String(content.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @throws IllegalArgumentException where anything is wrong, missing or unknown; the message names
   *     the entry
   */
  static HttpInquiries read(String yaml) {
    Map<String, Object> file = mapping("the file", load(yaml), Set.of("inquiries"));
    List<Inquiry> inquiries = new ArrayList<>();
    for (Object entry : list("inquiries", file.get("inquiries"))) {
      String where = "inquiry " + (inquiries.size() + 1);
      Map<String, Object> keys = mapping(where, entry, Set.of("id", "when", "ask", "field"));
      inquiries.add(
          new Inquiry(
              text(where, "id", keys.get("id"), NAME),
              condition(where, keys.get("when")),
              text(where, "ask", keys.get("ask"), PATH),
              "http." + text(where, "field", keys.get("field"), NAME)));
    }
    return new HttpInquiries(inquiries);
  }

  /**
   * What is worth asking after this answer.
   *
   * @param unversioned the product that has been named and didn't tell its version; null where
   *     nothing has been named
   */
  List<Inquiry> after(HttpMessage message, @Nullable String unversioned) {
    return all.stream().filter(inquiry -> inquiry.when().holds(message, unversioned)).toList();
  }

  private static Object load(String yaml) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    try {
      return Optional.ofNullable((Object) new Yaml(new SafeConstructor(options)).load(yaml))
          .orElseThrow(() -> new IllegalArgumentException("the file is empty"));
    } catch (YAMLException e) {
      throw new IllegalArgumentException("no YAML: " + e.getMessage(), e);
    }
  }

  private static Condition condition(String where, @Nullable Object value) {
    Map<String, Object> keys =
        mapping(
            where + ", when", value, Set.of("named", "status", "bare", "with", "without", "body"));
    List<Integer> status = new ArrayList<>();
    for (Object one : keys.containsKey("status") ? list(where, keys.get("status")) : List.of()) {
      if (!(one instanceof Integer code)) {
        throw new IllegalArgumentException(where + ": status is no number: " + one);
      }
      status.add(code);
    }
    Object bare = keys.getOrDefault("bare", false);
    if (!(bare instanceof Boolean isBare)) {
      throw new IllegalArgumentException(where + ": bare is neither true nor false");
    }
    Object named = keys.get("named");
    Object body = keys.get("body");
    if (keys.isEmpty()
        || (body != null && !(body instanceof String))
        || (named != null && !(named instanceof String))) {
      throw new IllegalArgumentException(
          where + ": a condition says something, named is a product and body a pattern");
    }
    return new Condition(
        (String) named,
        List.copyOf(status),
        isBare,
        names(where, keys.get("with")),
        names(where, keys.get("without")),
        body == null ? null : Pattern.compile((String) body));
  }

  private static List<String> names(String where, @Nullable Object value) {
    List<String> names = new ArrayList<>();
    for (Object one : value == null ? List.of() : list(where, value)) {
      names.add(text(where, "a header field", one, NAME));
    }
    return List.copyOf(names);
  }

  private static Map<String, Object> mapping(
      String where, @Nullable Object value, Set<String> known) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException(where + " is no mapping");
    }
    Map<String, Object> keys = new HashMap<>();
    map.forEach(
        (key, one) -> {
          if (!(key instanceof String name) || !known.contains(name)) {
            throw new IllegalArgumentException(where + " has the unknown key " + key);
          }
          keys.put(name, one);
        });
    return keys;
  }

  private static List<?> list(String where, @Nullable Object value) {
    if (!(value instanceof List<?> list) || list.isEmpty()) {
      throw new IllegalArgumentException(where + ": missing or no list");
    }
    return list;
  }

  private static String text(String where, String key, @Nullable Object value, Pattern form) {
    if (!(value instanceof String text) || !form.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "%s: %s is missing or malformed: %s".formatted(where, key, value));
    }
    return text;
  }
}
