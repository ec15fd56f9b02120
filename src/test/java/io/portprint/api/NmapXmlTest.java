package io.portprint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.State;
import io.portprint.fingerprint.Transport;
import io.portprint.job.HostReport;
import io.portprint.job.JobState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.ext.DefaultHandler2;

class NmapXmlTest {

  /** As Debian's nmap-common installs it. */
  private static final Path DTD = Path.of("/usr/share/nmap/nmap.dtd");

  private static final Service SERVICE =
      new Service(
          "http",
          "nginx",
          "1.22.1",
          "<\"info\">",
          "www.example",
          "Linux",
          "router",
          List.of("cpe:2.3:a:f5:nginx:1.22.1:*:*:*:*:*:*:*", "no CPE"),
          true);

  private static HostReport everything() {
    return new HostReport(
        "lab.example",
        true,
        InetAddress.ofLiteral("2001:db8::7"),
        Exports.NOW.minusSeconds(2),
        Exports.NOW,
        Map.of(
            State.OPEN, Map.of(Transport.TCP, Exports.ports(80, 81, 82, 83)),
            State.CLOSED,
                Map.of(Transport.TCP, Exports.ports(1, 2, 3, 7), Transport.UDP, Exports.ports(9)),
            State.FILTERED, Map.of(Transport.TCP, Exports.ports(4)),
            State.UNREACHABLE, Map.of(Transport.TCP, Exports.ports(5)),
            State.OPEN_OR_FILTERED, Map.of(Transport.UDP, Exports.ports(53)),
            State.NOT_PROBED, Map.of(Transport.TCP, Exports.ports(6))),
        List.of(
            Exports.open(80, SERVICE, null),
            Exports.open(81, Service.UNKNOWN, null),
            Exports.open(82, Service.of("http"), "http"),
            Exports.open(83, Service.UNKNOWN.withTls(true), null)));
  }

  private static HostReport host(State state, Transport transport) {
    return new HostReport(
        "127.0.0.1",
        false,
        InetAddress.ofLiteral("127.0.0.1"),
        null,
        null,
        Map.of(state, Map.of(transport, Exports.ports(1))),
        List.of());
  }

  private static String text(JobState state, HostReport... hosts) {
    return new String(Exports.xml(Exports.job(state, null), hosts), StandardCharsets.UTF_8);
  }

  @Test
  void writesWhatNmapWould() {
    assertThat(text(JobState.COMPLETED, everything()).lines())
        .containsExactly(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
            "<!DOCTYPE nmaprun>",
            "<!-- Written by Portprint, in the format of Nmap's XML output -->",
            "<nmaprun scanner=\"nmap\" args=\"portprint job 0198f3c2-7b1e-7cc3-98c4-dc0c0c07398f\""
                + " start=\"1793649600\" startstr=\"Mon Nov  2 20:00:00 2026\""
                + " version=\"Portprint 1.2.3\" xmloutputversion=\"1.05\">",
            "<scaninfo type=\"connect\" protocol=\"tcp\" numservices=\"4\" services=\"21-23,80\"/>",
            "<scaninfo type=\"udp\" protocol=\"udp\" numservices=\"1\" services=\"53\"/>",
            "<verbose level=\"0\"/>",
            "<debugging level=\"0\"/>",
            "<host starttime=\"1793649603\" endtime=\"1793649605\"><status state=\"up\""
                + " reason=\"syn-ack\" reason_ttl=\"0\"/>",
            "<address addr=\"2001:db8:0:0:0:0:0:7\" addrtype=\"ipv6\"/>",
            "<hostnames><hostname name=\"lab.example\" type=\"user\"/></hostnames>",
            "<ports><extraports state=\"closed\" count=\"5\"><extrareasons reason=\"conn-refused\""
                + " count=\"4\" proto=\"tcp\" ports=\"1-3,7\"/><extrareasons"
                + " reason=\"port-unreach\" count=\"1\" proto=\"udp\" ports=\"9\"/></extraports>",
            "<extraports state=\"filtered\" count=\"2\"><extrareasons reason=\"no-response\""
                + " count=\"1\" proto=\"tcp\" ports=\"4\"/><extrareasons reason=\"dest-unreach\""
                + " count=\"1\" proto=\"tcp\" ports=\"5\"/></extraports>",
            "<extraports state=\"open|filtered\" count=\"1\"><extrareasons reason=\"no-response\""
                + " count=\"1\" proto=\"udp\" ports=\"53\"/></extraports>",
            "<port protocol=\"tcp\" portid=\"80\"><state state=\"open\" reason=\"syn-ack\""
                + " reason_ttl=\"0\"/><service name=\"http\" product=\"nginx\" version=\"1.22.1\""
                + " extrainfo=\"&lt;&quot;info&quot;&gt;\" hostname=\"www.example\""
                + " ostype=\"Linux\" devicetype=\"router\" tunnel=\"ssl\" method=\"probed\""
                + " conf=\"10\"><cpe>cpe:/a:f5:nginx:1.22.1</cpe></service></port>",
            "<port protocol=\"tcp\" portid=\"81\"><state state=\"open\" reason=\"syn-ack\""
                + " reason_ttl=\"0\"/></port>",
            "<port protocol=\"tcp\" portid=\"82\"><state state=\"open\" reason=\"syn-ack\""
                + " reason_ttl=\"0\"/><service name=\"http\" method=\"probed\""
                + " conf=\"10\"></service><script id=\"portprint-impostor\" output=\"claims http:"
                + " http\"/></port>",
            "<port protocol=\"tcp\" portid=\"83\"><state state=\"open\" reason=\"syn-ack\""
                + " reason_ttl=\"0\"/><service name=\"unknown\" tunnel=\"ssl\" method=\"probed\""
                + " conf=\"10\"></service></port>",
            "</ports>",
            "</host>",
            "<runstats><finished time=\"1793649605\" timestr=\"Mon Nov  2 20:00:05 2026\""
                + " elapsed=\"5.00\" summary=\"Portprint: job completed; 8 of 9 endpoints done, 7"
                + " open, 2 not probed, 11 verdicts not kept\" exit=\"success\"/><hosts up=\"1\""
                + " down=\"0\" total=\"3\"/></runstats>",
            "</nmaprun>");
  }

  @Test
  void onlyWhatHasEndedHasAnExit() {
    assertThat(text(JobState.RUNNING)).contains("<finished ").doesNotContain("exit=");
    assertThat(
            new String(
                Exports.xml(Exports.job(JobState.CANCELLED, "cancelled by the client")),
                StandardCharsets.UTF_8))
        .contains("exit=\"error\" errormsg=\"cancelled by the client\"");
  }

  @Test
  void hostsThatDidNotAnswerMayBeUp() {
    assertThat(text(JobState.COMPLETED, host(State.CLOSED, Transport.UDP)))
        .contains("<status state=\"up\" reason=\"port-unreach\"", "<hosts up=\"1\"");
    assertThat(text(JobState.COMPLETED, host(State.FILTERED, Transport.TCP)))
        .contains("<status state=\"unknown\" reason=\"no-response\"", "<hosts up=\"0\"");
    assertThat(text(JobState.COMPLETED, host(State.UNREACHABLE, Transport.TCP)))
        .contains("<status state=\"unknown\" reason=\"dest-unreach\"", "<hosts up=\"0\"");
    assertThat(text(JobState.COMPLETED, host(State.NOT_PROBED, Transport.TCP)))
        .doesNotContain("<host>", "<host ");
  }

  @ParameterizedTest
  @EnumSource(JobState.class)
  void isValidByNmapsOwnDefinition(JobState state)
      throws SAXException, IOException, ParserConfigurationException {
    assumeTrue(Files.exists(DTD), () -> DTD + " is absent: nmap-common is not installed");

    validate(
        Exports.xml(
            Exports.job(state, "because"),
            everything(),
            host(State.FILTERED, Transport.TCP),
            host(State.CLOSED, Transport.UDP)));
    validate(Exports.xml(Exports.job(state, null)));
  }

  @Test
  void whatIsNotValidIsFound() throws IOException, ParserConfigurationException {
    assumeTrue(Files.exists(DTD), () -> DTD + " is absent: nmap-common is not installed");
    String document = text(JobState.COMPLETED).replace("scanner=\"nmap\"", "scanner=\"portprint\"");

    try {
      validate(document.getBytes(StandardCharsets.UTF_8));
    } catch (SAXException refused) {
      assertThat(refused).hasMessageContaining("scanner");
      return;
    }
    throw new AssertionError("the definition was not heeded");
  }

  /** With the definition of this machine, and nothing else that a document might name. */
  static void validate(byte[] document)
      throws SAXException, IOException, ParserConfigurationException {
    SAXParserFactory factory = SAXParserFactory.newDefaultInstance();
    factory.setValidating(true);
    DefaultHandler2 handler =
        new DefaultHandler2() {
          @Override
          public InputSource getExternalSubset(String name, String base) throws IOException {
            return new InputSource(Files.newInputStream(DTD));
          }

          @Override
          public InputSource resolveEntity(String name, String id, String base, String system) {
            throw new AssertionError("the document names " + system);
          }

          @Override
          public void error(SAXParseException e) throws SAXException {
            throw e;
          }
        };
    factory.newSAXParser().parse(new ByteArrayInputStream(document), handler);
  }

  @Test
  void confidenceIsOfTen() {
    Fingerprint unsure =
        new Fingerprint(
            Exports.open(80, null, null).endpoint(),
            State.OPEN,
            Service.of("ftp"),
            0.449,
            List.of(),
            null,
            null,
            Map.of(),
            List.of(),
            Exports.NOW,
            java.time.Duration.ZERO,
            false);

    assertThat(new String(Exports.xml(unsure), StandardCharsets.UTF_8)).contains("conf=\"4\"");
  }
}
