package io.portprint.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Probe files in Nmap's format, with lines written here. */
class NmapBookTests {

  private static final String FILE =
      """
      # made up
      Exclude T:9000-9002,U:7

      Probe TCP NULL q||
      totalwaitms 4000
      tcpwrappedms 2000
      match alpha m|^alpha ([\\d.]+)\\r\\n| p/Alpha One/ v/$1/ i/on $1/ cpe:/a:maker:alpha_one:$1/a
      softmatch alpha m|^alpha |
      match beta m=^BETA\\0(.)=si p|Be/ta| v/$I(1,">")/

      Probe TCP Ask q|ask\\r\\n\\0\\x41\\\\|
      rarity 3
      ports 10,20-22
      sslports 443
      fallback Other
      match alpha m|^asked (\\S+) (\\S+)?| p/Asked/ v/$SUBST(1,"_",".")/ h/$2/ d/$P(1)/ o/X/

      Probe TCP Other q|other|
      match ssl/gamma m|^gamma$| p/Gamma/

      Probe UDP Ask q|?|
      match delta m|^!| p/Delta/
      """;

  private final NmapBook book = NmapBook.of("made-up", FILE);

  private NmapProbe probe(Transport transport, String name) {
    return book.probes().stream()
        .filter(probe -> probe.transport() == transport && probe.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private NmapMatch match(String name, String answer) {
    return book.match(probe(Transport.TCP, name), Bytes.latin1(answer)).orElseThrow();
  }

  @Nested
  class Probes {

    @Test
    void areReadInFileOrder() {
      assertThat(book.probes())
          .extracting(NmapProbe::field)
          .containsExactly("nmap.tcp.NULL", "nmap.tcp.Ask", "nmap.tcp.Other", "nmap.udp.Ask");
    }

    @Test
    void tellWhatToSayAndWhere() {
      NmapProbe ask = probe(Transport.TCP, "Ask");
      assertThat(ask.payload()).isEqualTo(Bytes.latin1("ask\r\n\0A\\"));
      assertThat(ask.rarity()).isEqualTo(3);
      assertThat(List.of(9, 10, 19, 20, 22, 23))
          .filteredOn(ask.ports()::contains)
          .containsExactly(10, 20, 22);
      assertThat(ask.sslPorts().contains(443)).isTrue();
      assertThat(ask.fallback()).containsExactly("nmap.tcp.Other");
      NmapProbe listening = probe(Transport.TCP, "NULL");
      assertThat(listening.payload().isEmpty()).isTrue();
      assertThat(listening.totalWaitMillis()).isEqualTo(4000);
      assertThat(listening.tcpWrappedMillis()).isEqualTo(2000);
    }

    @Test
    void spareWhatTheFileExcludes() {
      assertThat(book.excluded(Transport.TCP).contains(9001)).isTrue();
      assertThat(book.excluded(Transport.TCP).contains(7)).isFalse();
      assertThat(book.excluded(Transport.UDP).contains(7)).isTrue();
    }
  }

  @Nested
  class Matching {

    @Test
    void takesTheFirstLineAndFillsItsValues() {
      NmapMatch match = match("NULL", "alpha 1.5\r\n");
      assertThat(match.soft()).isFalse();
      assertThat(match.match().signature()).isEqualTo("nmap/7");
      Service service = match.match().service();
      assertThat(service.protocol()).isEqualTo("alpha");
      assertThat(service.product()).isEqualTo("Alpha One");
      assertThat(service.version()).isEqualTo("1.5");
      assertThat(service.info()).isEqualTo("on 1.5");
      assertThat(service.cpe()).containsExactly("cpe:2.3:a:maker:alpha_one:1.5:*:*:*:*:*:*:*");
    }

    @Test
    void tellsSoftMatchesAndWhatSettlesThem() {
      assertThat(match("NULL", "alpha x").soft()).isTrue();
      assertThat(book.probesThatSettle("alpha"))
          .extracting(NmapProbe::name)
          .containsExactly("NULL", "Ask");
    }

    @Test
    void helpsWithNumbersSubstitutionsAndPrintableText() {
      assertThat(match("NULL", "beta\0\u0007").match().service())
          .satisfies(
              service -> {
                assertThat(service.product()).isEqualTo("Be/ta");
                assertThat(service.version()).isEqualTo("7");
              });
      Service asked = match("Ask", "asked 1_\u00012 ").match().service();
      assertThat(asked.version()).isEqualTo("1.2");
      assertThat(asked.device()).isEqualTo("1_2");
      assertThat(asked.hostname()).as("the group is absent").isNull();
      assertThat(asked.os()).isEqualTo("X");
    }

    @Test
    void fallsBackAndThenOnTheProbeThatListens() {
      NmapMatch gamma = match("Ask", "gamma");
      assertThat(gamma.match().service().protocol()).isEqualTo("gamma");
      assertThat(gamma.match().service().tls()).isTrue();
      assertThat(match("Ask", "alpha 2\r\n").match().service().version()).isEqualTo("2");
      assertThat(book.match(probe(Transport.UDP, "Ask"), Bytes.latin1("alpha 2\r\n"))).isEmpty();
    }

    @Test
    void isABookByFields() {
      assertThat(book.match("nmap.udp.Ask", Bytes.latin1("!")))
          .map(Match::signature)
          .contains("nmap/22");
      assertThat(book.signatures())
          .hasSize(6)
          .allMatch(signature -> signature.origin().equals("nmap"));
      assertThat(NmapBook.EMPTY.signatures()).isEmpty();
    }
  }

  @Nested
  class Faults {

    @ParameterizedTest
    @CsvSource(
        delimiter = ';',
        value = {
          "match a m|x|; line 1: match stands before the first Probe",
          "Probe TCP A; line 1: Probe is not of the form",
          "Probe TCP A q|x; line 1: the payload has no end",
          "Probe TCP A q|\\q|; line 1: unknown escape in the payload",
          "Probe TCP A q|\\x4|; line 1: \\x is followed",
          "Probe TCP A q|x|~wonder 1; line 2: unknown directive wonder",
          "Probe TCP A q|x|~rarity 10; line 2: rarity is out of 1..9",
          "Probe TCP A q|x|~rarity x; line 2: rarity is no number",
          "Probe TCP A q|x|~ports 70000; line 2: a range of ports is none",
          "Probe TCP A q|x|~ports a; line 2: a port is none",
          "Probe TCP A q|x|~match a; line 2: match is not of the form",
          "Probe TCP A q|x|~match a m|x; line 2: the pattern has no end",
          "Probe TCP A q|x|~match a m|x|q; line 2: unknown flag",
          "Probe TCP A q|x|~match a m|x| z/y/; line 2: a value is none of",
          "Probe TCP A q|x|~match a m|x| p/y; line 2: the value p has no end",
          "Probe TCP A q|x|~Probe TCP A q|x|; line 2: two probes A",
          "Probe TCP A q|x|~fallback B; probe A falls back on B",
          "# nothing; holds no Probe",
        })
    void nameTheLine(String file, String message) {
      assertThatThrownBy(() -> NmapBook.of("made-up", file.replace('~', '\n')))
          .isInstanceOf(SignatureException.class)
          .hasMessageStartingWith("made-up")
          .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = ';',
        value = {
          "match a m|(x|; line 2",
          "match a m|x| v/$1/; refers to a group",
          "match a m=(?:a?|b?){40}c=; can backtrack without end",
        })
    void leaveOutWhatCannotBeTakenOver(String line, String why) {
      NmapProbeFile.Content content = NmapProbeFile.read("f", "Probe TCP A q|x|\n" + line);
      assertThat(content.leftOut()).singleElement().asString().contains(why);
    }

    @Test
    void tellThatAFileIsNotThere(@TempDir Path folder) throws Exception {
      assertThatThrownBy(() -> NmapBook.read(folder.resolve("none")))
          .isInstanceOf(SignatureException.class)
          .hasMessageContaining("none: can't be read");
      Path large = Files.write(folder.resolve("large"), new byte[11]);
      assertThatThrownBy(() -> BoundedFile.read(large, 10)).hasMessageContaining("larger than 10");
    }
  }
}
