package io.portprint.api;

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
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;

/**
 * A job's results in the format that Nmap writes with {@code -oX}, for the tools that read it.
 * Valid by Nmap's own DTD, which allows no {@code scanner} but {@code nmap}; who wrote it stands in
 * {@code version} and {@code args}. Written host by host: nothing is kept.
 *
 * @see <a href="https://nmap.org/book/nmap-dtd.html">Nmap XML output DTD</a>
 */
final class NmapXml {

  static final String MEDIA_TYPE = "application/xml";

  private static final String FORMAT_VERSION = "1.05";
  private static final String UNKNOWN = "unknown";
  private static final String NO_ANSWER = "no-response";
  private static final String NO_WAY = "dest-unreach";

  /** As C's {@code asctime}. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  /** The states of ports that are summed up per host, with Nmap's word for each. */
  private static final Map<String, List<State>> SUMMED_UP =
      Map.of(
          "closed", List.of(State.CLOSED),
          "filtered", List.of(State.FILTERED, State.UNREACHABLE),
          "open|filtered", List.of(State.OPEN_OR_FILTERED));

  private static final List<String> ORDER = List.of("closed", "filtered", "open|filtered");

  private final Writer writer;
  private final XMLStreamWriter xml;
  private final String version;
  private final Instant now;
  private long up;

  /**
   * @param version of this service
   * @param now stands for the end of a job that has not ended
   */
  NmapXml(OutputStream out, String version, Instant now) {
    this.writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    this.version = version;
    this.now = now;
    try {
      this.xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(writer);
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  /** What comes before the hosts. */
  void begin(Job job, Map<Transport, BitSet> ports) {
    Instant start = started(job);
    try {
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeCharacters("\n");
      xml.writeDTD("<!DOCTYPE nmaprun>");
      xml.writeCharacters("\n");
      xml.writeComment(" Written by Portprint, in the format of Nmap's XML output ");
      xml.writeCharacters("\n");
      xml.writeStartElement("nmaprun");
      attribute("scanner", "nmap");
      attribute("args", "portprint job " + job.id());
      attribute("start", start.getEpochSecond());
      attribute("startstr", TIME.format(start));
      attribute("version", "Portprint " + version);
      attribute("xmloutputversion", FORMAT_VERSION);
      line();
      for (Transport transport : Transport.values()) {
        BitSet some = ports.getOrDefault(transport, new BitSet());
        if (!some.isEmpty()) {
          empty("scaninfo");
          attribute("type", transport == Transport.TCP ? "connect" : "udp");
          attribute("protocol", transport.label());
          attribute("numservices", some.cardinality());
          attribute("services", ranges(some));
          line();
        }
      }
      for (String element : List.of("verbose", "debugging")) {
        empty(element);
        attribute("level", 0);
        line();
      }
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  private static Instant started(Job job) {
    return Objects.requireNonNullElse(job.startedAt(), job.createdAt());
  }

  /** One host; one of which no endpoint was probed is left out. */
  void host(HostReport host) {
    if (host.ports().keySet().stream().allMatch(state -> state == State.NOT_PROBED)) {
      return;
    }
    try {
      xml.writeStartElement("host");
      if (host.from() != null && host.to() != null) {
        attribute("starttime", host.from().getEpochSecond());
        attribute("endtime", host.to().getEpochSecond());
      }
      status(host);
      empty("address");
      attribute("addr", host.named() ? host.address().getHostAddress() : host.host());
      attribute("addrtype", host.address() instanceof Inet4Address ? "ipv4" : "ipv6");
      line();
      xml.writeStartElement("hostnames");
      if (host.named()) {
        empty("hostname");
        attribute("name", host.host());
        attribute("type", "user");
      }
      xml.writeEndElement();
      line();
      xml.writeStartElement("ports");
      for (String state : ORDER) {
        summedUp(host, state);
      }
      for (Fingerprint one : host.open()) {
        port(one);
      }
      xml.writeEndElement();
      line();
      xml.writeEndElement();
      line();
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  /** A host that has answered or refused is up; one that did neither may be. */
  private void status(HostReport host) throws XMLStreamException {
    Optional<String> sign =
        Stream.of(State.OPEN, State.CLOSED)
            .flatMap(
                state ->
                    host.ports().getOrDefault(state, Map.of()).keySet().stream()
                        .map(transport -> reason(state, transport)))
            .findFirst();
    up += sign.isPresent() ? 1 : 0;
    empty("status");
    attribute("state", sign.isPresent() ? "up" : UNKNOWN);
    attribute("reason", sign.orElse(host.count(State.UNREACHABLE) > 0 ? NO_WAY : NO_ANSWER));
    attribute("reason_ttl", 0);
    line();
  }

  private static String reason(State state, Transport transport) {
    return switch (state) {
      case OPEN -> transport == Transport.TCP ? "syn-ack" : "udp-response";
      case CLOSED -> transport == Transport.TCP ? "conn-refused" : "port-unreach";
      case FILTERED, OPEN_OR_FILTERED, NOT_PROBED -> NO_ANSWER;
      case UNREACHABLE -> NO_WAY;
    };
  }

  private void summedUp(HostReport host, String word) throws XMLStreamException {
    List<State> states = Objects.requireNonNull(SUMMED_UP.get(word));
    int count = states.stream().mapToInt(host::count).sum();
    if (count == 0) {
      return;
    }
    xml.writeStartElement("extraports");
    attribute("state", word);
    attribute("count", count);
    for (State state : states) {
      for (Map.Entry<Transport, BitSet> some :
          host.ports().getOrDefault(state, Map.of()).entrySet()) {
        empty("extrareasons");
        attribute("reason", reason(state, some.getKey()));
        attribute("count", some.getValue().cardinality());
        attribute("proto", some.getKey().label());
        attribute("ports", ranges(some.getValue()));
      }
    }
    xml.writeEndElement();
    line();
  }

  private void port(Fingerprint fingerprint) throws XMLStreamException {
    Endpoint endpoint = fingerprint.endpoint();
    xml.writeStartElement("port");
    attribute("protocol", endpoint.transport().label());
    attribute("portid", endpoint.port());
    empty("state");
    attribute("state", "open");
    attribute("reason", reason(State.OPEN, endpoint.transport()));
    attribute("reason_ttl", 0);
    Service service = fingerprint.service();
    if (service != null
        && (service.protocol() != null || service.product() != null || service.tls())) {
      service(service, fingerprint.confidence());
    }
    Impostor impostor = fingerprint.impostor();
    if (impostor != null) {
      empty("script");
      attribute("id", "portprint-impostor");
      attribute(
          "output", "claims %s: %s".formatted(FingerprintCsv.claim(impostor), impostor.reason()));
    }
    xml.writeEndElement();
    line();
  }

  private void service(Service service, double confidence) throws XMLStreamException {
    xml.writeStartElement("service");
    attribute("name", Objects.requireNonNullElse(service.protocol(), UNKNOWN));
    told("product", service.product());
    told("version", service.version());
    told("extrainfo", service.info());
    told("hostname", service.hostname());
    told("ostype", service.os());
    told("devicetype", service.device());
    if (service.tls()) {
      attribute("tunnel", "ssl");
    }
    attribute("method", "probed");
    attribute("conf", Math.clamp(Math.round(confidence * 10), 0, 10));
    for (String name : service.cpe()) {
      String uri = CpeBinding.uri(name).orElse(null);
      if (uri != null) {
        xml.writeStartElement("cpe");
        xml.writeCharacters(uri);
        xml.writeEndElement();
      }
    }
    xml.writeEndElement();
  }

  /** What comes after the hosts. That the job has ended can be told by {@code exit}. */
  void end(Job job, long hosts) {
    Instant end = Objects.requireNonNullElse(job.finishedAt(), now);
    Duration elapsed = Duration.between(started(job), end);
    JobCounts counts = job.counts();
    try {
      xml.writeStartElement("runstats");
      empty("finished");
      attribute("time", end.getEpochSecond());
      attribute("timestr", TIME.format(end));
      attribute(
          "elapsed", String.format(Locale.ROOT, "%.2f", Math.max(0, elapsed.toMillis()) / 1e3));
      attribute(
          "summary",
          "Portprint: job %s; %d of %d endpoints done, %d open, %d not probed, %d verdicts not kept"
              .formatted(
                  Words.of(job.state()),
                  counts.done(),
                  counts.endpoints(),
                  counts.open(),
                  counts.notProbed(),
                  counts.dropped()));
      if (job.state().ended()) {
        attribute("exit", job.state() == JobState.COMPLETED ? "success" : "error");
        told("errormsg", job.ending());
      }
      empty("hosts");
      attribute("up", up);
      attribute("down", 0);
      attribute("total", hosts);
      xml.writeEndElement();
      line();
      xml.writeEndElement();
      line();
      xml.writeEndDocument();
      xml.flush();
      writer.flush();
    } catch (XMLStreamException e) {
      throw failed(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void empty(String element) throws XMLStreamException {
    xml.writeEmptyElement(element);
  }

  private void told(String name, @Nullable String value) throws XMLStreamException {
    if (value != null) {
      attribute(name, value);
    }
  }

  private void attribute(String name, String value) throws XMLStreamException {
    xml.writeAttribute(name, PeerText.escaped(value));
  }

  private void attribute(String name, long value) throws XMLStreamException {
    xml.writeAttribute(name, Long.toString(value));
  }

  private void line() throws XMLStreamException {
    xml.writeCharacters("\n");
  }

  /** As Nmap writes port lists: {@code 21-23,80}. */
  static String ranges(BitSet ports) {
    StringBuilder text = new StringBuilder();
    for (int from = ports.nextSetBit(0); from >= 0; ) {
      int after = ports.nextClearBit(from);
      text.append(text.isEmpty() ? "" : ",").append(from);
      if (after - from > 1) {
        text.append('-').append(after - 1);
      }
      from = ports.nextSetBit(after);
    }
    return text.toString();
  }

  private static UncheckedIOException failed(XMLStreamException e) {
    return new UncheckedIOException(
        e.getNestedException() instanceof IOException cause ? cause : new IOException(e));
  }
}
