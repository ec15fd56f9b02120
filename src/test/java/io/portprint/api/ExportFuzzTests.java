package io.portprint.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Service;
import java.nio.ByteBuffer;
import java.util.List;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Whatever a peer says: what is exported is well-formed, and says the same when it is read. */
class ExportFuzzTests {

  private static String text(byte[] input) {
    char[] chars = new char[input.length / 2];
    ByteBuffer.wrap(input).asCharBuffer().get(chars);
    return new String(chars);
  }

  private static Service service(String text) {
    return new Service(text, text, text, text, text, text, text, List.of(text, text), true);
  }

  @FuzzTest
  void csv(byte[] input) {
    String text = text(input);
    List<List<String>> rows =
        Exports.readCsv(FingerprintCsv.row(Exports.open(80, service(text), text)));

    assertThat(rows).hasSize(1);
    List<String> cells = rows.getFirst();
    assertThat(cells).hasSize(FingerprintCsv.HEADER.split(",").length);
    assertThat(cells)
        .noneMatch(cell -> cell.matches("(?s)[=+@\\t\\r\\n\uff1d\uff0b\uff0d\uff20-].*"));
    for (int column = 5; column <= 11; column++) {
      assertThat(Exports.unescaped(withoutApostrophe(cells.get(column), text))).isEqualTo(text);
    }
  }

  private static String withoutApostrophe(String cell, String text) {
    return cell.startsWith("'") && !text.startsWith("'") ? cell.substring(1) : cell;
  }

  @FuzzTest
  void xml(byte[] input) {
    String text = text(input);
    Document document = Exports.readXml(Exports.xml(Exports.open(80, service(text), text)));

    Element service = (Element) document.getElementsByTagName("service").item(0);
    for (String attribute :
        List.of("name", "product", "version", "extrainfo", "hostname", "ostype", "devicetype")) {
      assertThat(Exports.unescaped(service.getAttribute(attribute))).isEqualTo(text);
    }
    assertThat(Exports.unescaped(attribute(document, "script", "output")))
        .isEqualTo("claims %s: %s", text, text);
    assertThat(document.getElementsByTagName("port").getLength()).isEqualTo(1);
  }

  private static String attribute(Document document, String element, String name) {
    return ((Element) document.getElementsByTagName(element).item(0)).getAttribute(name);
  }

  @FuzzTest
  void cpe(byte[] input) {
    CpeBinding.uri(text(input))
        .ifPresent(uri -> assertThat(uri).matches("cpe:/[aoh](:([\\w.~-]|%[0-9a-f]{2})*){0,6}"));
  }
}
