package io.portprint.scope;

import io.portprint.fingerprint.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ports that are worth asking first, in two lists for TCP and one for UDP: what {@code top-100}
 * and {@code top-1000} mean. They come from {@code scope/ports.txt}, whose head says how they were
 * chosen.
 */
final class CommonPorts {

  /** Lists, from the most common ports to all: 100, 1,000, and the rest. */
  static final int TIERS = 3;

  private static final String FILE = "/scope/ports.txt";
  private static final Pattern LINE =
      Pattern.compile("(tcp|udp) (100|1000) [^:]+: ([0-9]+(?: [0-9]+)*)");

  /** For each key of a port the list that it belongs to, as its index. */
  private final byte[] tiers = new byte[2 << 16];

  /** The keys of each list but the last, ascending. */
  private final List<int[]> keys;

  private CommonPorts(List<String> lines) {
    Arrays.fill(tiers, (byte) (TIERS - 1));
    List<List<Integer>> found = List.of(new ArrayList<>(), new ArrayList<>());
    for (String line : lines) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      Matcher matcher = LINE.matcher(line);
      if (!matcher.matches()) {
        throw new IllegalStateException(FILE + " has a line that is not understood: " + line);
      }
      Transport transport = Transport.valueOf(matcher.group(1).toUpperCase(Locale.ROOT));
      int tier = matcher.group(2).equals("100") ? 0 : 1;
      for (String port : matcher.group(3).split(" ")) {
        int key = PortSet.key(transport, Integer.parseInt(port));
        if (tiers[key] < TIERS - 1 || PortSet.isPrinter(key)) {
          throw new IllegalStateException(FILE + " has a port twice, or of printers: " + port);
        }
        tiers[key] = (byte) tier;
        found.get(tier).add(key);
      }
    }
    keys =
        found.stream()
            .map(list -> list.stream().mapToInt(Integer::intValue).sorted().toArray())
            .toList();
  }

  /** Those that come with the service. */
  static CommonPorts load() {
    try (InputStream file = CommonPorts.class.getResourceAsStream(FILE)) {
      if (file == null) {
        throw new IllegalStateException(FILE + " is missing");
      }
      String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      return new CommonPorts(text.lines().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The list that a port belongs to: 0 for the most common ones, {@link #TIERS} - 1 for others. */
  int tier(int key) {
    return tiers[key];
  }

  /** The keys that belong to a list but the last, ascending. */
  int[] keys(int tier) {
    return keys.get(tier).clone();
  }

  /**
   * The keys of a transport's most common ports, so many of them.
   *
   * @param count 100 or 1000
   */
  int[] top(Transport transport, int count) {
    return keys.stream()
        .limit(count == 100 ? 1 : 2)
        .flatMapToInt(Arrays::stream)
        .filter(key -> PortSet.transport(key) == transport)
        .toArray();
  }
}
