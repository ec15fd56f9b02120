package io.portprint.capture;

import static io.portprint.capture.Packets.RAW;
import static io.portprint.capture.Packets.UDP;
import static io.portprint.capture.Packets.ipv4;
import static io.portprint.capture.Packets.latin1;
import static io.portprint.capture.Packets.pcap;
import static io.portprint.capture.Packets.udp;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What becomes of suspicions: servers here say who they see, and nobody knows what they are. */
class RecognitionTest {

  private static final String PRIVATE = "192.168.1.2";
  private static final String PUBLIC = "198.51.100.7";

  private final Room room = new Room(1 << 20);
  private final Room.Share share = room.share("client");
  private final List<byte[]> packets = new ArrayList<>();

  private void conversation(String client, String server, String... answers) {
    packets.add(ipv4(UDP, client, server, udp(4_000, 33_033, latin1("?"))));
    for (String answer : answers) {
      packets.add(ipv4(UDP, server, client, udp(33_033, 4_000, latin1(answer))));
    }
  }

  private List<Flow> recognised() {
    Recognition recognition =
        new Recognition(
            (transport, client, sent, received) ->
                List.of(
                    new Sighting("likelier", false, 0.7, Map.of()),
                    new Sighting(
                        "teller", false, 0.5, Map.of("observedClientAddress", received.latin1()))));
    return recognition
        .of(Packets.read(pcap(RAW, packets.toArray(byte[][]::new))), share)
        .flows()
        .stream()
        .filter(flow -> flow.sighting() != null)
        .toList();
  }

  @Test
  void aServerThatTellsTheClientsAddressIsRecognised() {
    conversation("192.0.2.1", "203.0.113.1", "192.0.2.1");

    assertThat(recognised()).extracting(Flow::protocol).containsExactly("teller");
  }

  @Test
  void behindATranslatorSeveralServersHaveToAgree() {
    conversation(PRIVATE, "203.0.113.1", PUBLIC);
    assertThat(recognised()).isEmpty();

    packets.add(ipv4(UDP, PRIVATE, "203.0.113.1", udp(4_001, 33_033, latin1("?"))));
    packets.add(ipv4(UDP, "203.0.113.1", PRIVATE, udp(33_033, 4_001, latin1(PUBLIC))));
    assertThat(recognised()).as("the same server, asked twice").isEmpty();

    conversation(PRIVATE, "203.0.113.2", PUBLIC);
    conversation(PRIVATE, "203.0.113.3", "198.51.100.99");
    conversation("192.168.1.3", "203.0.113.3", "198.51.100.99");
    assertThat(recognised())
        .extracting(flow -> flow.server().addressText())
        .containsExactly("203.0.113.1", "203.0.113.1", "203.0.113.2");
  }

  /** What is the same for everybody is no address of theirs. */
  @Test
  void aClientWithAPublicAddressIsSeenUnderIt() {
    conversation("192.0.2.1", "203.0.113.1", PUBLIC);
    conversation("192.0.2.1", "203.0.113.2", PUBLIC);

    assertThat(recognised()).isEmpty();
  }

  @Test
  void anAddressThatChangesIsNone() {
    conversation("192.0.2.1", "203.0.113.1", "192.0.2.1", "192.0.2.9");

    assertThat(recognised()).isEmpty();
  }

  @Test
  void detailsAreBoundAndWeighed() {
    Recognition recognition =
        new Recognition(
            (transport, client, sent, received) ->
                List.of(
                    new Sighting(
                        "talkative",
                        true,
                        0.9,
                        Map.of(
                            "long",
                            "x".repeat(60_000),
                            "nested",
                            List.of(Map.of("a", "y".repeat(2_000))),
                            "short",
                            "z".repeat(100)))));
    conversation("192.0.2.1", "203.0.113.1", "hello");
    conversation("192.0.2.1", "203.0.113.2", "hello");

    List<Flow> flows =
        recognition.of(Packets.read(pcap(RAW, packets.toArray(byte[][]::new))), share).flows();

    assertThat(flows)
        .extracting(flow -> flow.sighting() == null ? Map.of() : flow.sighting().details())
        .containsOnly(Map.of("short", "z".repeat(100)));
    assertThat(room.used()).isBetween(2 * 200L, 2 * 2_048L);
  }

  @Test
  void whatIsNotSupportedTakesNoRoom() {
    conversation(PRIVATE, "203.0.113.1", PUBLIC);

    assertThat(recognised()).isEmpty();
    assertThat(room.used()).isZero();
  }
}
