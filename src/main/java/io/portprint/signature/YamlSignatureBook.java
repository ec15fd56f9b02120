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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** The own book: the signatures that are written here, one file per protocol. */
final class YamlSignatureBook implements SignatureBook {

  /** Bytes of a subject that are looked at: banners that tell anything tell it early. */
  static final int SUBJECT_LIMIT = 8 * 1024;

  /**
   * Characters that one signature may read of one subject. A sound pattern reads each character a
   * few times; this is over a hundred times the longest subject, and takes a few milliseconds.
   */
  static final int STEPS = 1_000_000;

  private static final String FILES = "classpath*:signatures/*.yaml";
  private static final String ORIGIN = "own";
  private static final Logger LOG = LoggerFactory.getLogger(YamlSignatureBook.class);

  private final List<Rule> rules;
  private final Map<String, Shelf> shelves;
  private final LongAdder abandoned = new LongAdder();

  private YamlSignatureBook(List<Rule> rules) {
    this.rules = List.copyOf(rules);
    this.shelves =
        rules.stream()
            .collect(
                Collectors.groupingBy(
                    Rule::field, Collectors.collectingAndThen(Collectors.toList(), Shelf::new)));
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
    Shelf shelf = shelves.get(field);
    if (shelf == null) {
      return Optional.empty();
    }
    String text = subject.head(SUBJECT_LIMIT).latin1();
    for (Rule rule : shelf.candidates(text)) {
      Optional<Match> match = attempt(rule, text);
      if (match.isPresent()) {
        return match;
      }
    }
    return Optional.empty();
  }

  @Override
  public List<Signature> signatures() {
    return rules.stream().map(rule -> rule.shown(ORIGIN)).toList();
  }

  List<Rule> rules() {
    return rules;
  }

  /** How often a signature was given up on before it matched or failed. */
  long abandoned() {
    return abandoned.sum();
  }

  /**
   * A pattern can exhaust the stack as well as the budget: alternatives under a star recurse once
   * per character.
   */
  private Optional<Match> attempt(Rule rule, String text) {
    try {
      return rule.match(text, STEPS);
    } catch (MeteredText.OutOfSteps | StackOverflowError _) {
      abandoned.increment();
      LOG.atDebug()
          .addKeyValue("signature", rule.id())
          .addKeyValue("length", text.length())
          .log("signature abandoned");
      return Optional.empty();
    }
  }

  private static String nameOf(Resource resource) {
    return Objects.requireNonNull(resource.getFilename(), "a file on the class path has a name");
  }

  /**
   * The signatures of one field. An index by required literals goes here, and shortens what it
   * returns.
   */
  private record Shelf(List<Rule> rules) {

    /** The rules that may match the text, in file order. */
    List<Rule> candidates(String text) {
      return rules;
    }
  }
}
