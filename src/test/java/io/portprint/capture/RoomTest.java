package io.portprint.capture;

import static io.portprint.capture.Packets.ACK;
import static io.portprint.capture.Packets.LIMITS;
import static io.portprint.capture.Packets.RAW;
import static io.portprint.capture.Packets.SYN;
import static io.portprint.capture.Packets.fromClient;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portprint.capture.CaptureException.TooLarge;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.util.unit.DataSize;

class RoomTest {

  /** So many segments, each of which comes before the one that goes before it. */
  private static void takeEarly(FlowTable flows, int count) {
    flows.take(packet(fromClient(100, 0, SYN, "")));
    for (int i = count; i > 0; i--) {
      flows.take(packet(fromClient(101 + i, 0, ACK, "x")));
    }
  }

  private static Packet packet(byte[] data) {
    return new Packet(0, null, RAW, data, data.length);
  }

  @Test
  void whatWaitsIsWeighedUntilItIsPutInOrder() {
    Room room = new Room(1 << 20);
    FlowTable flows = new FlowTable(LIMITS, new Damages(), room.share("client"));

    takeEarly(flows, 500);
    long waiting = room.used();
    flows.take(packet(fromClient(101, 0, ACK, "x")));

    assertThat(waiting).isGreaterThan(500 * 100L);
    assertThat(room.used()).isLessThan(5_000);
    assertThat(flows.end(CaptureFormat.PCAP, 1).flows().getFirst().turns().getFirst().length())
        .isEqualTo(501);
    assertThat(room.used()).isBetween(1_000L, 2_000L);
  }

  @Test
  void whatWaitsIsRefusedWhereThereIsNoRoom() {
    Room room = new Room(100_000);
    FlowTable flows = new FlowTable(LIMITS, new Damages(), room.share("client"));

    assertThatThrownBy(() -> takeEarly(flows, 500)).isInstanceOf(TooLarge.class);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 16",
    "100, 116",
    "524271, 524287",
    "524272, 1048576",
    "1024000, 1048576",
    "1048560, 1048576",
    "1048561, 2097152",
    "2147483647, 2148532224"
  })
  void largeArraysWeighWholeRegions(int length, long weight) {
    assertThat(Room.weight(length)).isEqualTo(weight);
  }

  @Test
  void aLargeTurnGrowsNoFartherThanIsKept() {
    Room room = new Room(8 << 20);
    FlowTable flows =
        new FlowTable(
            Packets.limits(10, DataSize.ofKilobytes(1000)), new Damages(), room.share("client"));
    String data = "x".repeat(1_400);

    long most = 0;
    for (int i = 0; i < 800; i++) {
      flows.take(packet(fromClient(1 + i * 1_400L, 0, ACK, data)));
      most = Math.max(most, room.used());
    }

    assertThat(most).isLessThan((1 << 20) + 2_000);
    assertThat(
            flows
                .end(CaptureFormat.PCAP, 1)
                .flows()
                .getFirst()
                .turns()
                .getFirst()
                .payload()
                .length())
        .isEqualTo(1_024_000);
    assertThat(room.used()).isLessThan((1 << 20) + 2_000);
  }
}
