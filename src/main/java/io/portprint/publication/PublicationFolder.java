package io.portprint.publication;

import io.portprint.publication.PublicationException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Published signatures as files: {@code exchanges/NAME.yaml}, and {@code signatures/NAME.yaml}
 * where one names a product. The text is the same whenever the signature is, so that git shows what
 * has changed; and the folders are those of the service's own book, so that a signature can move
 * there as it is.
 */
final class PublicationFolder {

  private static final String SUFFIX = ".yaml";

  /** Longer than any that is written here. */
  private static final long LONGEST = 1 << 20;

  private final Path exchanges;
  private final Path signatures;

  PublicationFolder(Path folder) {
    this.exchanges = folder.resolve("exchanges");
    this.signatures = folder.resolve("signatures");
  }

  /**
   * The text of a signature.
   *
   * @param signatures null for none
   */
  record Text(String name, String exchange, @Nullable String signatures) {}

  /** All that there are, by their names. */
  List<Text> read() {
    if (!Files.isDirectory(exchanges)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(exchanges)) {
      List<Text> texts = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(SUFFIX)) {
          Path beside = signatures.resolve(name);
          texts.add(
              new Text(
                  name.substring(0, name.length() - SUFFIX.length()),
                  text(file),
                  Files.exists(beside) ? text(beside) : null));
        }
      }
      return texts;
    } catch (IOException e) {
      throw new UncheckedIOException("published signatures can't be read: " + e.getMessage(), e);
    }
  }

  private static String text(Path file) throws IOException {
    if (Files.size(file) > LONGEST) {
      throw new IOException("%s is longer than %d bytes".formatted(file, LONGEST));
    }
    return Files.readString(file);
  }

  /** Writes a signature: whole or not at all, the exchange last, which is what counts. */
  void write(Text text) {
    String file = text.name() + SUFFIX;
    try {
      if (text.signatures() != null) {
        replace(signatures.resolve(file), text.signatures());
      }
      replace(exchanges.resolve(file), text.exchange());
    } catch (IOException e) {
      throw notKept(e);
    }
  }

  private static void replace(Path file, String text) throws IOException {
    Path folder = file.getParent();
    Files.createDirectories(folder);
    Path draft = Files.createTempFile(folder, ".draft", null);
    try {
      Files.writeString(draft, text, StandardCharsets.UTF_8);
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  void delete(String name) {
    try {
      Files.deleteIfExists(exchanges.resolve(name + SUFFIX));
      Files.deleteIfExists(signatures.resolve(name + SUFFIX));
    } catch (IOException e) {
      throw notKept(e);
    }
  }

  private static PublicationException notKept(IOException cause) {
    return new PublicationException(
        Reason.NOT_KEPT, "the folder of published signatures can't be written", cause);
  }
}
