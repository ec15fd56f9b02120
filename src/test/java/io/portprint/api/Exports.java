package io.portprint.api;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Impostor;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.State;
import io.portprint.fingerprint.Transport;
import io.portprint.job.HostReport;
import io.portprint.job.Job;
import io.portprint.job.JobCounts;
import io.portprint.job.JobState;
import io.portprint.testing.LoopbackPeer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** What is exported, made and read back by other code than the service's own. */
final class Exports {

  static final Instant NOW = Instant.parse("2026-11-02T20:00:05Z");

  private static final Pattern ESCAPE =
      Pattern.compile("\\\\(?:([rnt\\\\])|x(\\p{XDigit}{2})|u\\{(\\p{XDigit}{3,6})})");

  private Exports() {}

  /** A server of FTP, for scripts. */
  static void ftp(Socket connection, String greeting) throws IOException {
    LoopbackPeer.say(connection, greeting);
    for (Bytes line = LoopbackPeer.hear(connection);
        !line.isEmpty();
        line = LoopbackPeer.hear(connection)) {
      LoopbackPeer.say(
          connection,
          switch (line.latin1().strip()) {
            case "SYST" -> "215 UNIX Type: L8\r\n";
            case "FEAT" -> "211-Features:\r\n EPRT\r\n EPSV\r\n211 End\r\n";
            default -> "500 Unknown command.\r\n";
          });
    }
  }

  static Fingerprint open(int port, @Nullable Service service, @Nullable String claimed) {
    return new Fingerprint(
        new Endpoint("127.0.0.1", InetAddress.ofLiteral("127.0.0.1"), port, Transport.TCP),
        State.OPEN,
        service,
        0.97,
        List.of(),
        claimed == null ? null : new Impostor(claimed, "asked", "received", claimed),
        null,
        Map.of(),
        List.of(),
        NOW,
        Duration.ofMillis(1500),
        false);
  }

  static Job job(JobState state, @Nullable String ending) {
    return new Job(
        UUID.fromString("0198f3c2-7b1e-7cc3-98c4-dc0c0c07398f"),
        "client",
        state,
        NOW.minusSeconds(9),
        NOW.minusSeconds(5),
        state.ended() ? NOW : null,
        state.ended() ? NOW.plusSeconds(3600) : null,
        ending,
        null,
        null,
        null,
        new JobCounts(9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 11));
  }

  static BitSet ports(int... ports) {
    BitSet set = new BitSet();
    for (int port : ports) {
      set.set(port);
    }
    return set;
  }

  /** A document of one host with one open port. */
  static byte[] xml(Fingerprint open) {
    Endpoint endpoint = open.endpoint();
    return xml(
        job(JobState.COMPLETED, null),
        new HostReport(
            endpoint.host(),
            false,
            endpoint.address(),
            NOW,
            NOW,
            Map.of(State.OPEN, Map.of(endpoint.transport(), ports(endpoint.port()))),
            List.of(open)));
  }

  static byte[] xml(Job job, HostReport... hosts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    NmapXml xml = new NmapXml(out, "1.2.3", NOW);
    xml.begin(job, Map.of(Transport.TCP, ports(21, 22, 23, 80), Transport.UDP, ports(53)));
    for (HostReport host : hosts) {
      xml.host(host);
    }
    xml.end(job, 3);
    return out.toByteArray();
  }

  static Document readXml(byte[] document) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
      var builder = factory.newDocumentBuilder();
      builder.setErrorHandler(new DefaultHandler());
      return builder.parse(new ByteArrayInputStream(document));
    } catch (SAXException | IOException | ParserConfigurationException e) {
      throw new AssertionError(new String(document, java.nio.charset.StandardCharsets.UTF_8), e);
    }
  }

  /** Rows of cells, by the grammar of RFC 4180, section 2. */
  static List<List<String>> readCsv(String text) {
    List<List<String>> rows = new ArrayList<>();
    List<String> row = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      StringBuilder cell = new StringBuilder();
      if (text.charAt(at) == '"') {
        at++;
        while (text.charAt(at) != '"' || text.startsWith("\"\"", at)) {
          at += text.charAt(at) == '"' ? 1 : 0;
          cell.append(text.charAt(at++));
        }
        at++;
      } else {
        while (",\r\n".indexOf(text.charAt(at)) < 0) {
          if (text.charAt(at) == '"') {
            throw new AssertionError("a quote in a cell without quotes: " + text);
          }
          cell.append(text.charAt(at++));
        }
      }
      row.add(cell.toString());
      if (text.startsWith("\r\n", at)) {
        rows.add(row);
        row = new ArrayList<>();
        at += 2;
      } else if (text.charAt(at) == ',') {
        at++;
      } else {
        throw new AssertionError("neither a comma nor CR LF at " + at + " of " + text);
      }
    }
    if (!row.isEmpty()) {
      throw new AssertionError("the last line does not end: " + text);
    }
    return rows;
  }

  static String unescaped(String text) {
    StringBuilder plain = new StringBuilder();
    int at = 0;
    Matcher escape = ESCAPE.matcher(text);
    while (escape.find()) {
      plain.append(text, at, escape.start());
      at = escape.end();
      if (escape.group(1) != null) {
        plain.append("\r\n\t\\".charAt("rnt\\".indexOf(escape.group(1))));
      } else {
        String digits = escape.group(2) != null ? escape.group(2) : escape.group(3);
        plain.appendCodePoint(Integer.parseInt(digits, 16));
      }
    }
    return plain.append(text, at, text.length()).toString();
  }
}
