package io.portprint.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.portprint.signature.RecogRule.Example;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Recog's own examples, where a copy of Recog lies beside the checkout. */
class RecogFilesTests {

  private static final Path FOLDER = Path.of("..", "shared", "recog");

  private RecogBook book;

  @BeforeEach
  void read() {
    assumeTrue(Files.isDirectory(FOLDER), "no copy of Recog beside the checkout");
    book = RecogBook.read(FOLDER);
  }

  @Test
  void examplesHold() {
    List<String> failures = new ArrayList<>();
    int examples = 0;
    for (Shelf<RecogRule> shelf : book.shelves().values()) {
      for (RecogRule rule : shelf.rules()) {
        for (Example example : rule.examples()) {
          examples++;
          failure(rule, example).ifPresent(failures::add);
        }
      }
    }
    assertThat(examples).isGreaterThan(5_000);
    // A full stop takes one character in Ruby, and one byte of its UTF-8 here.
    assertThat(failures)
        .hasSizeLessThan(3)
        .allMatch(failure -> failure.chars().anyMatch(c -> c > 0x7f));
  }

  @Test
  void theIndexChangesNothing() {
    for (Shelf<RecogRule> shelf : book.shelves().values()) {
      for (RecogRule rule : shelf.rules()) {
        for (Example example : rule.examples()) {
          String text = example.subject().latin1();
          assertThat(shelf.first(text, (found, matcher) -> found.match(text, matcher)))
              .as(text)
              .isEqualTo(shelf.firstInTurn(text, (found, matcher) -> found.match(text, matcher)));
        }
      }
    }
  }

  private static Optional<String> failure(RecogRule rule, Example example) {
    String text = example.subject().latin1();
    Matcher matcher = rule.pattern().matcher(text);
    if (!matcher.find()) {
      return Optional.of(rule.id() + " does not match: " + text);
    }
    Map<String, String> values = rule.recogValues(matcher);
    return example.expected().entrySet().stream()
        .filter(expected -> !expected.getValue().equals(values.getOrDefault(expected.getKey(), "")))
        .findFirst()
        .map(
            expected ->
                "%s: %s is %s, not %s"
                    .formatted(
                        rule.id(),
                        expected.getKey(),
                        values.get(expected.getKey()),
                        expected.getValue()));
  }
}
