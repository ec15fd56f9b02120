package io.portprint.signature;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Transport;
import io.portprint.signature.ForeignRegex.Dialect;
import io.portprint.signature.ForeignRegex.Fixup;
import io.portprint.signature.NmapProbe.Ports;
import io.portprint.signature.RegexTree.NotUnderstood;
import io.portprint.signature.Rule.Part;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a probe file in Nmap's format. What is no such file is a fault that names the line; a match
 * line whose pattern can't be taken over is left out, and told.
 *
 * @see <a href="https://nmap.org/book/vscan-fileformat.html">the format, in its authors' words</a>
 */
final class NmapProbeFile {

  private static final int USUAL_RARITY = 5;
  private static final int HIGHEST_PORT = 65_535;
  private static final Pattern PROBE = Pattern.compile("(TCP|UDP) ([A-Za-z0-9_-]+) q(.)(.*)");
  private static final Pattern PORT = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");
  private static final Pattern MATCH = Pattern.compile("(\\S+)\\s+m(\\S)(.*)", Pattern.DOTALL);
  private static final Pattern VALUE_KEY = Pattern.compile("\\s*(cpe:|[pvihod])(\\S)");
  private static final Pattern CPE_FLAGS = Pattern.compile("[A-Za-z]*");

  private final String file;
  private final List<Building> buildings = new ArrayList<>();
  private final List<Section> sections = new ArrayList<>();
  private final Map<Transport, Ports> excluded = new EnumMap<>(Transport.class);
  private final Map<Fixup, Integer> fixups = new EnumMap<>(Fixup.class);
  private final List<String> leftOut = new ArrayList<>();
  private int line;

  /**
   * A probe and its match lines in file order.
   *
   * @param probe complete
   */
  record Section(NmapProbe probe, List<NmapRule> rules) {

    Section {
      rules = List.copyOf(rules);
    }
  }

  /**
   * @param excluded ports that the file wants spared
   * @param fixups how many patterns had to be written otherwise, by kind
   * @param leftOut what could not be taken over, and why, by line
   */
  record Content(
      List<Section> sections,
      Map<Transport, Ports> excluded,
      Map<Fixup, Integer> fixups,
      List<String> leftOut) {}

  private NmapProbeFile(String file) {
    this.file = file;
  }

  /**
   * @param file its name, for messages
   * @param text as ISO-8859-1
   * @throws SignatureException naming the line
   */
  static Content read(String file, String text) {
    return new NmapProbeFile(file).read(text);
  }

  private Content read(String text) {
    Building building = null;
    for (String raw : (Iterable<String>) text.lines()::iterator) {
      line++;
      if (raw.isBlank() || raw.startsWith("#")) {
        continue;
      }
      int blank = raw.indexOf(' ');
      String word = blank < 0 ? raw.strip() : raw.substring(0, blank);
      String rest = blank < 0 ? "" : raw.substring(blank + 1).strip();
      switch (word) {
        case "Exclude" -> exclude(rest);
        case "Probe" -> {
          finish(building);
          building = probe(rest);
        }
        default -> {
          if (building == null) {
            throw fault(word + " stands before the first Probe");
          }
          directive(building, word, rest);
        }
      }
    }
    finish(building);
    if (buildings.isEmpty()) {
      throw fault("holds no Probe");
    }
    for (Building one : buildings) {
      sections.add(new Section(one.probe(), rules(one.drafts)));
    }
    return new Content(withFallbacks(), Map.copyOf(excluded), fixups, List.copyOf(leftOut));
  }

  /** A probe whose lines are being read. */
  private static final class Building {

    private final int line;
    private final Transport transport;
    private final String name;
    private final Bytes payload;
    private Ports ports = Ports.NONE;
    private Ports sslPorts = Ports.NONE;
    private int rarity = USUAL_RARITY;
    private int totalWait;
    private int tcpWrapped;
    private List<String> fallback = List.of();
    private final List<Draft> drafts = new ArrayList<>();

    private Building(int line, Transport transport, String name, Bytes payload) {
      this.line = line;
      this.transport = transport;
      this.name = name;
      this.payload = payload;
    }

    private NmapProbe probe() {
      return new NmapProbe(
          transport, name, payload, ports, sslPorts, rarity, totalWait, tcpWrapped, fallback);
    }
  }

  /** A match line whose pattern has not been compiled yet. */
  private record Draft(
      int line,
      String service,
      boolean soft,
      String source,
      int flags,
      Map<Part, NmapTemplate> values,
      List<NmapTemplate> cpe) {

    /** Patterns are most of the work of reading a file, and don't know each other. */
    Compiled compiled() {
      Map<Fixup, Integer> fixups = new EnumMap<>(Fixup.class);
      try {
        Pattern pattern = ForeignRegex.compile(source, Dialect.PCRE, flags, fixups);
        int groups = pattern.matcher("").groupCount();
        boolean beyond =
            values.values().stream().anyMatch(value -> value.highestGroup() > groups)
                || cpe.stream().anyMatch(value -> value.highestGroup() > groups);
        if (beyond) {
          return new Compiled(null, left("refers to a group that is not there"), fixups);
        }
        if (!sound(pattern)) {
          return new Compiled(
              null, left("can backtrack without end over parts that may be empty"), fixups);
        }
        return new Compiled(
            new NmapRule("nmap/" + line, service, soft, pattern, values, cpe), null, fixups);
      } catch (PatternSyntaxException broken) {
        return new Compiled(null, left(broken.getDescription()), fixups);
      }
    }

    private String left(String reason) {
      return "line " + line + ": " + reason;
    }
  }

  /** A rule, or why there is none. */
  private record Compiled(
      @Nullable NmapRule rule, @Nullable String leftOut, Map<Fixup, Integer> fixups) {}

  private Building probe(String rest) {
    Matcher matcher = PROBE.matcher(rest);
    if (!matcher.matches()) {
      throw fault("Probe is not of the form: Probe TCP|UDP name q|payload|");
    }
    String tail = matcher.group(4);
    int end = tail.indexOf(matcher.group(3));
    if (end < 0) {
      throw fault("the payload has no end");
    }
    return new Building(
        line,
        Transport.valueOf(matcher.group(1)),
        matcher.group(2),
        unescaped(tail.substring(0, end)));
  }

  private void directive(Building building, String word, String rest) {
    switch (word) {
      case "match" -> rule(building, rest, false);
      case "softmatch" -> rule(building, rest, true);
      case "ports" -> building.ports = ports(rest);
      case "sslports" -> building.sslPorts = ports(rest);
      case "rarity" -> building.rarity = number(word, rest, 1, 9);
      case "totalwaitms" -> building.totalWait = number(word, rest, 0, 300_000);
      case "tcpwrappedms" -> building.tcpWrapped = number(word, rest, 0, 300_000);
      case "fallback" ->
          building.fallback = Arrays.stream(rest.split(",", -1)).map(String::strip).toList();
      default -> throw fault("unknown directive " + Bytes.latin1(word).escaped());
    }
  }

  private void finish(@Nullable Building building) {
    if (building == null) {
      return;
    }
    boolean twice =
        buildings.stream()
            .anyMatch(
                other -> other.transport == building.transport && other.name.equals(building.name));
    if (twice) {
      line = building.line;
      throw fault("two probes " + building.name);
    }
    buildings.add(building);
  }

  private List<NmapRule> rules(List<Draft> drafts) {
    List<NmapRule> rules = new ArrayList<>();
    for (Compiled one : drafts.parallelStream().map(Draft::compiled).toList()) {
      one.fixups().forEach((fixup, times) -> fixups.merge(fixup, times, Integer::sum));
      if (one.rule() != null) {
        rules.add(one.rule());
      }
      if (one.leftOut() != null) {
        leftOut.add(one.leftOut());
      }
    }
    return rules;
  }

  /** Names become fields: of the same transport where there is such a probe, else of the other. */
  private List<Section> withFallbacks() {
    Set<String> fields = new HashSet<>();
    sections.forEach(section -> fields.add(section.probe().field()));
    return sections.stream()
        .map(
            section -> {
              NmapProbe probe = section.probe();
              return new Section(
                  probe.withFallback(
                      probe.fallback().stream()
                          .map(name -> fallback(probe, name, fields))
                          .toList()),
                  section.rules());
            })
        .toList();
  }

  private String fallback(NmapProbe probe, String name, Set<String> fields) {
    String same = NmapProbe.field(probe.transport(), name);
    if (fields.contains(same)) {
      return same;
    }
    return Arrays.stream(Transport.values())
        .map(transport -> NmapProbe.field(transport, name))
        .filter(fields::contains)
        .findFirst()
        .orElseThrow(
            () ->
                new SignatureException(
                    file,
                    "probe %s falls back on %s, which is not there"
                        .formatted(probe.name(), Bytes.latin1(name).escaped())));
  }

  private void rule(Building building, String rest, boolean soft) {
    Matcher matcher = MATCH.matcher(rest);
    if (!matcher.matches()) {
      throw fault("match is not of the form: match service m/pattern/");
    }
    String tail = matcher.group(3);
    int end = tail.indexOf(matcher.group(2));
    if (end < 0) {
      throw fault("the pattern has no end");
    }
    int at = end + 1;
    int flags = 0;
    while (at < tail.length() && tail.charAt(at) != ' ') {
      flags |=
          switch (tail.charAt(at++)) {
            case 'i' -> Pattern.CASE_INSENSITIVE;
            case 's' -> Pattern.DOTALL;
            default -> throw fault("unknown flag of a pattern");
          };
    }
    Map<Part, NmapTemplate> values = new EnumMap<>(Part.class);
    List<NmapTemplate> cpe = new ArrayList<>();
    values(tail.substring(at), values, cpe);
    building.drafts.add(
        new Draft(line, matcher.group(1), soft, tail.substring(0, end), flags, values, cpe));
  }

  /** A pattern that isn't understood is trusted: it stands in the operator's own file. */
  private static boolean sound(Pattern pattern) {
    try {
      return UnreadSteps.of(RegexTree.of(pattern)) <= UnreadSteps.LIMIT;
    } catch (NotUnderstood _) {
      return true;
    }
  }

  private void values(String text, Map<Part, NmapTemplate> values, List<NmapTemplate> cpe) {
    Matcher key = VALUE_KEY.matcher(text);
    int at = 0;
    while (!text.substring(at).isBlank()) {
      key.region(at, text.length());
      if (!key.lookingAt()) {
        throw fault("a value is none of p v i h o d cpe:");
      }
      int from = key.end();
      int end = text.indexOf(key.group(2), from);
      if (end < 0) {
        throw fault("the value " + key.group(1) + " has no end");
      }
      String value = text.substring(from, end);
      at = end + 1;
      switch (key.group(1)) {
        case "p" -> values.put(Part.PRODUCT, new NmapTemplate(value));
        case "v" -> values.put(Part.VERSION, new NmapTemplate(value));
        case "i" -> values.put(Part.INFO, new NmapTemplate(value));
        case "h" -> values.put(Part.HOSTNAME, new NmapTemplate(value));
        case "o" -> values.put(Part.OS, new NmapTemplate(value));
        case "d" -> values.put(Part.DEVICE, new NmapTemplate(value));
        default -> {
          cpe.add(new NmapTemplate("cpe:/" + value));
          Matcher trailing = CPE_FLAGS.matcher(text).region(at, text.length());
          at = trailing.lookingAt() ? trailing.end() : at;
        }
      }
    }
  }

  private void exclude(String rest) {
    Map<Transport, StringBuilder> lists = new EnumMap<>(Transport.class);
    List<Transport> current = List.of(Transport.values());
    for (String item : rest.split(",", -1)) {
      String ports = item.strip();
      if (ports.startsWith("T:") || ports.startsWith("U:")) {
        current = List.of(ports.startsWith("T:") ? Transport.TCP : Transport.UDP);
        ports = ports.substring(2);
      }
      for (Transport transport : current) {
        StringBuilder list = lists.computeIfAbsent(transport, _ -> new StringBuilder());
        list.append(list.isEmpty() ? "" : ",").append(ports);
      }
    }
    lists.forEach((transport, list) -> excluded.put(transport, ports(list.toString())));
  }

  private Ports ports(String list) {
    List<Ports.Range> ranges = new ArrayList<>();
    for (String item : list.split(",", -1)) {
      Matcher matcher = PORT.matcher(item.strip());
      if (!matcher.matches()) {
        throw fault("a port is none: " + Bytes.latin1(item).escaped());
      }
      int from = Integer.parseInt(matcher.group(1));
      int to = matcher.group(2) == null ? from : Integer.parseInt(matcher.group(2));
      if (from > to || to > HIGHEST_PORT) {
        throw fault("a range of ports is none: " + item.strip());
      }
      ranges.add(new Ports.Range(from, to));
    }
    return new Ports(ranges);
  }

  private int number(String word, String text, int from, int to) {
    try {
      int number = Integer.parseInt(text);
      if (number >= from && number <= to) {
        return number;
      }
    } catch (NumberFormatException broken) {
      throw new SignatureException(where(), word + " is no number", broken);
    }
    throw fault("%s is out of %d..%d".formatted(word, from, to));
  }

  /** The escapes of payloads; {@code \0} takes no further digits. */
  private Bytes unescaped(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c != '\\') {
        bytes.write(c);
        continue;
      }
      if (++at >= text.length()) {
        throw fault("the payload ends in a backslash");
      }
      switch (text.charAt(at)) {
        case '\\' -> bytes.write('\\');
        case '0' -> bytes.write(0);
        case 'a' -> bytes.write(7);
        case 'b' -> bytes.write(8);
        case 'f' -> bytes.write(12);
        case 'n' -> bytes.write('\n');
        case 'r' -> bytes.write('\r');
        case 't' -> bytes.write('\t');
        case 'v' -> bytes.write(11);
        case 'x' -> {
          int high = at + 1 < text.length() ? Character.digit(text.charAt(at + 1), 16) : -1;
          int low = at + 2 < text.length() ? Character.digit(text.charAt(at + 2), 16) : -1;
          if (high < 0 || low < 0) {
            throw fault("\\x is followed by two hexadecimal digits");
          }
          bytes.write(high << 4 | low);
          at += 2;
        }
        default -> throw fault("unknown escape in the payload");
      }
    }
    return Bytes.of(bytes.toByteArray());
  }

  private String where() {
    return file + ", line " + line;
  }

  private SignatureException fault(String message) {
    return new SignatureException(where(), message);
  }
}
