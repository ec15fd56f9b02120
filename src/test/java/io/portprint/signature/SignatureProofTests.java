package io.portprint.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.portprint.fingerprint.Service;
import io.portprint.signature.Rule.Example;
import io.portprint.signature.Rule.Part;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/**
 * Every signature of the own book proves itself by its examples. New files are found without a
 * change here.
 */
class SignatureProofTests {

  private final YamlSignatureBook book = YamlSignatureBook.ofClassPath();

  @TestFactory
  Stream<DynamicNode> ownBook() {
    assertThat(book.rules()).isNotEmpty();
    return book.rules().stream()
        .map(
            rule ->
                dynamicContainer(
                    rule.id(),
                    Stream.concat(
                        IntStream.range(0, rule.examples().size())
                            .mapToObj(
                                at ->
                                    dynamicTest(
                                        "example " + (at + 1),
                                        () -> holds(rule, rule.examples().get(at)))),
                        Stream.of(
                            dynamicTest(
                                "every group is exercised", () -> everyGroupIsExercised(rule)),
                            dynamicTest(
                                "every captured field is asserted",
                                () -> everyCapturedFieldIsAsserted(rule))))));
  }

  private void holds(Rule rule, Example example) {
    assertThat(book.match(rule.field(), example.subject()))
        .as("the first of all signatures of %s to match %s", rule.field(), example.subject())
        .hasValueSatisfying(
            match -> {
              assertThat(match.signature()).isEqualTo(rule.id());
              example
                  .expected()
                  .forEach(
                      (key, expected) ->
                          assertThat(actual(match.service(), key)).as(key).isEqualTo(expected));
            });
  }

  private static void everyGroupIsExercised(Rule rule) {
    int groups = rule.pattern().matcher("").groupCount();
    for (int group = 1; group <= groups; group++) {
      int number = group;
      assertThat(rule.examples())
          .as("examples in which group %d takes part", number)
          .anyMatch(
              example -> {
                Matcher matcher = rule.pattern().matcher(example.subject().latin1());
                return matcher.find() && matcher.end(number) > matcher.start(number);
              });
    }
  }

  private static void everyCapturedFieldIsAsserted(Rule rule) {
    for (Map.Entry<Part, Template> value : rule.values().entrySet()) {
      String key = value.getKey().name().toLowerCase(Locale.ROOT);
      if (!value.getValue().groups().isEmpty()) {
        assertThat(rule.examples())
            .as("examples that assert %s", key)
            .anyMatch(example -> !example.expected().getOrDefault(key, List.of("")).contains(""));
      }
    }
  }

  private static List<String> actual(Service service, String key) {
    if (key.equals("cpe")) {
      return service.cpe();
    }
    String value =
        switch (Part.valueOf(key.toUpperCase(Locale.ROOT))) {
          case PRODUCT -> service.product();
          case VERSION -> service.version();
          case INFO -> service.info();
          case HOSTNAME -> service.hostname();
          case OS -> service.os();
          case DEVICE -> service.device();
          case PROTOCOL -> service.protocol();
        };
    return List.of(Objects.requireNonNullElse(value, ""));
  }
}
