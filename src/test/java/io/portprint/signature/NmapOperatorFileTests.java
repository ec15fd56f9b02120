package io.portprint.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.portprint.fingerprint.Bytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A whole probe file as an operator has it, where this machine has one. */
class NmapOperatorFileTests {

  private static final Path FILE = Path.of("/usr/share/nmap/nmap-service-probes");

  private String text;

  @BeforeEach
  void find() throws Exception {
    assumeTrue(Files.exists(FILE), "no probe file on this machine");
    text = Files.readString(FILE, StandardCharsets.ISO_8859_1);
  }

  @Test
  void isTakenOverWhole() {
    NmapProbeFile.Content content = NmapProbeFile.read("probes", text);
    long lines =
        text.lines()
            .filter(line -> line.startsWith("match ") || line.startsWith("softmatch "))
            .count();
    assertThat(content.leftOut()).isEmpty();
    assertThat(content.sections().stream().mapToLong(section -> section.rules().size()).sum())
        .isEqualTo(lines)
        .isGreaterThan(5_000);
    assertThat(content.fixups()).isNotEmpty();
  }

  @Test
  void findsTheSameAsInTurn() {
    NmapBook book = NmapBook.of("probes", text);
    Random random = new Random(17);
    int matches = 0;
    for (String greeting : NmapSamples.ANSWERS) {
      for (Map.Entry<String, Shelf<NmapRule>> shelf : book.shelves().entrySet()) {
        Optional<NmapMatch> indexed =
            shelf.getValue().first(greeting, (rule, matcher) -> rule.match(greeting, matcher));
        assertThat(indexed)
            .as("%s of %s", shelf.getKey(), greeting)
            .isEqualTo(
                shelf
                    .getValue()
                    .firstInTurn(greeting, (rule, matcher) -> rule.match(greeting, matcher)));
        matches += indexed.isPresent() ? 1 : 0;
      }
    }
    assertThat(matches).isGreaterThan(3);
    byte[] noise = new byte[2000];
    for (int turn = 0; turn < 5; turn++) {
      random.nextBytes(noise);
      String text = Bytes.of(noise).latin1();
      for (Shelf<NmapRule> shelf : book.shelves().values()) {
        assertThat(shelf.first(text, (rule, matcher) -> rule.match(text, matcher)))
            .isEqualTo(shelf.firstInTurn(text, (rule, matcher) -> rule.match(text, matcher)));
      }
    }
  }

  @Test
  void sparesMostOfTheWork() {
    NmapBook book = NmapBook.of("probes", text);
    assertThat(book.alwaysTried()).isLessThan(book.size() / 5);
  }
}
