package io.portprint.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SignatureFileTests {

  private static final String SOUND =
      """
      protocol: demo
      signatures:
        - id: first
          field: greeting
          pattern: '^demo (\\d[\\d.]*)'
          product: Demo
          version: $1
          cpe: cpe:2.3:a:maker:demo:$1:*:*:*:*:*:*:*
          examples:
            - text: "demo 1.10"
              version: 1.10
      """;

  @Nested
  class Reading {

    @Test
    void takesEveryPlainScalarAsText() {
      List<Rule> rules = SignatureFile.read("demo.yaml", SOUND);
      assertThat(rules)
          .singleElement()
          .satisfies(
              rule -> {
                assertThat(rule.id()).isEqualTo("demo/first");
                assertThat(rule.field()).isEqualTo("demo.greeting");
                assertThat(rule.examples().getFirst().expected())
                    .isEqualTo(Map.of("version", List.of("1.10")));
              });
    }

    static Stream<Arguments> faults() {
      return Stream.of(
          fault("", "is empty", "", SOUND),
          fault(
              "unknown key of an entry",
              "entry 1 (first) has the unknown key vendor",
              "product:",
              "vendor: x\n    product:"),
          fault(
              "unknown key of the file",
              "unknown key title",
              "protocol: demo",
              "protocol: demo\ntitle: x"),
          fault(
              "unknown key of an example",
              "example 1: it has the unknown key vers",
              "        version: 1.10",
              "        vers: 1.10"),
          fault(
              "a key twice",
              "duplicate key",
              "    product: Demo",
              "    product: Demo\n    product: Other"),
          fault(
              "no examples",
              "entry 1 (first): examples is missing",
              "    examples:\n      - text: \"demo 1.10\"\n        version: 1.10\n",
              ""),
          fault(
              "an empty list of examples",
              "examples is missing",
              "    examples:\n      - text: \"demo 1.10\"\n        version: 1.10\n",
              "    examples: []\n"),
          fault("no id", "entry 1: id is missing", "id: first\n    field", "field"),
          fault("no pattern", "pattern is missing", "    pattern: '^demo (\\d[\\d.]*)'\n", ""),
          fault(
              "a pattern that does not compile",
              "entry 1 (first): pattern does not compile",
              "^demo (",
              "^demo (("),
          fault(
              "a group that is not there",
              "version refers to $2, the pattern has 1 groups",
              "version: $1",
              "version: $2"),
          fault("a group that is not there in a cpe", "cpe refers to $3", "demo:$1", "demo:$3"),
          fault("no CPE name", "cpe is no CPE 2.3 formatted string", "demo:$1:*", "demo:$1"),
          fault(
              "an unknown flag", "unknown flag x", "product: Demo", "product: Demo\n    flags: x"),
          fault(
              "an upper-case protocol",
              "protocol is no lower-case name",
              "protocol: demo",
              "protocol: DEMO"),
          fault(
              "an example that is neither text nor hex",
              "has either text or hex",
              "- text: \"demo 1.10\"\n        version",
              "- version"),
          fault("hex that is none", "hex is not hexadecimal", "text: \"demo 1.10\"", "hex: 0g"),
          fault("text beyond ISO-8859-1", "write it as hex", "demo 1.10\"", "demo 1.10 \u20ac\""),
          fault("a value that is a list", "product is no text", "product: Demo", "product: [Demo]"),
          fault("an empty value", "product is empty", "product: Demo", "product:"),
          fault(
              "a pattern that backtracks without reading",
              "entry 1 (first): pattern can backtrack without end",
              "^demo (",
              "^demo(?:a?|b?){30} ("),
          fault(
              "a pattern that is not vouched for",
              "pattern has syntax that is not vouched for",
              "^demo (",
              "^(?x)demo ("),
          fault("no mapping", "the file is no mapping", SOUND, "- a\n"),
          fault(
              "an object to construct",
              "demo.yaml",
              "product: Demo",
              "product: !!java.io.File [x]"),
          fault(
              "an entry that names nothing",
              "names nothing",
              "    product: Demo\n    version: $1\n",
              ""));
    }

    private static Arguments fault(String name, String message, String sound, String broken) {
      String yaml = name.isEmpty() ? "" : SOUND.replace(sound, broken);
      return Arguments.of(name.isEmpty() ? "an empty file" : name, message, yaml);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void refuses(String name, String message, String yaml) {
      assertThat(yaml).isNotEqualTo(SOUND);
      assertThatThrownBy(() -> SignatureFile.read("demo.yaml", yaml))
          .isInstanceOf(SignatureException.class)
          .hasMessageContaining(message)
          .hasMessageStartingWith("demo.yaml");
    }
  }

  @Nested
  class Collecting {

    @Test
    void refusesTwoEntriesOfOneId() {
      Map<String, String> files = new LinkedHashMap<>();
      files.put("a.yaml", SOUND);
      files.put("b.yaml", SOUND);
      assertThatThrownBy(() -> YamlSignatureBook.of(files))
          .isInstanceOf(SignatureException.class)
          .hasMessageContaining("demo/first")
          .hasMessageContaining("b.yaml");
    }

    @Test
    void listsWhatItHolds() {
      assertThat(YamlSignatureBook.of(Map.of("demo.yaml", SOUND)).signatures())
          .containsExactly(
              new Signature(
                  "demo/first", "demo", "demo.greeting", "^demo (\\d[\\d.]*)", "Demo", "own"));
    }

    @Test
    void findsTheFilesOfTheClassPath() {
      assertThat(SignatureBooks.own().signatures())
          .extracting(Signature::id)
          .contains("ftp/vsftpd")
          .doesNotHaveDuplicates();
    }
  }
}
