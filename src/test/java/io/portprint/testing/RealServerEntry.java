package io.portprint.testing;

import io.portprint.detect.Effort;
import io.portprint.fingerprint.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server that Debian packages, how to run it, and what it has to be taken for.
 *
 * @param name what the test is called
 * @param packages Debian packages to install
 * @param unpack Debian packages to lay out in a folder of their own, for a server that can't be
 *     installed beside others; {@code ${unpacked}/NAME} is that folder
 * @param needs files without which it can't run, such as a device: its test skips
 * @param before commands that prepare it, each at most a minute
 * @param command how to run it in the foreground; {@code ${port}}, {@code ${port2}}, {@code ${dir}}
 *     (a folder of its own, the working folder) and {@code ${java}} (a JDK) are filled in, here and
 *     in the files
 * @param files its files by their path in the folder
 * @param effort of the detection; {@code normal} where nothing is said
 * @param within seconds until it has its port at the latest
 */
public record RealServerEntry(
    String name,
    List<String> packages,
    List<String> unpack,
    List<String> needs,
    List<List<String>> before,
    List<String> command,
    Map<String, String> files,
    Map<String, String> environment,
    Transport transport,
    int within,
    Effort effort,
    Expected expect) {

  /**
   * The right answer.
   *
   * @param version a pattern that the whole version has to match; absent: not revealed
   */
  public record Expected(
      @Nullable String protocol,
      @Nullable String product,
      @Nullable String version,
      @Nullable Boolean tls) {}

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .build();

  public RealServerEntry {
    packages = packages == null ? List.of() : packages;
    unpack = unpack == null ? List.of() : unpack;
    effort = effort == null ? Effort.NORMAL : effort;
    needs = needs == null ? List.of() : needs;
    before = before == null ? List.of() : before;
    files = files == null ? Map.of() : files;
    environment = environment == null ? Map.of() : environment;
    transport = transport == null ? Transport.TCP : transport;
    within = within == 0 ? 20 : within;
    if (command == null || expect == null || (packages.isEmpty() && unpack.isEmpty())) {
      throw new IllegalArgumentException(name + " lacks its packages, command or expect");
    }
  }

  /** The entries of one file. */
  public static List<RealServerEntry> read(Path file) throws IOException {
    List<RealServerEntry> entries = new ArrayList<>();
    try (var reader = Files.newBufferedReader(file)) {
      List<?> items = new Yaml(new SafeConstructor(new LoaderOptions())).load(reader);
      for (Object item : items) {
        entries.add(MAPPER.convertValue(item, RealServerEntry.class));
      }
    }
    return entries;
  }
}
