package io.portprint.capture.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.capture.evidence.Tshark.Fields;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Evidence;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.State;
import io.portprint.fingerprint.Transport;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Probes;
import io.portprint.testing.Probing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Wireshark opens captures of evidence without a complaint and shows the bytes that were said and
 * heard.
 */
class WiresharkTest {

  private static final String[] FIELDS = {
    "tcp.stream",
    "udp.stream",
    "udp.dstport",
    "tcp.payload",
    "udp.payload",
    "ip.checksum.status",
    "tcp.checksum.status",
    "udp.checksum.status",
    "tcp.dstport",
    "_ws.expert.severity",
    "_ws.expert.message",
    "frame.comment"
  };
  private static final String GOOD = "1";

  @TempDir private Path folder;
  private Tshark tshark;

  @BeforeEach
  void find() {
    tshark = Tshark.assumed(folder);
  }

  /** With the payloads taken for what Wireshark makes of them. */
  private List<Fields> opened(Fingerprint fingerprint) {
    return opened(fingerprint, List.of());
  }

  /** With the payloads taken for bytes: what Wireshark makes of a liar's is not our concern. */
  private List<Fields> openedAsBytes(Fingerprint fingerprint) {
    return opened(
        fingerprint,
        List.of(
            "-d",
            "%s.port==%d,data"
                .formatted(
                    fingerprint.endpoint().transport().label(), fingerprint.endpoint().port())));
  }

  private List<Fields> opened(Fingerprint fingerprint, List<String> options) {
    byte[] capture = Samples.capture(fingerprint);
    Path file = tshark.save(capture);
    int expected = Blocks.packets(capture).size();
    assertThat(tshark.infos(file))
        .anyMatch(line -> line.matches("Number of packets: +" + expected))
        .anyMatch(line -> line.matches("File type: +pcapng"))
        .anyMatch(line -> line.matches("File encapsulation: +rawip"));

    List<Fields> packets = tshark.fields(file, options, FIELDS);

    assertThat(packets).hasSize(expected);
    for (Fields packet : packets) {
      for (String severity : packet.all(9)) {
        assertThat(Integer.parseInt(severity)).as("%s", packet).isLessThan(Tshark.WARNING);
      }
      boolean v6 = packet.text(5).isEmpty();
      assertThat(fingerprint.endpoint().address().getAddress()).hasSize(v6 ? 16 : 4);
      assertThat(packet.text(5) + packet.text(6) + packet.text(7))
          .as("%s", packet)
          .isEqualTo(v6 ? GOOD : GOOD + GOOD);
    }
    assertThat(heard(fingerprint, packets)).isEqualTo(expected(fingerprint));
    return packets;
  }

  /** Per stream what went to the server, and then what came back. */
  private static List<String> heard(Fingerprint fingerprint, List<Fields> packets) {
    boolean tcp = fingerprint.endpoint().transport() == Transport.TCP;
    String server = Integer.toString(fingerprint.endpoint().port());
    TreeMap<Integer, String[]> streams = new TreeMap<>();
    for (Fields packet : packets) {
      String[] both =
          streams.computeIfAbsent(
              Integer.valueOf(packet.text(tcp ? 0 : 1)), _ -> new String[] {"", ""});
      int way = packet.text(tcp ? 8 : 2).equals(server) ? 0 : 1;
      both[way] += packet.text(tcp ? 3 : 4);
    }
    return streams.values().stream().map(both -> both[0] + " / " + both[1]).toList();
  }

  private static List<String> expected(Fingerprint fingerprint) {
    boolean tcp = fingerprint.endpoint().transport() == Transport.TCP;
    return fingerprint.evidence().stream()
        .filter(one -> tcp || !one.sent().isEmpty() || !one.received().isEmpty())
        .map(one -> one.sent().hex() + " / " + one.received().hex())
        .toList();
  }

  private static LoopbackPeer ftp() {
    return LoopbackPeer.tcp(
        connection -> {
          LoopbackPeer.say(connection, "220 (vsFTPd 3.0.3)\r\n");
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
        });
  }

  private static LoopbackPeer http() {
    return LoopbackPeer.tcp(
        connection -> {
          if (!LoopbackPeer.hear(connection).isEmpty()) {
            LoopbackPeer.say(
                connection,
                "HTTP/1.1 200 OK\r\nServer: nginx/1.25.3\r\nContent-Length: 3\r\n"
                    + "Connection: close\r\n\r\nyes");
          }
        });
  }

  private static Fingerprint found(LoopbackPeer peer, Transport transport) {
    Fingerprint fingerprint = Probing.detect(peer.port(), transport, Probes.all());
    assertThat(fingerprint.state()).isEqualTo(State.OPEN);
    assertThat(fingerprint.evidence()).isNotEmpty();
    return fingerprint;
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1", "192.0.2.1"})
  void aServerOfFtp(String address) {
    try (LoopbackPeer peer = ftp()) {
      Fingerprint found = found(peer, Transport.TCP);

      List<Fields> packets = opened(Samples.at(address, found));

      assertThat(found.service()).isNotNull().extracting("protocol").isEqualTo("ftp");
      assertThat(packets).anyMatch(packet -> packet.text(11).contains("greeting"));
    }
  }

  @Test
  void aServerOfHttp() {
    try (LoopbackPeer peer = http()) {
      opened(found(peer, Transport.TCP));
    }
  }

  @Test
  void aPeerThatSaysNothing() {
    try (LoopbackPeer peer = LoopbackPeer.tcp(LoopbackPeer::waitForEnd)) {
      List<Fields> packets = openedAsBytes(found(peer, Transport.TCP));

      assertThat(packets).anyMatch(packet -> packet.text(11).contains("no answer"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aServerThatEchoesDatagrams(String address) {
    try (LoopbackPeer peer = LoopbackPeer.udp((request, _) -> List.of(request))) {
      openedAsBytes(Samples.at(address, found(peer, Transport.UDP)));
    }
  }

  static Stream<Fingerprint> madeUp() {
    Bytes large = Samples.noise(65_536);
    String hostile = "\u001b[31m\r\n\0|,\\\u202e " + "\ud83d\ude00".repeat(3_000);
    Evidence[] all = {
      Samples.greeting(),
      Samples.exchange(),
      Samples.silence(),
      Samples.connection(),
      Samples.greeting().limitedTo(3),
      Samples.evidence("large", large, large, "all of it"),
      Samples.evidence("odd", Bytes.latin1("?"), Bytes.latin1("!"), hostile),
      Samples.evidence(hostile, Bytes.EMPTY, large.head(65_507), hostile)
    };
    List<Fingerprint> fingerprints = new ArrayList<>();
    for (String address : List.of("127.0.0.1", "::1", "2001:db8::1", "198.51.100.7")) {
      fingerprints.add(Samples.at(address, Samples.tcp(all)));
      fingerprints.add(Samples.at(address, Samples.udp(all)));
    }
    return fingerprints.stream();
  }

  @ParameterizedTest
  @MethodSource("madeUp")
  void whateverWasSaidAndHeard(Fingerprint fingerprint) {
    assertThat(openedAsBytes(fingerprint)).hasSizeGreaterThan(10);
  }

  /** That the other tests can fail. */
  @Test
  void aWrongChecksumWouldBeSeen() {
    byte[] capture = Samples.capture(Samples.tcp(Samples.greeting()));
    int at = Bytes.of(capture).indexOf(Bytes.latin1("vsFTPd 3.0.3)\r\n"));
    capture[at] ^= 1;

    List<Fields> packets = tshark.fields(tshark.save(capture), List.of(), FIELDS);

    assertThat(packets.get(3).text(6)).isEqualTo("0");
    assertThat(packets.get(3).all(9))
        .anyMatch(severity -> Integer.parseInt(severity) >= Tshark.WARNING);
  }
}
