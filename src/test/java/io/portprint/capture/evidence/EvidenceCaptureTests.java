package io.portprint.capture.evidence;

import static io.portprint.capture.evidence.Samples.connection;
import static io.portprint.capture.evidence.Samples.evidence;
import static io.portprint.capture.evidence.Samples.exchange;
import static io.portprint.capture.evidence.Samples.greeting;
import static io.portprint.capture.evidence.Samples.noise;
import static io.portprint.capture.evidence.Samples.silence;
import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.capture.evidence.Blocks.Packet;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Evidence;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Span;
import io.portprint.fingerprint.Tls;
import io.portprint.fingerprint.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Captures by their bytes; {@link Blocks} proves lengths and checksums of each packet it reads. */
class EvidenceCaptureTests {

  private static final Path GOLDEN =
      Path.of("src/test/resources/io/portprint/capture/evidence/ftp.pcapng");
  private static final String ACCEPT = "portprint.evidence.accept";

  private static List<Packet> packets(Fingerprint fingerprint) {
    return Blocks.packets(Samples.capture(fingerprint));
  }

  private static String section(Fingerprint fingerprint) {
    return Objects.requireNonNull(Blocks.read(Samples.capture(fingerprint)).getFirst().text(1));
  }

  /** Flags and lengths, those to the server with an arrow to the right. */
  private static List<String> course(List<Packet> packets) {
    return packets.stream()
        .map(
            one ->
                "%s %s %d".formatted(one.outbound() ? ">" : "<", one.flags(), one.payload().length))
        .toList();
  }

  private static List<String> comments(List<Packet> packets) {
    return packets.stream().map(Packet::comment).filter(Objects::nonNull).toList();
  }

  private static byte[] payload(List<Packet> packets, boolean outbound) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    packets.stream()
        .filter(one -> one.outbound() == outbound)
        .forEach(one -> all.writeBytes(one.payload()));
    return all.toByteArray();
  }

  @Test
  void isTheSameToTheByte() throws IOException {
    byte[] capture = Samples.capture(Samples.tcp(greeting(), exchange(), silence(), connection()));
    if (Boolean.getBoolean(ACCEPT)) {
      Files.write(GOLDEN, capture);
    }

    assertThat(capture)
        .as("Where a change is meant, accept it with -D%s=true, and look at the file", ACCEPT)
        .isEqualTo(Files.readAllBytes(GOLDEN));
  }

  @Nested
  class Connections {

    @Test
    void beginWithWhatIsSaid() {
      assertThat(course(packets(Samples.tcp(exchange()))))
          .containsExactly(
              "> S 0", "< SA 0", "> A 0", "> PA 6", "< PA 19", "> A 0", "> FA 0", "< FA 0",
              "> A 0");
    }

    @Test
    void greetUnasked() {
      assertThat(course(packets(Samples.tcp(greeting()))))
          .containsExactly(
              "> S 0", "< SA 0", "> A 0", "< PA 20", "> A 0", "> FA 0", "< FA 0", "> A 0");
    }

    @Test
    void acknowledgeInSilence() {
      assertThat(course(packets(Samples.tcp(silence()))))
          .containsExactly(
              "> S 0", "< SA 0", "> A 0", "> PA 18", "< A 0", "> FA 0", "< FA 0", "> A 0");
    }

    @Test
    void areShownWhereNothingWasSaid() {
      List<Packet> packets = packets(Samples.tcp(connection()));

      assertThat(course(packets))
          .containsExactly("> S 0", "< SA 0", "> A 0", "> FA 0", "< FA 0", "> A 0");
      assertThat(packets.get(1).comment()).contains("it accepted a connection");
      assertThat(comments(packets)).hasSize(1);
    }

    @Test
    void haveAPortEach() {
      List<Packet> packets = packets(Samples.tcp(greeting(), exchange(), silence()));

      assertThat(packets.stream().filter(Packet::outbound).map(Packet::sourcePort).distinct())
          .containsExactly(49_152, 49_153, 49_154);
      assertThat(
              packets.stream()
                  .map(one -> one.outbound() ? one.destinationPort() : one.sourcePort()))
          .containsOnly(21);
    }

    @Test
    void countEachByteOnce() {
      Bytes request = noise(3_000);
      Bytes answer = noise(65_536);
      List<Packet> packets = packets(Samples.tcp(evidence("large", request, answer, "it is")));

      assertThat(payload(packets, true)).isEqualTo(request.toArray());
      assertThat(payload(packets, false)).isEqualTo(answer.toArray());
      for (boolean side : new boolean[] {true, false}) {
        long next = -1;
        for (Packet packet : packets.stream().filter(one -> one.outbound() == side).toList()) {
          assertThat(next < 0 || packet.sequence() == next).isTrue();
          next = packet.nextSequence();
        }
      }
      long[] next = new long[2];
      for (Packet packet : packets) {
        int side = packet.outbound() ? 1 : 0;
        assertThat(packet.flags().contains("A") ? packet.acknowledgement() : 0)
            .isEqualTo(next[1 - side]);
        next[side] = packet.nextSequence();
      }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1_459, 1_460, 1_461, 2_920, 2_921})
    void splitAtTheLargestSegment(int length) {
      List<Packet> packets =
          packets(Samples.tcp(evidence("large", Bytes.EMPTY, noise(length), "it is")));
      List<Packet> data = packets.stream().filter(one -> one.payload().length > 0).toList();

      assertThat(data).hasSize((length + 1_459) / 1_460);
      assertThat(data.stream().limit(data.size() - 1).map(Packet::flags)).allMatch("A"::equals);
      assertThat(data.getLast().flags()).isEqualTo("PA");
    }

    @Test
    void offerTheLargestSegmentOfTheirFamily() {
      Fingerprint one = Samples.tcp(greeting());

      assertThat(Arrays.copyOfRange(packets(one).get(0).segment(), 20, 28))
          .containsExactly(2, 4, 1460 >> 8, 1460 & 0xff, 1, 3, 3, 7);
      assertThat(Arrays.copyOfRange(packets(Samples.at("::1", one)).get(1).segment(), 20, 28))
          .containsExactly(2, 4, 1440 >> 8, 1440 & 0xff, 1, 3, 3, 7);
    }
  }

  @Nested
  class DatagramsOfATurn {

    @Test
    void goThereAndBack() {
      List<Packet> packets = packets(Samples.udp(exchange(), silence()));

      assertThat(packets.stream().map(Packet::outbound)).containsExactly(true, false, true);
      assertThat(packets.stream().map(Packet::protocol)).containsOnly(17);
      assertThat(packets.get(0).comment()).isNull();
      assertThat(packets.get(1).comment()).contains("an answer");
      assertThat(packets.get(2).comment()).contains("no answer");
      assertThat(packets.get(1).destinationPort()).isEqualTo(49_152);
      assertThat(packets.get(2).sourcePort()).isEqualTo(49_153);
    }

    static Stream<List<Object>> sizes() {
      return Stream.of(
          List.of("127.0.0.1", 65_507, List.of(65_507)),
          List.of("127.0.0.1", 65_508, List.of(65_507, 1)),
          List.of("::1", 65_527, List.of(65_527)),
          List.of("::1", 65_536, List.of(65_527, 9)));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void areCutWhereOneCantHoldItAll(List<Object> row) {
      Bytes answer = noise((Integer) row.get(1));
      Fingerprint fingerprint = Samples.udp(evidence("large", Bytes.EMPTY, answer, "it is"));
      List<Packet> packets = packets(Samples.at((String) row.get(0), fingerprint));

      assertThat(packets.stream().<Object>map(one -> one.payload().length))
          .containsExactlyElementsOf((List<?>) row.get(2));
      assertThat(payload(packets, false)).isEqualTo(answer.toArray());
      assertThat(comments(packets)).hasSize(1);
    }

    @Test
    void areNoneWhereNoBytesAreKept() {
      Fingerprint one = Samples.udp(connection(), exchange());

      assertThat(packets(one)).hasSize(2);
      assertThat(section(one)).contains("1 of 2 have no packets");
      assertThat(new EvidenceCapture(one, "").isEmpty()).isFalse();
      assertThat(new EvidenceCapture(Samples.udp(connection()), "").isEmpty()).isTrue();
      assertThat(new EvidenceCapture(Samples.tcp(connection()), "").isEmpty()).isFalse();
      assertThat(new EvidenceCapture(Samples.tcp(), "").isEmpty()).isTrue();
    }

    @Test
    void sayZeroAsItsComplement() {
      // whatever the rest adds up to, one of these words makes the sum zero
      for (int word = 0; word <= 0xffff; word += 1) {
        Bytes content = Bytes.of((byte) (word >> 8), (byte) word);
        byte[] packet =
            new IpPath(
                    Samples.endpoint("127.0.0.1", 1, Transport.UDP).address(),
                    Samples.endpoint("127.0.0.2", 1, Transport.UDP).address())
                .packet(IpPath.UDP, Bytes.of(new byte[8]).plus(content).toArray(), 6);
        assertThat(packet[26] | packet[27]).isNotZero();
      }
    }
  }

  @Nested
  class Times {

    @Test
    void beginWithTheExaminationAndHoldTheRoundTrip() {
      List<Packet> packets = packets(Samples.tcp(exchange(), greeting()));
      Instant begin = Samples.OBSERVED.minus(Samples.DURATION);
      long first = packets.getFirst().time() - begin.getEpochSecond() * 1_000_000_000L;

      assertThat(first - begin.getNano()).isBetween(0L, 1_000L);
      assertThat(packets.get(4).time() - packets.get(3).time())
          .isEqualTo(Samples.ROUND_TRIP.toNanos());
    }

    @Test
    void holdTheRoundTripOfABareConnection() {
      List<Packet> packets = packets(Samples.tcp(connection()));

      assertThat(packets.get(1).time() - packets.get(0).time())
          .isEqualTo(Samples.ROUND_TRIP.toNanos());
    }

    @Test
    void onlyIncrease() {
      List<Packet> packets = packets(Samples.tcp(exchange(), greeting(), silence(), connection()));

      for (int i = 1; i < packets.size(); i++) {
        assertThat(packets.get(i).time()).isGreaterThan(packets.get(i - 1).time());
      }
    }
  }

  @Nested
  class Addresses {

    @Test
    void ofTheClientAreForDocumentation() {
      assertThat(packets(Samples.tcp(greeting())).getFirst().source().getHostAddress())
          .isEqualTo("192.0.2.1");
      assertThat(
              packets(Samples.at("::1", Samples.tcp(greeting())))
                  .getFirst()
                  .source()
                  .getHostAddress())
          .isEqualTo("2001:db8:0:0:0:0:0:1");
      assertThat(section(Samples.tcp(greeting()))).contains("192.0.2.1 (a documentation address");
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "2001:db8::1"})
    void areNeverTheSame(String address) {
      assertThat(packets(Samples.at(address, Samples.tcp(greeting()))))
          .noneMatch(one -> one.source().equals(one.destination()));
    }
  }

  @Nested
  class Comments {

    private static String comment(Fingerprint fingerprint) {
      List<String> comments = comments(packets(fingerprint));
      assertThat(comments).hasSize(1);
      return comments.getFirst();
    }

    @Test
    void tellTheReasonOnTheAnswer() {
      List<Packet> packets = packets(Samples.tcp(greeting()));

      assertThat(packets.get(3).comment())
          .isEqualTo(
              """
              Evidence 1: greeting
              Reason: greeting names vsFTPd
              Signature: ftp/vsftpd
              Rests on, of the answer: 3 bytes from 0, 12 bytes from 5
              Round trip: 0.412 ms\
              """);
      assertThat(comments(packets)).hasSize(1);
    }

    @Test
    void tellTheReasonOnTheRequestThatNobodyAnswered() {
      assertThat(packets(Samples.tcp(silence())).get(3).comment())
          .isEqualTo("Evidence 1: http/get\nReason: no answer\nNothing was heard.");
    }

    @Test
    void areOnTheFirstOfManyPacketsOnly() {
      List<Packet> packets =
          packets(Samples.tcp(evidence("large", noise(4_000), noise(4_000), "it is")));

      assertThat(comments(packets)).hasSize(1);
      assertThat(packets.stream().filter(one -> one.comment() != null).findFirst())
          .hasValueSatisfying(
              one -> assertThat(one.payload()).isEqualTo(noise(4_000).head(1_460).toArray()));
    }

    @Test
    void sayWhatIsMissing() {
      Evidence whole = greeting();
      Evidence truncated = whole.limitedTo(10);
      Evidence large = evidence("large", Bytes.EMPTY, noise(65_537), "it is");

      assertThat(comment(Samples.tcp(whole))).doesNotContain("Truncated");
      assertThat(comment(Samples.tcp(truncated))).contains("Truncated");
      assertThat(comment(Samples.tcp(large))).contains("Truncated");
      assertThat(payload(packets(Samples.tcp(large)), false)).hasSize(65_536);
    }

    @Test
    void sayWhatWasInsideTls() {
      Tls begun = new Tls("TLSv1.3", null, null, null, null, null);
      Tls upgraded = new Tls("TLSv1.3", null, null, "AUTH TLS", null, null);
      Evidence hello =
          evidence("tls/hello", Bytes.hex("16 03 01 00 2a 01"), Bytes.hex("16 03 03 00 2a"), "TLS");
      var endpoint = Samples.endpoint("127.0.0.1", 990, Transport.TCP);

      assertThat(
              comment(
                  Samples.fingerprint(
                      endpoint, Service.of("ftp").withTls(true), begun, greeting())))
          .contains("Plaintext: this was inside TLS");
      assertThat(
              comment(Samples.fingerprint(endpoint, Service.of("ftp").withTls(true), begun, hello)))
          .doesNotContain("Plaintext", "plaintext");
      assertThat(comment(Samples.fingerprint(endpoint, Service.of("ftp"), upgraded, greeting())))
          .contains("TLS was begun here in a conversation, by AUTH TLS.", "is not kept");
      assertThat(comment(Samples.tcp(greeting()))).doesNotContain("TLS");
    }

    @Test
    void keepPeersTextHarmlessAndShort() {
      String hostile = "\u001b[2J\u202e\ud800\r\n\0\\ ü " + "\uffff".repeat(100_000);
      Evidence evidence =
          new Evidence(
              hostile,
              Bytes.EMPTY,
              Bytes.latin1("x"),
              hostile,
              Collections.nCopies(100_000, new Span(0, 1)),
              hostile,
              Duration.ofSeconds(Long.MAX_VALUE),
              true);

      String comment = comment(Samples.tcp(evidence));

      assertThat(comment).matches("[\\x20-\\x7e\\n]*").contains("\\x1b[2J", "\\r\\n\\x00\\\\");
      assertThat(comment.lines()).hasSize(6);
      assertThat(comment.length()).isLessThan(PcapngWriter.LONGEST_TEXT);
    }

    @Test
    void sayWhatIsTrueOfTheFile() {
      Fingerprint fingerprint = Samples.tcp(greeting());
      Blocks.Block header = Blocks.read(Samples.capture(fingerprint)).getFirst();

      assertThat(header.text(4)).isEqualTo("Portprint 1.2.3");
      assertThat(header.text(1))
          .contains(
              "Evidence on 127.0.0.1:21/tcp, asked for as lab.internal, observed at"
                  + " 2026-11-02T20:00:05Z.",
              "Verdict: ftp.",
              "All headers are synthetic")
          .doesNotContain("have no packets", "Only the first");
    }

    @Test
    void sayHowManyAreLeftOut() {
      Fingerprint many =
          Samples.tcp(Collections.nCopies(4_097, connection()).toArray(Evidence[]::new));

      assertThat(packets(many)).hasSize(4_096 * 6);
      assertThat(section(many)).contains("Only the first 4096 of 4097 are shown.");
    }
  }

  @Test
  void theStreamIsLeftOpen() throws IOException {
    boolean[] closed = new boolean[1];
    new EvidenceCapture(Samples.tcp(greeting()), "")
        .writeTo(
            new ByteArrayOutputStream() {
              @Override
              public void close() {
                closed[0] = true;
              }
            });

    assertThat(closed[0]).isFalse();
  }

  @Nested
  class Checksums {

    /** The example of RFC 1071, section 3, whose sum is 0xddf2. */
    @Test
    void addUpAsTheRfcDoes() {
      byte[] example = Bytes.hex("00 01 f2 03 f4 f5 f6 f7").toArray();

      assertThat(InternetChecksum.of(example)).isEqualTo(0xffff - 0xddf2);
      assertThat(InternetChecksum.of(Arrays.copyOf(example, 4), Arrays.copyOfRange(example, 4, 8)))
          .isEqualTo(0xffff - 0xddf2);
    }

    @Test
    void padAnOddByte() {
      assertThat(InternetChecksum.of(Bytes.hex("00 01 f2").toArray())).isEqualTo(0xffff - 0xf201);
      assertThat(InternetChecksum.of(new byte[0])).isEqualTo(0xffff);
    }
  }
}
