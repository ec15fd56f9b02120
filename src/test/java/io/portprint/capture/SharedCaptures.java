package io.portprint.capture;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Captures of real traffic, which lie beside the checkout on some machines. */
final class SharedCaptures {

  private static final Path FOLDER = Path.of("../shared/captures");

  private SharedCaptures() {}

  /** Ends the test as skipped where there are none. */
  static List<Path> all() {
    assumeTrue(Files.isDirectory(FOLDER), "no captures in " + FOLDER);
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> !file.toString().endsWith(".md")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Capture.Content read(String name) {
    assumeTrue(Files.isDirectory(FOLDER), "no captures in " + FOLDER);
    return read(FOLDER.resolve(name));
  }

  static Capture.Content read(Path file) {
    try {
      return Packets.read(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
