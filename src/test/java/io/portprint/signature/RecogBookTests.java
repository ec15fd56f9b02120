package io.portprint.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files in Recog's format, written here. */
class RecogBookTests {

  private static final String FILE =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <fingerprints matches="demo.banner" protocol="demo">
        <fingerprint pattern="^Demo/(\\d[\\d.]*)?(?: \\((\\w+)\\))?$" flags="REG_ICASE">
          <description>Demo</description>
          <example service.version="1.2" os.product="Linux">demo/1.2 (Linux)</example>
          <example _encoding="base64">RGVtby8=</example>
          <param pos="0" name="service.product" value="Demo"/>
          <param pos="1" name="service.version"/>
          <param pos="2" name="os.product"/>
          <param pos="0" name="service.cpe23" value="cpe:/a:maker:demo:{service.version}"/>
        </fingerprint>
      </fingerprints>
      """;

  private static RecogBook book(String text) {
    return RecogBook.of(Map.of("demo.xml", text.getBytes(StandardCharsets.UTF_8)));
  }

  private static Service only(String subject) {
    return book(FILE).match("recog.demo.banner", Bytes.latin1(subject)).orElseThrow().service();
  }

  @Test
  void fillsValuesAndNames() {
    Service service = only("DEMO/1.2 (Linux)");
    assertThat(service.product()).isEqualTo("Demo");
    assertThat(service.version()).isEqualTo("1.2");
    assertThat(service.os()).isEqualTo("Linux");
    assertThat(service.protocol()).as("is left to the probe").isNull();
    assertThat(service.cpe()).containsExactly("cpe:2.3:a:maker:demo:1.2:*:*:*:*:*:*:*");
    assertThat(only("Demo/").cpe()).containsExactly("cpe:2.3:a:maker:demo:*:*:*:*:*:*:*:*");
  }

  @Test
  void listsWhatItHolds() {
    assertThat(book(FILE).signatures())
        .singleElement()
        .satisfies(
            signature -> {
              assertThat(signature.id()).isEqualTo("recog/demo:3");
              assertThat(signature.field()).isEqualTo("recog.demo.banner");
              assertThat(signature.product()).isEqualTo("Demo");
              assertThat(signature.origin()).isEqualTo("recog");
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "<fingerprints/>x; line 1: is no sound XML",
        "<other/>; line 1: unknown element",
        "<fingerprint pattern='a'/>; line 1: a fingerprint stands outside",
        "<fingerprints>~<fingerprint/></fingerprints>; line 2: pattern is missing",
        "<fingerprints>~<fingerprint pattern='a' flags='X'/></fingerprints>; line 2: unknown flag",
        "<fingerprints><fingerprint pattern='a'>~<param name='a'"
            + " pos='x'/></fingerprint></fingerprints>; line 2: pos is no number",
        "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///a'>]>~<fingerprints/>; document types and"
            + " entities",
      })
  void namesTheLineOfAFault(String file, String message) {
    assertThatThrownBy(() -> book(file.replace('~', '\n')))
        .isInstanceOf(SignatureException.class)
        .hasMessageStartingWith("demo.xml")
        .hasMessageContaining(message);
  }

  @Test
  void refusesAFolderWithoutFiles(@TempDir Path folder) {
    assertThatThrownBy(() -> RecogBook.read(folder))
        .isInstanceOf(SignatureException.class)
        .hasMessageContaining("holds none");
  }
}
