package io.portprint.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.portprint.fingerprint.Bytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * A second opinion on our FTP signatures: the examples of Recog, where a copy of it lies beside the
 * checkout. Where both name a product or a version they have to agree.
 */
class RecogAgreementTests {

  private static final Path BANNERS = Path.of("..", "shared", "recog", "xml", "ftp_banners.xml");

  /** The same products by other names. */
  private static final Map<String, String> ALIASES =
      Map.of(
          "IIS", "Microsoft FTP Service",
          "z/OS FTP Server", "IBM Communications Server FTP",
          "KM FTPD", "Konica Minolta FTP server",
          "SmbFTPD", "Synology DSM FTP",
          "Twisted FTPD", "Twisted FTP server",
          "FTPD", "ftp");

  private final SignatureBook book = SignatureBooks.own();

  private record Sample(String text, String product, String version) {}

  @TestFactory
  Stream<DynamicTest> ftpBanners() throws Exception {
    assumeTrue(Files.exists(BANNERS), "no copy of Recog beside the checkout");
    List<Sample> samples = samples();
    assertThat(samples).hasSizeGreaterThan(100);
    return samples.stream().map(sample -> dynamicTest(sample.text(), () -> agrees(sample)));
  }

  private void agrees(Sample sample) {
    Optional<Match> match =
        book.match("ftp.greeting", Bytes.latin1("220 " + sample.text() + "\r\n"));
    match
        .map(Match::service)
        .ifPresent(
            service -> {
              if (service.product() != null && !sample.product().isEmpty()) {
                String ours = normal(service.product());
                String theirs = normal(sample.product());
                assertThat(ours.contains(theirs) || theirs.contains(ours))
                    .as("%s is %s", service.product(), sample.product())
                    .isTrue();
              }
              if (service.version() != null && !sample.version().isEmpty()) {
                assertThat(sample.version()).startsWith(service.version());
              }
            });
  }

  private static String normal(String product) {
    String known = ALIASES.getOrDefault(product, product);
    return known.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }

  private static List<Sample> samples() throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    List<Sample> samples = new ArrayList<>();
    for (Element print :
        elements(
            factory
                .newDocumentBuilder()
                .parse(BANNERS.toFile())
                .getElementsByTagName("fingerprint"))) {
      String product =
          elements(print.getElementsByTagName("param")).stream()
              .filter(param -> param.getAttribute("name").equals("service.product"))
              .map(param -> param.getAttribute("value"))
              .findFirst()
              .orElse("");
      for (Element example : elements(print.getElementsByTagName("example"))) {
        samples.add(
            new Sample(example.getTextContent(), product, example.getAttribute("service.version")));
      }
    }
    return samples;
  }

  private static List<Element> elements(NodeList nodes) {
    return IntStream.range(0, nodes.getLength()).mapToObj(at -> (Element) nodes.item(at)).toList();
  }
}
