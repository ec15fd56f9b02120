package io.portprint.capture.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Wireshark's own reading of a capture: Debian's tshark, and the capinfos that comes with it. */
record Tshark(Path folder) {

  private static final Path PROGRAM = Path.of("/usr/bin/tshark");

  /** As severities are numbered in Wireshark's fields; what is below is a chat or a note. */
  static final int WARNING = 0x00600000;

  /** A field that a packet has several times is given so. */
  private static final String AND = ",";

  /** One line of fields, some of them empty. */
  record Fields(List<String> values) {

    String text(int field) {
      return values.get(field);
    }

    List<String> all(int field) {
      return values.get(field).isEmpty() ? List.of() : List.of(values.get(field).split(AND));
    }
  }

  static Tshark assumed(Path folder) {
    assumeTrue(
        Files.isExecutable(PROGRAM),
        "there is no " + PROGRAM + ": apt-get install --no-install-recommends tshark");
    return new Tshark(folder);
  }

  Path save(byte[] capture) {
    try {
      Path file = Files.createTempFile(folder, "evidence", ".pcapng");
      return Files.write(file, capture);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** What it says of the file as a whole. */
  List<String> infos(Path file) {
    return run("/usr/bin/capinfos", "-M", file.toString());
  }

  /** The fields of each packet, with all checksums checked. */
  List<Fields> fields(Path file, List<String> options, String... names) {
    List<String> command =
        new ArrayList<>(
            List.of(
                PROGRAM.toString(),
                "-n",
                "-r",
                file.toString(),
                "-o",
                "ip.check_checksum:TRUE",
                "-o",
                "tcp.check_checksum:TRUE",
                "-o",
                "udp.check_checksum:TRUE"));
    command.addAll(options);
    command.addAll(List.of("-T", "fields", "-E", "separator=|", "-E", "aggregator=" + AND));
    for (String name : names) {
      command.addAll(List.of("-e", name));
    }
    return run(command.toArray(String[]::new)).stream()
        .map(line -> new Fields(Arrays.asList(line.split("\\|", -1))))
        .toList();
  }

  private List<String> run(String... command) {
    try {
      Path out = Files.createTempFile(folder, "tshark", ".out");
      Path errors = Files.createTempFile(folder, "tshark", ".err");
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(errors.toFile());
      builder.environment().put("HOME", folder.toString());
      Process process = builder.start();
      boolean ended = process.waitFor(60, TimeUnit.SECONDS);
      process.destroyForcibly();
      assertThat(ended).as("%s ends by itself", String.join(" ", command)).isTrue();
      assertThat(
              Files.readAllLines(errors).stream()
                  .filter(line -> !line.startsWith("Running as user \"root\"")))
          .isEmpty();
      assertThat(process.exitValue()).isZero();
      return new String(Files.readAllBytes(out), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
