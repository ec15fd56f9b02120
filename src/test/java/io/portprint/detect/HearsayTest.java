package io.portprint.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Probe;
import io.portprint.probe.Repertoire;
import io.portprint.signature.NmapBook;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Probes;
import io.portprint.testing.Scopes;
import io.portprint.transport.Dialer;
import io.portprint.transport.Gate;
import io.portprint.transport.Lifeline;
import io.portprint.transport.Lifelines;
import io.portprint.transport.TransportMetrics;
import io.portprint.transport.TransportProperties;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a file in Nmap's format adds to the own probes; the files are written for these tests. */
class HearsayTest {

  private static final String FILE =
      """
      %s
      Probe TCP NULL q||
      match odd m|^odd server (\\d[\\d.]*)\\r\\n| p/Odd/ v/$1/ cpe:/a:odd:odd:$1/
      softmatch coy m|^who is it\\?\\r\\n|
      match ftp m|^220 wondrous ftp (\\d[\\d.]*)\\r\\n| p/Wondrous/ v/$1/
      Probe TCP Knock q|knock knock\\r\\n|
      rarity 8
      ports 1-65535
      match knock m|^who's there, (\\w+)| p/Door/ i/$1/
      Probe TCP Coy q|it is me\\r\\n|
      rarity 9
      match coy m|^who is it\\?\\r\\ncome in, says (\\w+)| p/$1/
      """;

  private static final Probe[] OWN = Probes.all();

  private static Fingerprint detect(String exclude, LoopbackPeer.Script script, Probe... probes) {
    try (LoopbackPeer peer = LoopbackPeer.tcp(script);
        Lifelines lifelines = new Lifelines();
        Lifeline lifeline = lifelines.of(Duration.ofSeconds(10))) {
      NmapBook book = NmapBook.of("test", FILE.formatted(exclude.formatted(peer.port())));
      Dialer dialer =
          new Dialer(
              Gate.OPEN,
              TransportProperties.defaults(),
              new TransportMetrics(new SimpleMeterRegistry()));
      return new Detector(
              new Repertoire(List.of(probes)),
              book,
              book,
              dialer,
              DetectProperties.defaults(),
              InstantSource.system())
          .fingerprint(
              Scopes.loopback().approve("127.0.0.1", peer.port(), Transport.TCP),
              Plan.everything(Effort.QUICK),
              lifeline);
    }
  }

  private static Probe[] own(String protocol) {
    return Stream.of(OWN)
        .filter(probe -> probe.description().protocol().equals(protocol))
        .toArray(Probe[]::new);
  }

  private static LoopbackPeer.Script answering(UnaryOperator<String> answer) {
    return connection -> {
      Bytes heard = LoopbackPeer.hear(connection);
      if (!heard.isEmpty()) {
        LoopbackPeer.say(connection, answer.apply(heard.latin1()));
      }
    };
  }

  private static LoopbackPeer.Script greeting(String greeting, UnaryOperator<String> answer) {
    return connection -> {
      LoopbackPeer.say(connection, greeting);
      answering(answer).converse(connection);
    };
  }

  private static Service service(Fingerprint fingerprint) {
    return Objects.requireNonNull(fingerprint.service());
  }

  @Test
  void namesAGreetingThatNobodyKnows() {
    Fingerprint found = detect("", greeting("odd server 1.2\r\n", _ -> "what?\r\n"));
    assertThat(service(found))
        .isEqualTo(
            new Service(
                "odd",
                "Odd",
                "1.2",
                null,
                null,
                null,
                null,
                List.of("cpe:2.3:a:odd:odd:1.2:*:*:*:*:*:*:*"),
                false));
    assertThat(found.confidence()).isLessThan(0.7);
    assertThat(found.evidence().getFirst().signature()).isEqualTo("nmap/3");
  }

  @Test
  void saysItsProbesWhereTheFileSuggestsThePort() {
    Fingerprint found =
        detect("", answering(heard -> heard.startsWith("knock") ? "who's there, Ann" : "?"));
    assertThat(service(found).protocol()).isEqualTo("knock");
    assertThat(service(found).info()).isEqualTo("Ann");
  }

  @Test
  void sparesThePortsThatTheFileExcludes() {
    Set<String> heard = ConcurrentHashMap.newKeySet();
    Fingerprint found =
        detect(
            "Exclude T:%d",
            answering(
                word -> {
                  heard.add(word);
                  return word.startsWith("knock") ? "who's there, Ann" : "?";
                }),
            own("http"));
    assertThat(found.identified()).isFalse();
    assertThat(heard).isNotEmpty().noneMatch(word -> word.startsWith("knock"));
  }

  @Test
  void doesNotBelieveAnAnswerToAnything() {
    Fingerprint found = detect("", answering(_ -> "who's there, Ann"));
    assertThat(found.identified()).isFalse();
  }

  @Test
  void asksOnWhereAProtocolIsSuspected() {
    Fingerprint found =
        detect(
            "",
            greeting(
                "who is it?\r\n", heard -> heard.startsWith("it is") ? "come in, says Bo" : "no"));
    assertThat(service(found).protocol()).isEqualTo("coy");
    assertThat(service(found).product()).isEqualTo("Bo");
  }

  @Test
  void leavesASuspicionAnAlternative() {
    Fingerprint found = detect("", greeting("who is it?\r\n", _ -> "no"));
    assertThat(found.identified()).isFalse();
    assertThat(found.alternatives())
        .singleElement()
        .satisfies(one -> assertThat(one.protocol()).isEqualTo("coy"));
  }

  @Test
  void fillsInTheProductOfWhatAProbeProved() {
    Fingerprint found =
        detect(
            "",
            connection -> {
              LoopbackPeer.say(connection, "220 wondrous ftp 3.1\r\n");
              while (true) {
                String heard = LoopbackPeer.hear(connection).latin1();
                if (heard.isEmpty()) {
                  return;
                }
                LoopbackPeer.say(
                    connection,
                    heard.startsWith("SYST")
                        ? "215 UNIX Type: L8\r\n"
                        : heard.startsWith("FEAT")
                            ? "211-Features:\r\n EPSV\r\n211 End\r\n"
                            : "500 Unknown command.\r\n");
              }
            },
            own("ftp"));
    assertThat(service(found).protocol()).isEqualTo("ftp");
    assertThat(service(found).product()).isEqualTo("Wondrous");
    assertThat(service(found).version()).isEqualTo("3.1");
    assertThat(found.confidence()).isGreaterThan(0.8);
  }
}
