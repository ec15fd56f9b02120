package io.portprint.signature;

import io.portprint.fingerprint.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** The own book: the signatures that are written here, one file per protocol. */
final class YamlSignatureBook implements SignatureBook {

  private static final String FILES = "classpath*:signatures/*.yaml";
  static final String ORIGIN = "own";

  private final List<Rule> rules;
  private final Map<String, Shelf<Rule>> shelves;
  private final LongAdder abandoned = new LongAdder();

  private YamlSignatureBook(List<Rule> rules) {
    this.rules = List.copyOf(rules);
    this.shelves =
        rules.stream()
            .collect(
                Collectors.groupingBy(
                    Rule::field,
                    Collectors.collectingAndThen(
                        Collectors.toList(), some -> new Shelf<>(some, abandoned))));
  }

  /** The book of all files of the class path, in the order of their names. */
  static YamlSignatureBook ofClassPath() {
    try {
      Map<String, String> files = new LinkedHashMap<>();
      Resource[] resources = new PathMatchingResourcePatternResolver().getResources(FILES);
      Arrays.sort(resources, Comparator.comparing(YamlSignatureBook::nameOf));
      for (Resource resource : resources) {
        String name = "signatures/" + nameOf(resource);
        if (files.put(name, resource.getContentAsString(StandardCharsets.UTF_8)) != null) {
          throw new SignatureException(name, "is on the class path twice");
        }
      }
      return of(files);
    } catch (IOException unreadable) {
      throw new UncheckedIOException("signature files can't be read", unreadable);
    }
  }

  /** The book of files that are given as text by their names, in the order of the map. */
  static YamlSignatureBook of(Map<String, String> files) {
    List<Rule> rules =
        files.entrySet().stream()
            .flatMap(file -> SignatureFile.read(file.getKey(), file.getValue()).stream())
            .toList();
    Map<String, Rule> byId = new HashMap<>();
    for (Rule rule : rules) {
      if (byId.put(rule.id(), rule) != null) {
        throw new SignatureException(String.join(", ", files.keySet()), "two entries " + rule.id());
      }
    }
    return new YamlSignatureBook(rules);
  }

  @Override
  public Optional<Match> match(String field, Bytes subject) {
    Shelf<Rule> shelf = shelves.get(field);
    if (shelf == null) {
      return Optional.empty();
    }
    String text = subject.head(Shelf.SUBJECT_LIMIT).latin1();
    return shelf.first(text, (rule, matcher) -> rule.match(text, matcher));
  }

  @Override
  public List<Signature> signatures() {
    return rules.stream().map(rule -> rule.shown(ORIGIN)).toList();
  }

  @Override
  public List<Example> examples() {
    return rules.stream()
        .flatMap(
            rule ->
                rule.examples().stream()
                    .map(example -> new Example(rule.protocol(), example.subject())))
        .toList();
  }

  Map<String, Shelf<Rule>> shelves() {
    return shelves;
  }

  List<Rule> rules() {
    return rules;
  }

  /** How often a signature was given up on before it matched or failed. */
  long abandoned() {
    return abandoned.sum();
  }

  private static String nameOf(Resource resource) {
    return Objects.requireNonNull(resource.getFilename(), "a file on the class path has a name");
  }
}
