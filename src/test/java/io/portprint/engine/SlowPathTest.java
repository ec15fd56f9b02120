package io.portprint.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sweeps in network namespaces that the test makes, where nobody else listens: over a path of 50 ms
 * that loses 2 packets of 100 in each direction, and on loopback.
 */
class SlowPathTest {

  private static final List<Integer> OPEN =
      List.of(
          7, 22, 25, 53, 80, 110, 143, 199, 300, 443, 465, 631, 700, 800, 873, 993, 995, 1080, 1099,
          1200);
  private static final String DROPPED = "500-599";
  private static final int TIMES = 3;

  @TempDir Path folder;

  @BeforeEach
  void needsNamespacesAndTunnels() throws IOException, InterruptedException {
    assumeThat(Files.isWritable(Path.of("/dev/net/tun"))).as("there is /dev/net/tun").isTrue();
    assumeThat(runs("python3", "-c", "")).as("there is a Python").isTrue();
    assumeThat(runs("ip", "-V")).as("there is iproute2").isTrue();
    assumeThat(runs("unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "true"))
        .as("network namespaces may be made")
        .isTrue();
  }

  private static boolean runs(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException absent) {
      return false;
    }
  }

  @Test
  void missesNothingAndCallsNothingClosedThatIsFiltered() throws Exception {
    List<String> found = sweep("198.18.0.2", "1-1200,U:50-62,U:510");

    for (int time = 0; time < TIMES; time++) {
      String sweep = time + " ";
      List<String> tcp =
          found.stream()
              .filter(line -> line.startsWith(sweep) && line.endsWith("/tcp"))
              .map(line -> line.substring(sweep.length()))
              .toList();
      List<String> expected = new ArrayList<>();
      OPEN.forEach(port -> expected.add("OPEN 198.18.0.2:%d/tcp".formatted(port)));
      IntStream.rangeClosed(500, 599)
          .forEach(port -> expected.add("FILTERED 198.18.0.2:%d/tcp".formatted(port)));
      assertThat(tcp).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(found)
          .contains(
              sweep + "OPEN 198.18.0.2:53/udp",
              sweep + "OPEN 198.18.0.2:60/udp",
              sweep + "OPEN_OR_FILTERED 198.18.0.2:510/udp");
    }
  }

  /** The system may choose the very port that is asked for as its own. */
  @Test
  void noPortIsOpenForBeingOurOwn() throws Exception {
    List<String> found = sweep("127.0.0.1", "32768-60999");

    assertThat(found).containsExactly("0 closed 28232", "1 closed 28232", "2 closed 28232");
  }

  private List<String> sweep(String address, String ports) throws Exception {
    for (String script : List.of("apart.sh", "path.py", "peers.py")) {
      try (InputStream content =
          Objects.requireNonNull(SlowPathTest.class.getResourceAsStream("/path/" + script))) {
        Files.copy(content, folder.resolve(script));
      }
    }
    List<String> command = new ArrayList<>();
    command.addAll(List.of("unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"));
    command.addAll(List.of("bash", "apart.sh", folder.toString(), "25", "0.02", DROPPED));
    command.add(OPEN.stream().map(String::valueOf).collect(Collectors.joining(",")));
    command.add("53,60");
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", classPath(), SweepAlone.class.getName()));
    command.addAll(List.of(address, ports, Integer.toString(TIMES)));
    Path output = folder.resolve("output");
    Path errors = folder.resolve("errors");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    try {
      assertThat(process.waitFor(150, TimeUnit.SECONDS)).as("the sweeps ended").isTrue();
      assertThat(process.exitValue()).as(Files.readString(errors, StandardCharsets.UTF_8)).isZero();
      return Files.readAllLines(output);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Without Surefire's own jar, which names the others by relative addresses. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
