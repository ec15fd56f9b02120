package io.portprint.capture;

import static io.portprint.capture.Packets.RAW;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.capture.CaptureException.NotACapture;
import io.portprint.fingerprint.Bytes;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Whatever a file holds: it is no capture, or it is read within its bounds. */
class CaptureFuzzTests {

  @FuzzTest
  void file(byte[] input) {
    try {
      check(Packets.read(input), input.length);
    } catch (NotACapture refusal) {
      assertThat(refusal.getMessage()).matches("[\\x20-\\x7e]{1,200}");
    }
  }

  /** A link type, and packets: each with its length before it, in two bytes. */
  @FuzzTest
  void packets(byte[] input) {
    if (input.length == 0) {
      return;
    }
    List<byte[]> packets = new ArrayList<>();
    for (int at = 1; at + 2 <= input.length; ) {
      int length = Bytes.of(input).u16(at);
      int from = at + 2;
      at = Math.min(input.length, from + length);
      packets.add(Arrays.copyOfRange(input, from, at));
    }
    int[] types = {0, 1, 101, 108, 113, 228, 229, 276};
    byte[] file = Packets.pcap(types[input[0] & 7], packets.toArray(byte[][]::new));
    Capture.Content content = Packets.read(file);

    check(content, file.length);
    assertThat(content.packets()).isEqualTo(packets.size());
  }

  /**
   * One direction of a connection: each two bytes are where in a known text a segment begins and
   * how long it is. All that comes out is of that text, in order.
   */
  @FuzzTest
  void segments(byte[] input) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int i = 0; i < 320; i++) {
      text.write(i * 7 + i / 256);
    }
    byte[] whole = text.toByteArray();
    List<byte[]> packets = new ArrayList<>();
    packets.add(Packets.fromClient(0xffff_ffc0L, 0, Packets.SYN, ""));
    boolean[] sent = new boolean[whole.length];
    for (int at = 0; at + 2 <= input.length; at += 2) {
      int from = input[at] & 0xff;
      int length = input[at + 1] & 0x3f;
      Arrays.fill(sent, from, from + length, true);
      String data = Bytes.of(whole, from, from + length).latin1();
      packets.add(Packets.fromClient(0xffff_ffc1L + from, 0, Packets.ACK, data));
    }

    Flow flow = Packets.read(Packets.pcap(RAW, packets.toArray(byte[][]::new))).flows().getFirst();

    int position = 0;
    for (Turn turn : flow.turns()) {
      position += (int) turn.missing();
      int end = position + turn.payload().length();
      assertThat(turn.payload()).isEqualTo(Bytes.of(whole, position, end));
      for (int at = position; at < end; at++) {
        assertThat(sent[at]).isTrue();
      }
      position = end;
    }
    int last = -1;
    for (int at = 0; at < sent.length; at++) {
      last = sent[at] ? at : last;
    }
    assertThat(position).isEqualTo(last + 1);
  }

  /** It says nothing but whole turns of the client, in their order and within the bounds. */
  private static void checkScript(Flow flow) {
    List<Bytes> ofClient =
        flow.turns().stream()
            .filter(turn -> turn.speaker() == Speaker.CLIENT)
            .filter(turn -> !turn.truncated())
            .map(Turn::payload)
            .toList();
    for (int last = 0; last <= 3; last++) {
      switch (FlowScript.of(flow, last == 0 ? null : last, new FlowScript.Bounds(16, 16_384))) {
        case FlowScript.Sayable(List<Bytes> sayings) -> {
          List<Bytes> said = sayings.stream().filter(saying -> !saying.isEmpty()).toList();
          assertThat(sayings).hasSizeBetween(1, 16);
          assertThat(said).isEqualTo(ofClient.subList(0, said.size()));
          assertThat(said.stream().mapToInt(Bytes::length).max().orElse(0)).isBetween(0, 16_384);
          assertThat(sayings.getLast().isEmpty()).isEqualTo(said.isEmpty());
        }
        case FlowScript.Unsayable(var _, String reason) ->
            assertThat(reason).matches("[\\x20-\\x7e]{1,200}");
      }
    }
  }

  private static void check(Capture.Content content, int size) {
    assertThat(content.size()).isLessThanOrEqualTo(size);
    assertThat(content.bytes()).isLessThanOrEqualTo(size).isLessThanOrEqualTo(content.length());
    long kept = 0;
    for (Flow flow : content.flows()) {
      assertThat(flow.turns().size()).isLessThanOrEqualTo((int) flow.turnCount());
      for (Turn turn : flow.turns()) {
        kept += turn.payload().length();
        assertThat(turn.length()).isGreaterThanOrEqualTo(turn.payload().length());
        assertThat(turn.missing()).isNotNegative();
        assertThat(Entropy.of(turn.payload())).isBetween(0.0, 8.000001);
      }
      checkScript(flow);
      assertThat(flow.fromClient().missing()).isNotNegative();
      assertThat(flow.fromClient().repeated()).isNotNegative();
    }
    assertThat(kept).isLessThanOrEqualTo(content.bytes());
    for (Damage damage : content.damage()) {
      assertThat(damage.what()).matches("[\\x20-\\x7e]{1,200}");
      assertThat(damage.count()).isPositive();
    }
    assertThat(content.damage()).hasSizeLessThanOrEqualTo(65);
  }
}
