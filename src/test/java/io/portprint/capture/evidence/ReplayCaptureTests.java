package io.portprint.capture.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.capture.evidence.Blocks.Packet;
import io.portprint.capture.evidence.ReplayCapture.Conversation;
import io.portprint.capture.evidence.ReplayCapture.Recording;
import io.portprint.capture.evidence.ReplayCapture.Said;
import io.portprint.capture.evidence.Tshark.Fields;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Captures of replays, by their bytes and as Wireshark sees them. */
class ReplayCaptureTests {

  private static final Instant BEGUN = Instant.parse("2026-11-28T09:00:00Z");
  private static final InetAddress CLIENT = InetAddress.ofLiteral("127.0.0.2");

  private static final InetSocketAddress SERVER = new InetSocketAddress("127.0.0.1", 7);
  private static final InetSocketAddress OTHER = new InetSocketAddress("::1", 8);

  private static Said said(String sent, String received) {
    return new Said(
        Bytes.latin1(sent),
        Bytes.latin1(received),
        received.isEmpty() ? null : Duration.ofMillis(3),
        received.isEmpty() ? "silence" : "open",
        false);
  }

  private static Conversation conversation(int port, int seconds, Said... turns) {
    return new Conversation(
        "bytes 0 to 1",
        SERVER,
        CLIENT,
        port,
        BEGUN.plusSeconds(seconds),
        Math.max(2, turns.length),
        List.of(turns));
  }

  private static Recording replay(Transport transport, Conversation... conversations) {
    return new Recording(
        "0198f3c2", Samples.endpoint("127.0.0.1", 7, transport), BEGUN, 9, List.of(conversations));
  }

  private static byte[] capture(Recording replay) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      new ReplayCapture(replay, "Portprint 1.2.3").writeTo(out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Packet> packets(Recording replay) {
    return Blocks.packets(capture(replay));
  }

  private static String section(Recording replay) {
    return Objects.requireNonNull(Blocks.read(capture(replay)).getFirst().text(1));
  }

  private static List<String> comments(List<Packet> packets) {
    return packets.stream().map(Packet::comment).filter(Objects::nonNull).toList();
  }

  @Test
  void allTurnsOfAConversationAreInOneStream() {
    List<Packet> packets =
        packets(
            replay(
                Transport.TCP, conversation(50_000, 1, said("", "220 hi\r\n"), said("A", "BC"))));

    assertThat(packets.stream().map(one -> one.flags() + one.payload().length))
        .containsExactly("S0", "SA0", "A0", "PA8", "A0", "PA1", "PA2", "A0", "FA0", "FA0", "A0");
    assertThat(packets)
        .allMatch(one -> (one.outbound() ? one.sourcePort() : one.destinationPort()) == 50_000)
        .allMatch(one -> (one.outbound() ? one.source() : one.destination()).equals(CLIENT));
    assertThat(comments(packets))
        .containsExactly(
            "Conversation 1, turn 1 of 2\nSaid before the request, never changed.\n"
                + "Round trip: 3.000 ms\nEnded by: open",
            "Conversation 1, turn 2 of 2\nChanged in the request: bytes 0 to 1\n"
                + "Round trip: 3.000 ms\nEnded by: open");
  }

  @Test
  void turnsWithoutBytesLeaveTheirComment() {
    List<Packet> packets =
        packets(replay(Transport.TCP, conversation(50_000, 1, said("", ""), said("A", "B"))));
    assertThat(packets.get(1).comment()).contains("turn 1 of 2").contains("Nothing was heard.");

    packets = packets(replay(Transport.TCP, conversation(50_000, 1, said("A", "B"), said("", ""))));
    assertThat(comments(packets)).hasSize(2);
    assertThat(comments(packets).getLast()).contains("turn 2 of 2");

    Said silence = said("", "");
    packets =
        packets(
            replay(Transport.TCP, conversation(50_000, 1, said("A", "B"), silence, said("C", ""))));
    assertThat(comments(packets)).hasSize(2);
    assertThat(comments(packets).getLast()).contains("turn 2 of 3").contains("turn 3 of 3");
  }

  @Test
  void aConversationThatBrokeOffSaysSo() {
    List<Packet> packets = packets(replay(Transport.TCP, conversation(50_000, 1, said("A", "B"))));
    assertThat(comments(packets).getLast()).contains("The turns after it were not come to.");

    packets = packets(replay(Transport.TCP, conversation(50_000, 1)));
    assertThat(packets).hasSize(6);
    assertThat(comments(packets))
        .containsExactly("Conversation 1\nConnected, and then no turn of 2 was come to.");
  }

  @Test
  void beginsWhenItBegan() {
    List<Packet> packets =
        packets(
            replay(
                Transport.UDP,
                conversation(50_000, 1, said("A", "B")),
                conversation(50_001, 0, said("A", "B")),
                conversation(50_002, 5, said("A", "B"))));

    long begun = BEGUN.getEpochSecond() * 1_000_000_000;
    assertThat(packets).extracting(Packet::time).isSorted().doesNotHaveDuplicates();
    assertThat(packets.get(0).time()).isEqualTo(begun + 1_000_001_000L);
    assertThat(packets.get(1).time()).isEqualTo(begun + 1_003_001_000L);
    assertThat(packets.get(2).time()).isEqualTo(begun + 1_003_002_000L);
    assertThat(packets.get(4).time()).isEqualTo(begun + 5_000_001_000L);
  }

  @Test
  void tellsWhatIsNotShown() {
    Recording replay =
        replay(
            Transport.UDP,
            conversation(0, 1),
            conversation(50_000, 2, said("", "")),
            conversation(50_001, 3, said("A", "")));

    assertThat(packets(replay)).hasSize(1);
    assertThat(section(replay))
        .contains("3 of 9 conversations had been held")
        .contains("2 of 3 have no packets")
        .doesNotContain("documentation");
    assertThat(new ReplayCapture(replay, "").isEmpty()).isFalse();
    assertThat(new ReplayCapture(replay(Transport.UDP, conversation(0, 1)), "").isEmpty()).isTrue();
    assertThat(new ReplayCapture(replay(Transport.TCP), "").isEmpty()).isTrue();
  }

  @Test
  void aDocumentationAddressStandsForOneThatIsNotKnown() {
    for (InetAddress unknown :
        new @Nullable InetAddress[] {
          null, InetAddress.ofLiteral("0.0.0.0"), InetAddress.ofLiteral("::1")
        }) {
      Recording replay =
          replay(
              Transport.TCP,
              new Conversation("none", SERVER, unknown, 50_000, BEGUN, 1, List.of(said("A", "B"))));

      assertThat(packets(replay).getFirst().source().getHostAddress()).isEqualTo("192.0.2.1");
      assertThat(section(replay)).contains("192.0.2.1 or the like stands for it");
    }
  }

  @Test
  void conversationsWithSeveralServersAreWithThese() {
    InetAddress six = InetAddress.ofLiteral("::1");
    Recording replay =
        replay(
            Transport.UDP,
            conversation(50_000, 1, said("A", "B")),
            new Conversation(
                "none", OTHER, six, 50_001, BEGUN.plusSeconds(2), 1, List.of(said("A", "C"))));

    List<Packet> packets = packets(replay);

    assertThat(packets).extracting(Packet::destinationPort).containsExactly(7, 50_000, 8, 50_001);
    assertThat(packets.get(2).destination()).isEqualTo(six);
    assertThat(section(replay)).contains("With 2 servers in turn: 127.0.0.1:7, 0:0:0:0:0:0:0:1:8.");
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void wiresharkOpensItWithoutAComplaint(Transport transport, @TempDir Path folder) {
    Tshark tshark = Tshark.assumed(folder);
    Bytes large = Samples.noise(65_536);
    Recording replay =
        replay(
            transport,
            conversation(50_000, 1, said("", "220 hi\r\n"), said("AB", "ABC")),
            conversation(50_001, 2, said("AB", "ABC"), said("", ""), said("D", "")),
            conversation(0, 3),
            // the same port again, as happens where there are few
            conversation(50_000, 4, said("", "220 hi\r\n"), said("AB", "ABC")),
            conversation(50_002, 5, new Said(large, large, Duration.ofMillis(1), "limit", true)));
    byte[] capture = capture(replay);

    List<Fields> packets =
        tshark.fields(
            tshark.save(capture),
            List.of("-d", "%s.port==7,data".formatted(transport.label())),
            transport.label() + ".stream",
            transport.label() + ".payload",
            "ip.checksum.status",
            transport.label() + ".checksum.status",
            "_ws.expert.severity",
            "_ws.expert.message",
            "frame.comment");

    assertThat(packets).hasSameSizeAs(Blocks.packets(capture));
    TreeMap<Integer, String> streams = new TreeMap<>();
    for (Fields packet : packets) {
      assertThat(packet.text(2) + packet.text(3)).as("%s", packet).isEqualTo("11");
      for (String severity : packet.all(4)) {
        assertThat(Integer.parseInt(severity)).as("%s", packet).isLessThan(Tshark.WARNING);
      }
      streams.merge(Integer.valueOf(packet.text(0)), packet.text(1), String::concat);
    }
    String first = Bytes.latin1("220 hi\r\nABABC").hex();
    String second = Bytes.latin1("ABABCD").hex();
    String last = large.plus(large).hex();
    assertThat(streams.values())
        .containsExactlyElementsOf(
            switch (transport) {
              case TCP -> List.of(first, second, first, last);
              // there is nothing to tell two conversations between the same ports by
              case UDP -> List.of(first + first, second, last);
            });
  }

  @FuzzTest
  void anyReplay(FuzzedDataProvider data) throws UnknownHostException {
    Transport transport = data.pickValue(Transport.values());
    List<Conversation> conversations = new ArrayList<>();
    Bytes sent = Bytes.EMPTY;
    Bytes received = Bytes.EMPTY;
    while (data.remainingBytes() > 8 && conversations.size() < 64) {
      List<Said> turns = new ArrayList<>();
      int port = data.consumeInt(0, 3) == 0 ? 0 : data.consumeInt(1, 65_535);
      for (int i = data.consumeInt(0, 4); i > 0; i--) {
        Said said =
            new Said(
                Bytes.of(data.consumeBytes(data.consumeInt(0, 3_000))),
                Bytes.of(data.consumeBytes(data.consumeInt(0, 3_000))),
                data.consumeBoolean() ? Duration.ofNanos(data.consumeLong()) : null,
                data.consumeString(10),
                data.consumeBoolean());
        turns.add(said);
        sent = port == 0 ? sent : sent.plus(said.sent());
        received = port == 0 ? received : received.plus(said.received());
      }
      conversations.add(
          new Conversation(
              data.consumeString(500),
              data.consumeBoolean() ? SERVER : OTHER,
              data.consumeBoolean()
                  ? InetAddress.getByAddress(new byte[] {10, 0, 0, data.consumeByte()})
                  : null,
              port,
              Instant.ofEpochSecond(data.consumeLong(-9_999_999_999L, 9_999_999_999L)),
              data.consumeInt(1, 16),
              turns));
    }
    Recording replay = replay(transport, conversations.toArray(Conversation[]::new));

    List<Packet> packets = packets(replay);

    assertThat(new ReplayCapture(replay, "").isEmpty()).isEqualTo(packets.isEmpty());
    assertThat(payload(packets, true)).isEqualTo(sent);
    assertThat(payload(packets, false)).isEqualTo(received);
    assertThat(packets).extracting(Packet::time).isSorted().doesNotHaveDuplicates();
    assertThat(comments(packets)).allMatch(comment -> comment.matches("[\\x20-\\x7e\\n]*"));
  }

  private static Bytes payload(List<Packet> packets, boolean outbound) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    packets.stream()
        .filter(one -> one.outbound() == outbound)
        .forEach(one -> all.writeBytes(one.payload()));
    return Bytes.of(all.toByteArray());
  }
}
