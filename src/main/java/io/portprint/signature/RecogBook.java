package io.portprint.signature;

import io.portprint.fingerprint.Bytes;
import io.portprint.signature.ForeignRegex.Fixup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recog's fingerprints from an operator's folder. Its fields are {@code recog.} and what Recog says
 * a file matches, such as {@code recog.http_header.server}; what goes there is Recog's: a banner
 * comes without its reply code and line end.
 */
final class RecogBook implements SignatureBook {

  /** The book of an operator who has none. */
  static final RecogBook EMPTY = new RecogBook(List.of());

  static final String ORIGIN = "recog";

  private static final int SIZE_LIMIT = 8 * 1024 * 1024;
  private static final int MOST_FILES = 1000;
  private static final String ENDING = ".xml";
  private static final Logger LOG = LoggerFactory.getLogger(RecogBook.class);

  private final Map<String, Shelf<RecogRule>> shelves;
  private final LongAdder abandoned = new LongAdder();

  private RecogBook(List<RecogRule> rules) {
    this.shelves =
        rules.stream()
            .collect(
                Collectors.groupingBy(
                    RecogRule::field,
                    LinkedHashMap::new,
                    Collectors.collectingAndThen(
                        Collectors.toList(), some -> new Shelf<>(some, abandoned))));
  }

  /**
   * @param folder that holds the XML files, or whose folder {@code xml} does
   * @throws SignatureException where a file can't be read or is none of Recog's; the message names
   *     file and line
   */
  static RecogBook read(Path folder) {
    Path inner = folder.resolve("xml");
    Map<String, byte[]> files = new LinkedHashMap<>();
    try (Stream<Path> found = Files.list(Files.isDirectory(inner) ? inner : folder)) {
      List<Path> xml =
          found
              .filter(file -> file.getFileName().toString().endsWith(ENDING))
              .filter(Files::isRegularFile)
              .sorted()
              .limit(MOST_FILES + 1L)
              .toList();
      if (xml.isEmpty() || xml.size() > MOST_FILES) {
        throw new SignatureException(
            folder.toString(), "holds none or over " + MOST_FILES + " XML files");
      }
      xml.forEach(file -> files.put(file.toString(), BoundedFile.read(file, SIZE_LIMIT)));
    } catch (IOException unreadable) {
      throw new SignatureException(folder.toString(), "can't be read as a folder", unreadable);
    }
    return of(files);
  }

  /** The book of files by their names, in the order of the map. */
  static RecogBook of(Map<String, byte[]> files) {
    Map<Fixup, Integer> fixups = new EnumMap<>(Fixup.class);
    List<String> leftOut = new ArrayList<>();
    List<RecogRule> rules = new ArrayList<>();
    List<ReadFile> read =
        List.copyOf(files.entrySet()).parallelStream()
            .map(file -> ReadFile.of(file.getKey(), file.getValue()))
            .toList();
    for (ReadFile one : read) {
      rules.addAll(one.rules());
      leftOut.addAll(one.leftOut());
      one.fixups().forEach((fixup, times) -> fixups.merge(fixup, times, Integer::sum));
    }
    RecogBook book = new RecogBook(rules);
    for (String line : leftOut) {
      LOG.atWarn().addKeyValue("left", line).log("fingerprint left out");
    }
    LOG.atInfo()
        .addKeyValue("files", files.size())
        .addKeyValue("signatures", rules.size())
        .addKeyValue("leftOut", leftOut.size())
        .addKeyValue("fixups", fixups)
        .log("Recog's files read");
    return book;
  }

  /** What one file holds: files don't know each other, so they are read side by side. */
  private record ReadFile(List<RecogRule> rules, Map<Fixup, Integer> fixups, List<String> leftOut) {

    static ReadFile of(String file, byte[] content) {
      Map<Fixup, Integer> fixups = new EnumMap<>(Fixup.class);
      List<String> leftOut = new ArrayList<>();
      return new ReadFile(
          RecogFile.read(file, name(file), content, fixups, leftOut), fixups, leftOut);
    }
  }

  @Override
  public Optional<Match> match(String field, Bytes subject) {
    Shelf<RecogRule> shelf = shelves.get(field);
    if (shelf == null) {
      return Optional.empty();
    }
    String text = subject.head(Shelf.SUBJECT_LIMIT).latin1();
    return shelf.first(text, (rule, matcher) -> rule.match(text, matcher));
  }

  @Override
  public List<Signature> signatures() {
    return shelves.values().stream()
        .flatMap(shelf -> shelf.rules().stream())
        .map(RecogRule::shown)
        .toList();
  }

  /** How often a signature was given up on before it matched or failed. */
  long abandoned() {
    return abandoned.sum();
  }

  Map<String, Shelf<RecogRule>> shelves() {
    return shelves;
  }

  private static String name(String file) {
    String last = Path.of(file).getFileName().toString();
    return last.endsWith(ENDING) ? last.substring(0, last.length() - ENDING.length()) : last;
  }
}
