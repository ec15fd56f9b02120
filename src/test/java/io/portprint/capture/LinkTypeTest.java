package io.portprint.capture;

import static io.portprint.capture.Packets.ethernet;
import static io.portprint.capture.Packets.join;
import static io.portprint.capture.Packets.latin1;
import static io.portprint.capture.Packets.pcap;
import static io.portprint.capture.Packets.read;
import static io.portprint.capture.Packets.u16;
import static io.portprint.capture.Packets.udp;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LinkTypeTest {

  private static final byte[] IPV4 =
      Packets.ipv4(Packets.UDP, Packets.CLIENT, Packets.SERVER, udp(1000, 53, latin1("hello")));
  private static final byte[] IPV6 = Packets.ipv6(Packets.UDP, udp(1000, 53, latin1("hello")));

  record Row(String what, int linkType, byte[] frame) {

    @Override
    public String toString() {
      return what;
    }
  }

  static List<Row> withIp() {
    return List.of(
        new Row("Ethernet", 1, ethernet(0x0800, IPV4)),
        new Row("Ethernet, IPv6", 1, ethernet(0x86dd, IPV6)),
        new Row("Ethernet, padded", 1, ethernet(0x0800, join(IPV4, new byte[13]))),
        new Row("802.1Q", 1, ethernet(0x8100, join(u16(0x2005), u16(0x0800), IPV4))),
        new Row(
            "802.1ad", 1, ethernet(0x88a8, join(u16(5), u16(0x8100), u16(6), u16(0x86dd), IPV6))),
        new Row(
            "four tags",
            1,
            ethernet(
                0x9100,
                join(
                    u16(1),
                    u16(0x88a8),
                    u16(2),
                    u16(0x8100),
                    u16(3),
                    u16(0x8100),
                    u16(4),
                    u16(0x0800),
                    IPV4))),
        new Row(
            "SNAP",
            1,
            ethernet(
                IPV4.length + 8,
                join(new byte[] {(byte) 0xaa, (byte) 0xaa, 3, 0, 0, 0}, u16(0x0800), IPV4))),
        new Row("Linux cooked", 113, join(new byte[14], u16(0x0800), IPV4)),
        new Row(
            "Linux cooked, 802.1Q",
            113,
            join(new byte[14], u16(0x8100), u16(5), u16(0x86dd), IPV6)),
        new Row("Linux cooked 2", 276, join(u16(0x0800), new byte[18], IPV4)),
        new Row("Linux cooked 2, IPv6", 276, join(u16(0x86dd), new byte[18], IPV6)),
        new Row("raw", 101, IPV4),
        new Row("raw, IPv6", 101, IPV6),
        new Row("raw, as some systems number it", 12, IPV4),
        new Row("raw, as others do", 14, IPV6),
        new Row("IPv4", 228, IPV4),
        new Row("IPv6", 229, IPV6),
        new Row("loopback, big-endian", 0, join(new byte[] {0, 0, 0, 2}, IPV4)),
        new Row("loopback, little-endian", 0, join(new byte[] {2, 0, 0, 0}, IPV4)),
        new Row("loopback, IPv6 of macOS", 0, join(new byte[] {30, 0, 0, 0}, IPV6)),
        new Row("loopback of OpenBSD", 108, join(new byte[] {0, 0, 0, 24}, IPV6)));
  }

  @ParameterizedTest
  @MethodSource("withIp")
  void holdsIp(Row row) {
    Capture.Content content = read(pcap(row.linkType, row.frame));

    assertThat(content.damage()).isEmpty();
    assertThat(content.linkTypes()).containsExactly(LinkType.label(row.linkType));
    Flow flow = content.flows().getFirst();
    assertThat(flow.client().addressText()).isIn(Packets.CLIENT, Packets.CLIENT_6);
    assertThat(flow.server().port()).isEqualTo(53);
    assertThat(flow.turns().getFirst().payload().latin1()).isEqualTo("hello");
  }

  static List<Row> withoutIp() {
    byte[] tags = join(u16(1), u16(0x8100), u16(2), u16(0x8100), u16(3), u16(0x8100));
    return List.of(
        new Row("ARP", 1, ethernet(0x0806, new byte[28])),
        new Row("five tags", 1, ethernet(0x8100, join(tags, u16(4), u16(0x8100), IPV4))),
        new Row("LLC", 1, ethernet(10, new byte[40])),
        new Row("ARP, cooked", 113, join(new byte[14], u16(0x0806), new byte[28])),
        new Row("another family", 0, join(new byte[] {0, 0, 0, 7}, IPV4)),
        new Row("another link type", 147, IPV4));
  }

  @ParameterizedTest
  @MethodSource("withoutIp")
  void mayHoldSomethingElse(Row row) {
    Capture.Content content = read(pcap(row.linkType, row.frame));

    assertThat(content.flows()).isEmpty();
    assertThat(content.unread().notIp()).isEqualTo(1);
    assertThat(content.unread().malformed()).isZero();
  }

  static List<Row> cut() {
    byte[] header = latin1("x".repeat(9));
    return List.of(
        new Row("empty", 1, new byte[0]),
        new Row("Ethernet", 1, header),
        new Row("a tag", 1, ethernet(0x8100, u16(1))),
        new Row("IPv4", 101, Arrays.copyOf(IPV4, 19)),
        new Row("IPv6", 101, Arrays.copyOf(IPV6, 39)),
        new Row("UDP", 101, Arrays.copyOf(IPV4, 27)),
        new Row("cooked", 113, header),
        new Row("cooked 2", 276, header),
        new Row("loopback", 0, new byte[3]),
        new Row("no version", 101, "no IP".getBytes(StandardCharsets.US_ASCII)));
  }

  @ParameterizedTest
  @MethodSource("cut")
  void mayBeMalformed(Row row) {
    Capture.Content content = read(pcap(row.linkType, row.frame));

    assertThat(content.flows()).isEmpty();
    assertThat(content.unread().malformed()).isEqualTo(1);
    assertThat(content.damage()).hasSize(1);
  }
}
