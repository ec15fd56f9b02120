package io.portprint.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.portprint.fingerprint.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/** The index finds in answers of real servers what trying every signature in turn finds. */
class SameAnswersTests {

  private static final Path OPERATORS_FILE = Path.of("/usr/share/nmap/nmap-service-probes");

  private record Recorded(String server, String asked, Bytes answer) {}

  private static List<Recorded> recorded() throws IOException {
    try (InputStream content =
        Objects.requireNonNull(SameAnswersTests.class.getResourceAsStream("answers.tsv"))) {
      return new String(content.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t", -1))
          .map(row -> new Recorded(row[0], row[1], Bytes.of(HexFormat.of().parseHex(row[2]))))
          .toList();
    }
  }

  private static void assertSame(Shelf<?> shelf, Recorded one, List<String> found) {
    String text = one.answer().latin1();
    Optional<String> indexed = shelf.first(text, (rule, _) -> rule.id());
    assertThat(indexed)
        .as("%s, asked %s", one.server(), one.asked())
        .isEqualTo(shelf.firstInTurn(text, (rule, _) -> rule.id()));
    indexed.ifPresent(found::add);
  }

  @Test
  void withTheOwnBook() throws IOException {
    List<Rule> rules = YamlSignatureBook.ofClassPath().rules();
    Shelf<Rule> shelf = new Shelf<>(rules, new LongAdder());
    List<String> found = new ArrayList<>();
    for (Recorded one : recorded()) {
      assertSame(shelf, one, found);
      // most signatures are about a line of its own
      for (String line : one.answer().latin1().split("\r?\n", 20)) {
        assertSame(shelf, new Recorded(one.server(), one.asked(), Bytes.latin1(line)), found);
      }
    }
    assertThat(found).hasSizeGreaterThan(20);
  }

  @Test
  void withAnOperatorsProbeFile() throws IOException {
    assumeTrue(
        Files.isReadable(OPERATORS_FILE), () -> OPERATORS_FILE + " is not there: no nmap-common");
    NmapBook book = NmapBook.read(OPERATORS_FILE);
    List<String> found = new ArrayList<>();
    for (Recorded one : recorded()) {
      book.shelves().values().forEach(shelf -> assertSame(shelf, one, found));
    }
    assertThat(found).hasSizeGreaterThan(50);
  }
}
