package io.portprint.signature;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Transport;
import io.portprint.signature.ForeignRegex.Fixup;
import io.portprint.signature.NmapProbe.Ports;
import io.portprint.signature.NmapProbeFile.Section;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An operator's own probe file in Nmap's format: what to say, and what the answers mean. Without
 * such a file it is empty.
 *
 * <p>Its signatures are also a {@link SignatureBook} whose fields are those of {@link
 * NmapProbe#field}.
 */
public final class NmapBook implements SignatureBook {

  /** The book of an operator who has none. */
  public static final NmapBook EMPTY = new NmapBook(List.of(), Map.of());

  static final String ORIGIN = "nmap";

  private static final String LISTENING = NmapProbe.field(Transport.TCP, "NULL");
  private static final int SIZE_LIMIT = 32 * 1024 * 1024;
  private static final Logger LOG = LoggerFactory.getLogger(NmapBook.class);

  private final List<NmapProbe> probes;
  private final Map<Transport, Ports> excluded;
  private final Map<String, Shelf<NmapRule>> shelves = new LinkedHashMap<>();
  private final LongAdder abandoned = new LongAdder();

  private NmapBook(List<Section> sections, Map<Transport, Ports> excluded) {
    this.probes = sections.stream().map(Section::probe).toList();
    this.excluded = Map.copyOf(excluded);
    for (Section section : sections) {
      shelves.put(section.probe().field(), new Shelf<>(section.rules(), abandoned));
    }
  }

  /**
   * @throws SignatureException where the file can't be read or is no such file; the message names
   *     the line
   */
  static NmapBook read(Path file) {
    return of(file.toString(), Bytes.of(BoundedFile.read(file, SIZE_LIMIT)).latin1());
  }

  /**
   * The book of a file that is given as text.
   *
   * @throws SignatureException where it is no such file; the message names the line
   */
  public static NmapBook of(String name, String text) {
    NmapProbeFile.Content content = NmapProbeFile.read(name, text);
    NmapBook book = new NmapBook(content.sections(), content.excluded());
    for (String line : content.leftOut()) {
      LOG.atWarn().addKeyValue("file", name).addKeyValue("left", line).log("match line left out");
    }
    Map<Fixup, Integer> fixups = content.fixups();
    LOG.atInfo()
        .addKeyValue("file", name)
        .addKeyValue("probes", book.probes.size())
        .addKeyValue("signatures", book.size())
        .addKeyValue("alwaysTried", book.alwaysTried())
        .addKeyValue("leftOut", content.leftOut().size())
        .addKeyValue("fixups", fixups)
        .log("probe file read");
    return book;
  }

  /** The probes in file order. */
  public List<NmapProbe> probes() {
    return probes;
  }

  /** Ports that the file wants spared. */
  public Ports excluded(Transport transport) {
    return excluded.getOrDefault(transport, Ports.NONE);
  }

  /**
   * What an answer to a probe means: the first line in file order that matches, of the probe's own,
   * then of its fallbacks', then, over TCP, of the probe that only listens. Total, as {@link
   * SignatureBook#match} is.
   *
   * @param probe one of {@link #probes}
   */
  public Optional<NmapMatch> match(NmapProbe probe, Bytes answer) {
    String text = answer.head(Shelf.SUBJECT_LIMIT).latin1();
    for (String field : fields(probe)) {
      Optional<NmapMatch> match = match(field, text);
      if (match.isPresent()) {
        return match;
      }
    }
    return Optional.empty();
  }

  /**
   * The probes that have lines for a service: those worth saying after a soft match.
   *
   * @param protocol as {@link NmapMatch} has it
   */
  public List<NmapProbe> probesThatSettle(String protocol) {
    return probes.stream()
        .filter(
            probe ->
                shelf(probe).rules().stream()
                    .anyMatch(rule -> !rule.soft() && rule.protocol().equals(protocol)))
        .toList();
  }

  /** Tries the lines of one probe alone, under its field. */
  @Override
  public Optional<Match> match(String field, Bytes subject) {
    return match(field, subject.head(Shelf.SUBJECT_LIMIT).latin1()).map(NmapMatch::match);
  }

  @Override
  public List<Signature> signatures() {
    List<Signature> all = new ArrayList<>();
    shelves.forEach((field, shelf) -> shelf.rules().forEach(rule -> all.add(rule.shown(field))));
    return all;
  }

  /** How often a signature was given up on before it matched or failed. */
  long abandoned() {
    return abandoned.sum();
  }

  int size() {
    return shelves.values().stream().mapToInt(shelf -> shelf.rules().size()).sum();
  }

  int alwaysTried() {
    return shelves.values().stream().mapToInt(Shelf::alwaysTried).sum();
  }

  Map<String, Shelf<NmapRule>> shelves() {
    return shelves;
  }

  private Optional<NmapMatch> match(String field, String text) {
    Shelf<NmapRule> shelf = shelves.get(field);
    return shelf == null
        ? Optional.empty()
        : shelf.first(text, (rule, matcher) -> rule.match(text, matcher));
  }

  private Shelf<NmapRule> shelf(NmapProbe probe) {
    Shelf<NmapRule> shelf = shelves.get(probe.field());
    if (shelf == null) {
      throw new IllegalArgumentException("no probe of this book: " + probe.name());
    }
    return shelf;
  }

  private static List<String> fields(NmapProbe probe) {
    List<String> fields = new ArrayList<>();
    fields.add(probe.field());
    fields.addAll(probe.fallback());
    if (probe.transport() == Transport.TCP && !fields.contains(LISTENING)) {
      fields.add(LISTENING);
    }
    return fields;
  }
}
