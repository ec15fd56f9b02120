package io.portprint.capture;

import static io.portprint.capture.Packets.ETHERNET;
import static io.portprint.capture.Packets.RAW;
import static io.portprint.capture.Packets.block;
import static io.portprint.capture.Packets.buffer;
import static io.portprint.capture.Packets.describe;
import static io.portprint.capture.Packets.enhanced;
import static io.portprint.capture.Packets.join;
import static io.portprint.capture.Packets.latin1;
import static io.portprint.capture.Packets.option;
import static io.portprint.capture.Packets.pcap;
import static io.portprint.capture.Packets.read;
import static io.portprint.capture.Packets.section;
import static io.portprint.capture.Packets.simple;
import static io.portprint.capture.Packets.udp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portprint.capture.CaptureException.NotACapture;
import io.portprint.capture.CaptureException.TooLarge;
import io.portprint.fingerprint.Bytes;
import java.io.ByteArrayInputStream;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CaptureFileTest {

  private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
  private static final ByteOrder BIG = ByteOrder.BIG_ENDIAN;

  private static final byte[] HELLO =
      Packets.ipv4(Packets.UDP, Packets.CLIENT, Packets.SERVER, udp(1000, 53, latin1("hello")));

  private static List<String> damage(Capture.Content content) {
    return content.damage().stream().map(Damage::what).toList();
  }

  @Nested
  class Pcap {

    record Magic(ByteOrder order, int number, CaptureFormat format, Duration fraction) {}

    static List<Magic> magics() {
      return List.of(
          new Magic(BIG, 0xa1b2c3d4, CaptureFormat.PCAP, Duration.ofNanos(5000)),
          new Magic(LITTLE, 0xa1b2c3d4, CaptureFormat.PCAP, Duration.ofNanos(5000)),
          new Magic(BIG, 0xa1b23c4d, CaptureFormat.PCAP_NANO, Duration.ofNanos(5)),
          new Magic(LITTLE, 0xa1b23c4d, CaptureFormat.PCAP_NANO, Duration.ofNanos(5)));
    }

    @ParameterizedTest
    @MethodSource("magics")
    void isReadInEitherOrderAndResolution(Magic magic) {
      Capture.Content content = read(Packets.pcap(magic.order, magic.number, RAW, HELLO, HELLO));

      assertThat(content.format()).isEqualTo(magic.format);
      assertThat(content.packets()).isEqualTo(2);
      assertThat(content.from()).isEqualTo(Instant.ofEpochSecond(1).plus(magic.fraction));
      assertThat(content.to()).isEqualTo(Instant.ofEpochSecond(2).plus(magic.fraction));
      assertThat(content.damage()).isEmpty();
      assertThat(content.flows()).singleElement().extracting(Flow::turnCount).isEqualTo(2L);
    }

    @Test
    void thatIsCutOffIsReadUpToThere() {
      byte[] whole = pcap(RAW, HELLO, HELLO);

      Capture.Content inPacket = read(Arrays.copyOf(whole, whole.length - 1));
      Capture.Content inHeader = read(Arrays.copyOf(whole, whole.length - HELLO.length - 1));

      assertThat(inPacket.packets()).isEqualTo(1);
      assertThat(inPacket.damage())
          .containsExactly(new Damage("the file ends within a packet", 24 + 16 + HELLO.length, 1));
      assertThat(inHeader.packets()).isEqualTo(1);
      assertThat(damage(inHeader)).containsExactly("the file ends within the header of a packet");
    }

    @Test
    void withAPacketOfAnAbsurdLengthIsReadUpToThere() {
      byte[] file = pcap(RAW, HELLO, HELLO);
      buffer(4, LITTLE).putInt(0x7fffffff).flip().get(file, 24 + 16 + HELLO.length + 8, 4);

      Capture.Content content = read(file);

      assertThat(content.packets()).isEqualTo(1);
      assertThat(damage(content))
          .containsExactly("a packet claims to be longer than any is; nothing is read beyond it");
    }

    @Test
    void withoutPacketsIsACapture() {
      assertThat(read(pcap(ETHERNET)).packets()).isZero();
    }

    @Test
    void tellsWhatWasOnTheWire() {
      byte[] file = pcap(RAW, HELLO);
      file[24 + 12] = 100;

      Capture.Content content = read(file);

      assertThat(content.bytes()).isEqualTo(HELLO.length);
      assertThat(content.length()).isEqualTo(100);
    }
  }

  @Nested
  class Pcapng {

    @Test
    void isReadInBothOrdersInOneFile() {
      byte[] file =
          join(
              section(LITTLE),
              describe(LITTLE, RAW, 0),
              enhanced(LITTLE, 0, 1_000_005, HELLO),
              section(BIG),
              describe(BIG, RAW, 0),
              enhanced(BIG, 0, 2_000_005, HELLO));

      Capture.Content content = read(file);

      assertThat(content.format()).isEqualTo(CaptureFormat.PCAPNG);
      assertThat(content.from()).isEqualTo(Instant.ofEpochSecond(1, 5000));
      assertThat(content.to()).isEqualTo(Instant.ofEpochSecond(2, 5000));
      assertThat(content.damage()).isEmpty();
      assertThat(content.flows()).singleElement().extracting(Flow::turnCount).isEqualTo(2L);
    }

    record Resolution(int value, long units, Instant time) {}

    static List<Resolution> resolutions() {
      return List.of(
          new Resolution(0, 7, Instant.ofEpochSecond(7)),
          new Resolution(3, 7001, Instant.ofEpochSecond(7, 1_000_000)),
          new Resolution(6, 7_000_001, Instant.ofEpochSecond(7, 1000)),
          new Resolution(9, 7_000_000_001L, Instant.ofEpochSecond(7, 1)),
          new Resolution(12, 7_000_000_001_000L, Instant.ofEpochSecond(7, 1)),
          new Resolution(0x80 | 1, 15, Instant.ofEpochSecond(7, 500_000_000)),
          new Resolution(0x80 | 32, 7L << 32 | 1L << 31, Instant.ofEpochSecond(7, 500_000_000)));
    }

    @ParameterizedTest
    @MethodSource("resolutions")
    void hasTimesInTheResolutionOfTheInterface(Resolution resolution) {
      byte[] file =
          join(
              section(BIG),
              describe(BIG, RAW, 0, option(BIG, 9, new byte[] {(byte) resolution.value})),
              enhanced(BIG, 0, resolution.units, HELLO));

      assertThat(read(file).from()).isEqualTo(resolution.time);
    }

    @Test
    void hasTimesAsFarOffAsTheInterfaceSays() {
      byte[] offset = buffer(8, LITTLE).putLong(100).array();
      byte[] file =
          join(
              section(LITTLE),
              describe(LITTLE, RAW, 0, option(LITTLE, 14, offset), option(LITTLE, 0, new byte[0])),
              enhanced(LITTLE, 0, 1_000_000, HELLO));

      assertThat(read(file).from()).isEqualTo(Instant.ofEpochSecond(101));
    }

    @Test
    void withATimeOutOfAnyReasonKeepsThePacket() {
      byte[] file =
          join(
              section(BIG),
              describe(BIG, RAW, 0, option(BIG, 9, new byte[] {0})),
              enhanced(BIG, 0, Long.MAX_VALUE, HELLO));

      Capture.Content content = read(file);

      assertThat(content.packets()).isEqualTo(1);
      assertThat(content.from()).isNull();
      assertThat(damage(content)).containsExactly("a packet has a time that can't be");
    }

    @Test
    void mayHoldSimplePacketsCutAtTheLongest() {
      byte[] kept = Arrays.copyOf(HELLO, HELLO.length - 2);
      byte[] file =
          join(
              section(LITTLE),
              describe(LITTLE, RAW, kept.length),
              simple(LITTLE, HELLO.length, kept));

      Capture.Content content = read(file);

      Turn turn = content.flows().getFirst().turns().getFirst();
      assertThat(turn.payload().latin1()).isEqualTo("hel");
      assertThat(turn.length()).isEqualTo(5);
      assertThat(turn.at()).isNull();
      assertThat(content.damage()).isEmpty();
    }

    @Test
    void mayHoldObsoletePackets() {
      byte[] body =
          join(
              buffer(20, LITTLE)
                  .putShort((short) 0)
                  .putShort((short) 9)
                  .putInt(0)
                  .putInt(1_000_000)
                  .putInt(HELLO.length)
                  .putInt(HELLO.length)
                  .array(),
              HELLO);
      byte[] file = join(section(LITTLE), describe(LITTLE, RAW, 0), block(LITTLE, 2, body));

      assertThat(read(file).from()).isEqualTo(Instant.ofEpochSecond(1));
    }

    @Test
    void isReadAcrossBlocksThatAreNotKnown() {
      byte[] file =
          join(
              section(BIG),
              block(BIG, 0x0bad, new byte[700_000]),
              describe(BIG, RAW, 0, option(BIG, 2, latin1("eth0"))),
              block(BIG, 5, new byte[8]),
              enhanced(BIG, 0, 1, HELLO));

      Capture.Content content = read(file);

      assertThat(content.packets()).isEqualTo(1);
      assertThat(content.damage()).isEmpty();
    }

    static List<byte[]> broken() {
      byte[] start = join(section(LITTLE), describe(LITTLE, RAW, 0), enhanced(LITTLE, 0, 1, HELLO));
      byte[] odd = enhanced(LITTLE, 0, 1, HELLO);
      odd[4]++;
      byte[] tiny = enhanced(LITTLE, 0, 1, HELLO);
      buffer(4, LITTLE).putInt(8).flip().get(tiny, 4, 4);
      byte[] huge = enhanced(LITTLE, 0, 1, HELLO);
      buffer(4, LITTLE).putInt(-4).flip().get(huge, 4, 4);
      byte[] differing = enhanced(LITTLE, 0, 1, HELLO);
      differing[differing.length - 4]++;
      byte[] longer = enhanced(LITTLE, 0, 1, HELLO);
      longer[20] = 100;
      byte[] order = section(LITTLE);
      order[8]++;
      byte[] version = section(LITTLE);
      version[12]++;
      byte[] overlong = describe(LITTLE, RAW, 0, option(LITTLE, 9, new byte[] {6}));
      overlong[18] = 100;
      return List.of(
          join(start, odd),
          join(start, tiny),
          join(start, huge),
          join(start, differing),
          join(start, longer),
          join(start, enhanced(LITTLE, 1, 1, HELLO)),
          join(start, order),
          join(start, version),
          join(start, overlong),
          join(start, block(LITTLE, 6, new byte[4])),
          join(start, Arrays.copyOf(odd, 2)),
          join(start, Arrays.copyOf(odd, 6)),
          join(start, Arrays.copyOf(enhanced(LITTLE, 0, 1, HELLO), 40)));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void thatIsBrokenIsReadUpToThere(byte[] file) {
      Capture.Content content = read(file);

      assertThat(content.packets()).isBetween(1L, 2L);
      assertThat(content.damage()).isNotEmpty();
      assertThat(content.flows()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a1", "d4c3b2a1", "d4c3b2a10300", "0a0d0d0a", "1f8b0800", "504b0304", "00"})
  void whatIsNoCaptureIsRefused(String hex) {
    byte[] file = Bytes.hex(hex).toArray();
    assertThatThrownBy(() -> read(file)).isInstanceOf(NotACapture.class);
  }

  @ParameterizedTest
  @EnumSource(Unfit.class)
  void whyItIsNoCaptureIsSaid(Unfit unfit) {
    assertThatThrownBy(() -> read(unfit.file))
        .isInstanceOf(NotACapture.class)
        .hasMessage(unfit.reason);
  }

  enum Unfit {
    EMPTY(new byte[0], "it is empty"),
    COMPRESSED(new byte[] {0x1f, (byte) 0x8b, 8, 0}, "it is compressed; unpack it first"),
    OTHER(latin1("<html>"), "it begins with 3c68746d, and neither pcap nor pcapng begins so"),
    CUT(Arrays.copyOf(pcap(RAW), 23), "it ends within the file header"),
    VERSION(
        join(Arrays.copyOf(pcap(RAW), 4), new byte[] {3, 0}, new byte[18]),
        "it is of version 3; version 2 is what is read"),
    SECTION(
        Arrays.copyOf(section(LITTLE), 20),
        "it ends, or is broken, within the header of its first section");

    private final byte[] file;
    private final String reason;

    Unfit(byte[] file, String reason) {
      this.file = file;
      this.reason = reason;
    }
  }

  @Test
  void isReadUpToItsBound() {
    byte[] file = pcap(RAW, HELLO);
    Packet.Sink sink = packet -> true;

    assertThatThrownBy(() -> CaptureFile.read(input(file, file.length - 1), new Damages(), sink))
        .isInstanceOfSatisfying(
            TooLarge.class, e -> assertThat(e.limit()).isEqualTo(file.length - 1L));
  }

  private static CaptureInput input(byte[] file, long limit) {
    Instant now = Instant.EPOCH;
    return new CaptureInput(new ByteArrayInputStream(file), limit, InstantSource.fixed(now), now);
  }
}
