package io.portprint.detect;

import io.portprint.fingerprint.Alternative;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Evidence;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Finding;
import io.portprint.probe.Opening;
import io.portprint.signature.Match;
import io.portprint.signature.NmapBook;
import io.portprint.signature.NmapMatch;
import io.portprint.signature.NmapProbe;
import io.portprint.signature.SignatureBook;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an operator's own signature files make of answers. Nothing there was proven by a challenge,
 * so it is heard last: where no probe recognised anything, or to fill in the product of a protocol
 * that a probe did.
 */
final class Hearsay {

  /** Of an operator who has no files. */
  static final Hearsay NONE = new Hearsay(NmapBook.EMPTY, (_, _) -> Optional.empty());

  private static final Logger log = LoggerFactory.getLogger(Hearsay.class);
  private static final double CONFIDENCE = 0.6;
  private static final double SUSPICION = 0.3;
  private static final int MOST_SETTLING = 5;
  private static final int RARITY = 9;
  private static final String LISTENING = "nmap.tcp.NULL";

  /** Names of Nmap's that are not IANA's, or not ours. */
  private static final Map<String, String> NAMES =
      Map.of(
          "vnc", "rfb",
          "memcached", "memcache",
          "kerberos-sec", "kerberos",
          "http-proxy", "http",
          "ident", "auth",
          "ssl", "tls",
          "xmpp", "xmpp-client",
          "vnc-http", "http");

  /** A line that Recog knows by its own name, cut out of what a protocol's server says. */
  private record Line(String protocol, String field, Pattern pattern) {}

  private static final List<Line> LINES =
      List.of(
          line("ftp", "ftp.banner", "^220[ -](.*)"),
          line("smtp", "smtp.banner", "^220[ -](.*)"),
          line("nntp", "nntp.banner", "^20[01] (.*)"),
          line("pop3", "pop3.banner", "^\\+OK (.*)"),
          line("imap", "imap4.banner", "^\\* OK (.*)"),
          line("ssh", "ssh.banner", "^SSH-[\\d.]+-(.*)"),
          line("http", "http_header.server", "(?i)^Server: *(.*)"),
          line("http", "html_title", "(?i)<title>([^<]*)"),
          line("http", "http_header.wwwauth", "(?i)^WWW-Authenticate: *(.*)"),
          line("http", "http_header.cookie", "(?i)^Set-Cookie: *(.*)"),
          line("rtsp", "rtsp_header.server", "(?i)^Server: *(.*)"),
          line("sip", "sip_header.server", "(?i)^Server: *(.*)"),
          line("sip", "sip_header.user_agent", "(?i)^User-Agent: *(.*)"));

  private final NmapBook probes;
  private final SignatureBook recog;

  Hearsay(NmapBook probes, SignatureBook recog) {
    this.probes = probes;
    this.recog = recog;
  }

  private static Line line(String protocol, String field, String pattern) {
    return new Line(
        protocol,
        "recog." + field,
        Pattern.compile(pattern, Pattern.MULTILINE | Pattern.UNIX_LINES));
  }

  /**
   * The operator's probes, to be said after all of ours: those that his file suggests for the port,
   * and every one where the effort is {@link Effort#THOROUGH}; never to a port that the file wants
   * spared, and nothing that is said anyway.
   */
  List<Opening> openings(
      int port, Transport transport, boolean insideTls, Effort effort, List<Opening> said) {
    if (probes.excluded(transport).contains(port)) {
      return List.of();
    }
    Set<Bytes> payloads = new HashSet<>();
    said.forEach(opening -> payloads.add(opening.payload()));
    Comparator<NmapProbe> suggestedFirst =
        Comparator.comparing(probe -> !suggested(probe, port, insideTls));
    return probes.probes().stream()
        .filter(probe -> probe.transport() == transport && !probe.payload().isEmpty())
        .filter(
            probe ->
                suggested(probe, port, insideTls)
                    || (effort == Effort.THOROUGH && probe.rarity() <= effort.rarity()))
        .sorted(suggestedFirst.thenComparingInt(NmapProbe::rarity))
        .filter(probe -> payloads.add(probe.payload()))
        .map(
            probe ->
                new Opening(
                    name(probe),
                    probe.payload(),
                    suggested(probe, port, insideTls) ? Set.of(port) : Set.of(),
                    RARITY))
        .toList();
  }

  private static boolean suggested(NmapProbe probe, int port, boolean insideTls) {
    return (insideTls ? probe.sslPorts() : probe.ports()).contains(port);
  }

  private static String name(NmapProbe probe) {
    return "nmap/" + probe.name();
  }

  /**
   * What the files name where nobody recognised anything. A line that leaves the product to other
   * probes has those said that may settle it.
   *
   * @param suspicions where protocols go that the files only suspect
   */
  Optional<Finding> of(
      Layer layer,
      Transport transport,
      RandomGenerator random,
      Map<String, Alternative> suspicions) {
    Set<String> soft = new HashSet<>();
    Optional<Finding> hard = of(layer, transport, layer.turns(), random, soft);
    for (String protocol : hard.isPresent() ? Set.<String>of() : Set.copyOf(soft)) {
      hard = hard.or(() -> settle(layer, transport, protocol, random));
    }
    if (hard.isEmpty()) {
      for (String protocol : soft) {
        String name = iana(protocol);
        suspicions.putIfAbsent(
            name, new Alternative(name, SUSPICION, "suspected by the operator's probe file"));
      }
    }
    return hard;
  }

  private Optional<Finding> of(
      Layer layer,
      Transport transport,
      List<Answer> turns,
      RandomGenerator random,
      Set<String> soft) {
    for (Answer turn : turns) {
      Optional<NmapMatch> found =
          turn.silent() ? Optional.empty() : match(transport, turn.sent(), turn.received());
      if (found.isEmpty() || found.get().match().service().tls()) {
        continue;
      }
      NmapMatch match = found.get();
      if (match.soft()) {
        soft.add(String.valueOf(match.match().service().protocol()));
      } else if (turn.isGreeting() || !saysItToAll(layer, turn, random)) {
        return Optional.of(finding(turn, match.match()));
      }
    }
    return Optional.empty();
  }

  private Optional<Finding> settle(
      Layer layer, Transport transport, String protocol, RandomGenerator random) {
    Set<Bytes> said = new HashSet<>();
    layer.turns().forEach(turn -> said.add(turn.sent()));
    List<NmapProbe> worth =
        probes.probesThatSettle(protocol).stream()
            .filter(probe -> probe.transport() == transport && said.add(probe.payload()))
            .limit(MOST_SETTLING)
            .toList();
    for (NmapProbe probe : worth) {
      if (layer.lifeline().ended()) {
        break;
      }
      try {
        Answer turn = layer.ask(name(probe), probe.payload());
        Optional<Finding> found = of(layer, transport, List.of(turn), random, new HashSet<>());
        if (found.isPresent()) {
          return found;
        }
      } catch (ConversationException e) {
        log.atTrace().addKeyValue("failure", e.failure()).log("a question came to nothing");
      }
    }
    return Optional.empty();
  }

  /** Who gives the same answer to garbage has not answered what was asked. */
  private static boolean saysItToAll(Layer layer, Answer turn, RandomGenerator random) {
    try {
      return layer
          .ask("challenge/garbage", Challenge.garbage(random))
          .received()
          .equals(turn.received());
    } catch (ConversationException e) {
      log.atTrace().addKeyValue("failure", e.failure()).log("garbage was not answered");
      return true;
    }
  }

  private Optional<NmapMatch> match(Transport transport, Bytes sent, Bytes received) {
    for (NmapProbe probe : probes.probes()) {
      if (probe.transport() == transport && probe.payload().equals(sent)) {
        return probes.match(probe, received);
      }
    }
    return transport == Transport.TCP
        ? probes.match(LISTENING, received).map(match -> new NmapMatch(match, false))
        : Optional.empty();
  }

  private static Finding finding(Answer turn, Match match) {
    Service service =
        match.service().withProtocol(iana(String.valueOf(match.service().protocol())));
    return Finding.of(
        service,
        CONFIDENCE,
        turn.because(
            "the operator's probe file says so; no challenge has proven it",
            match.matched(),
            match.signature()));
  }

  private static String iana(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return NAMES.getOrDefault(lower, lower);
  }

  /** A finding, with the product filled in from the files where it names none. */
  Finding completed(Finding finding, Transport transport) {
    if (finding.service().product() != null) {
      return finding;
    }
    for (Evidence evidence : finding.evidence()) {
      Map<String, Match> matches = new LinkedHashMap<>();
      recog(finding.protocol(), evidence.received())
          .forEach(one -> matches.put(one.signature(), one));
      match(transport, evidence.sent(), evidence.received())
          .filter(one -> !one.soft())
          .map(NmapMatch::match)
          .filter(one -> iana(String.valueOf(one.service().protocol())).equals(finding.protocol()))
          .ifPresent(one -> matches.put(one.signature(), one));
      for (Match match : matches.values()) {
        Service service = match.service().withProtocol(null);
        if (service.product() != null) {
          return finding
              .withService(finding.service().orElse(service))
              .withEvidence(
                  new Evidence(
                      evidence.probe(),
                      evidence.sent(),
                      evidence.received(),
                      match.signature(),
                      List.of(),
                      "the operator's files name the product",
                      evidence.roundTrip(),
                      evidence.truncated()));
        }
      }
    }
    return finding;
  }

  private List<Match> recog(String protocol, Bytes received) {
    List<Match> found = new ArrayList<>();
    for (Line line : LINES) {
      if (line.protocol().equals(protocol)) {
        Matcher matcher = line.pattern().matcher(received.latin1());
        if (matcher.find()) {
          recog.match(line.field(), Bytes.latin1(matcher.group(1).strip())).ifPresent(found::add);
        }
      }
    }
    return found;
  }
}
