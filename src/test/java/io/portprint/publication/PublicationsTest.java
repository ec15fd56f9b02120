package io.portprint.publication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portprint.capture.learning.Candidate;
import io.portprint.capture.learning.LearntCandidates;
import io.portprint.capture.learning.Naming;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Probe;
import io.portprint.probe.ProbeReader;
import io.portprint.probe.Repertoire;
import io.portprint.publication.PublicationException.Reason;
import io.portprint.signature.SignatureBook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** Trials, files, and what becomes of both at the next start. */
class PublicationsTest {

  private static final Map<String, Candidate> LEARNT = LearntCandidates.all();

  private static AnnotationConfigApplicationContext context;

  @TempDir private Path folder;

  @BeforeAll
  static void books() {
    context =
        new AnnotationConfigApplicationContext("io.portprint.probe", "io.portprint.signature");
  }

  @AfterAll
  static void close() {
    context.close();
  }

  private final Repertoire repertoire = new Repertoire(book());

  private static List<Probe> book() {
    return List.copyOf(context.getBeansOfType(Probe.class).values());
  }

  private Publications publications(Repertoire probes, int most) {
    return new Publications(
        probes,
        context.getBean(ProbeReader.class),
        context.getBean(SignatureBook.class),
        new PublicationProperties(folder.toString(), most));
  }

  private static Naming naming(String name, String protocol, Transport transport) {
    return new Naming(name, protocol, "It's \"new\": #1", transport, Set.of(33_033), Instant.EPOCH);
  }

  private static Naming udp(String name) {
    return naming(name, name, Transport.UDP);
  }

  /** Each server that a look-alike resembles is told by it, and right under its own name. */
  @ParameterizedTest
  @CsvSource({
    "skype, skype, Skype node",
    "stun, stun, STUN",
    "tracker, bittorrent-udp-tracker, BitTorrent UDP tracker",
    "memcached, memcache, memcached over UDP"
  })
  void lookAlikesAreNamedAtTrials(String learnt, String protocol, String lookAlike) {
    Publications publications = publications(repertoire, 10);
    Candidate candidate = LEARNT.get(learnt);

    assertThatThrownBy(
            () -> publications.publish(candidate, udp("new-thing"), true, _ -> List.of()))
        .isInstanceOf(PublicationException.class)
        .hasMessage("it would call this new-thing: " + lookAlike);
    assertThat(repertoire.knows("new-thing")).isFalse();

    Publication right =
        publications.publish(
            candidate, naming("again", protocol, Transport.UDP), true, _ -> List.of());
    assertThat(right.passed().lookAlikes()).contains("echo", lookAlike);
    assertThat(repertoire.knows("again")).isTrue();
  }

  /** An answer of the book's own examples is as good a reason. */
  @Test
  void whatTheBookKnowsIsToldAtTrials() {
    String exchange =
        """
        name: mine
        protocol: mine
        transport: tcp
        title: Mine
        summary: Learned.
        learned: {at: '2026-01-01T00:00:00Z', answers: 12, bits: 60, bitsOfThree: 60, freshBits: 0}
        greets: true
        hear:
          - {to: greeting, pattern: 'OK MPD', confidence: 0.5, reason: learned}
        again: {times: 3, confidence: 0.8}
        examples:
          - {to: greeting, text: "OK MPD 1", outcome: suspected}
        """;
    assertThatThrownBy(
            () ->
                Audition.of(
                    context.getBean(ProbeReader.class).read("mine", exchange, null),
                    book(),
                    context.getBean(SignatureBook.class)))
        .isInstanceOf(PublicationException.class)
        .hasMessage("it would call this mine: an answer of mpd that the book knows");
  }

  @Test
  void whoDoesNotKnowItsOwnServersIsNotPublished() {
    Publications publications = publications(repertoire, 10);
    assertThatThrownBy(
            () ->
                publications.publish(
                    LEARNT.get("words"), udp("words"), true, _ -> List.of("192.0.2.1:7/udp")))
        .isInstanceOf(PublicationException.class)
        .hasMessageContaining("192.0.2.1:7/udp");
    assertThat(repertoire.knows("words")).isFalse();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aSignatureSurvivesARestart() throws IOException {
    Publication before =
        publications(repertoire, 10)
            .publish(LEARNT.get("words"), udp("words"), true, _ -> List.of());

    Repertoire restarted = new Repertoire(book());
    Publications after = publications(restarted, 10);
    assertThat(restarted.knows("words")).isTrue();
    assertThat(after.find("words"))
        .hasValueSatisfying(
            one -> {
              assertThat(one.exchange()).isEqualTo(before.exchange());
              assertThat(one.signatures()).isEqualTo(before.signatures());
              assertThat(one.learned().at()).isEqualTo(Instant.EPOCH);
              assertThat(one.learned().bits()).isEqualTo(before.learned().bits());
            });

    after.withdraw("words");
    assertThat(restarted.knows("words")).isFalse();
    assertThat(publications(new Repertoire(book()), 10).all()).isEmpty();
    try (Stream<Path> left = Files.walk(folder)) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void whatSomebodyBrokeEndsTheStartWithAMessage() throws IOException {
    publications(repertoire, 10).publish(LEARNT.get("words"), udp("words"), true, _ -> List.of());
    Path file = folder.resolve("exchanges/words.yaml");
    String good = Files.readString(file);
    for (String bad :
        List.of(
            good.replace("again:", "agian:"),
            good.replace("times: 3", "times: 1000000"),
            good.replace("name: 'words'", "name: 'other'"),
            good.replace("outcome: none", "outcome: suspected"),
            good.replace("pattern: '", "pattern: '("),
            good.replaceAll("(?m)^learned:.*\n", ""),
            "",
            "[]")) {
      Files.writeString(file, bad);
      assertThatThrownBy(() -> publications(new Repertoire(book()), 10))
          .as(bad)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("words");
    }
  }

  @Test
  void brokenSignaturesAreRefused() {
    ProbeReader reader = context.getBean(ProbeReader.class);
    String exchange = LEARNT.get("words").write(udp("words")).exchange();
    for (String bad :
        List.of(
            "",
            "protocol: words",
            "protocol: words\nsignatures: [{id: a, field: answer, pattern: '('}]",
            "protocol: words\nsignatures:\n  - {id: a, field: answer, pattern: 'never', product: X,"
                + " examples: [{text: never, product: X}]}\n")) {
      assertThatThrownBy(() -> reader.read("words", exchange, bad))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("words");
    }
  }

  @Test
  void whatCanNotBeKeptIsNotPublished() throws IOException {
    Files.writeString(folder.resolve("exchanges"), "a file in the place of the folder");
    Publications publications = publications(repertoire, 10);
    assertThatThrownBy(
            () -> publications.publish(LEARNT.get("words"), udp("words"), true, _ -> List.of()))
        .isInstanceOfSatisfying(
            PublicationException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_KEPT));
    assertThat(repertoire.knows("words")).isFalse();
    assertThat(publications.all()).isEmpty();
  }
}
