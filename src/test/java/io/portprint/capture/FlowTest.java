package io.portprint.capture;

import static io.portprint.capture.Packets.ACK;
import static io.portprint.capture.Packets.CLIENT;
import static io.portprint.capture.Packets.FIN;
import static io.portprint.capture.Packets.RAW;
import static io.portprint.capture.Packets.RST;
import static io.portprint.capture.Packets.SERVER;
import static io.portprint.capture.Packets.SYN;
import static io.portprint.capture.Packets.TCP;
import static io.portprint.capture.Packets.UDP;
import static io.portprint.capture.Packets.fragment4;
import static io.portprint.capture.Packets.fragment6;
import static io.portprint.capture.Packets.fromClient;
import static io.portprint.capture.Packets.fromServer;
import static io.portprint.capture.Packets.ipv4;
import static io.portprint.capture.Packets.ipv6;
import static io.portprint.capture.Packets.join;
import static io.portprint.capture.Packets.latin1;
import static io.portprint.capture.Packets.limits;
import static io.portprint.capture.Packets.pcap;
import static io.portprint.capture.Packets.pcapAtOnce;
import static io.portprint.capture.Packets.read;
import static io.portprint.capture.Packets.tcp;
import static io.portprint.capture.Packets.udp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.portprint.capture.Flow.Ending;
import io.portprint.capture.Flow.Side;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Transport;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

class FlowTest {

  /** One of which no more is known than what was said. */
  static Flow flow(Transport transport, long bytesOfClient, List<Turn> turns) {
    return new Flow(
        1,
        transport,
        new Peer(InetAddress.ofLiteral(CLIENT), 40_000),
        new Peer(InetAddress.ofLiteral(SERVER), 80),
        turns.isEmpty() ? null : turns.getFirst().speaker(),
        null,
        null,
        Ending.OPEN,
        new Side(turns.size(), bytesOfClient, 0, 0),
        new Side(turns.size(), 0, 0, 0),
        turns,
        turns.size(),
        null);
  }

  private static List<Flow> flows(byte[]... packets) {
    return read(pcap(RAW, packets)).flows();
  }

  private static Flow flow(byte[]... packets) {
    assertThat(flows(packets)).hasSize(1);
    return flows(packets).getFirst();
  }

  /** The turns as {@code c:text} and {@code s:text}, bytes missing before them in front. */
  private static List<String> said(Flow flow) {
    return flow.turns().stream()
        .map(
            turn ->
                (turn.missing() == 0 ? "" : turn.missing() + " ")
                    + (turn.speaker() == Speaker.CLIENT ? "c:" : "s:")
                    + turn.payload().latin1())
        .toList();
  }

  @Nested
  class OverTcp {

    private final byte[] syn = fromClient(100, 0, SYN, "");
    private final byte[] synAck = fromServer(500, 101, SYN | ACK, "");

    @Test
    void isPutIntoTurns() {
      Flow flow =
          flow(
              syn,
              synAck,
              fromClient(101, 501, ACK, ""),
              fromClient(101, 501, ACK, "GET "),
              fromClient(105, 501, ACK, "/"),
              fromServer(501, 106, ACK, "200"),
              fromServer(504, 106, ACK | FIN, " OK"),
              fromClient(106, 508, ACK, "more"));

      assertThat(said(flow)).containsExactly("c:GET /", "s:200 OK", "c:more");
      assertThat(flow.transport()).isEqualTo(Transport.TCP);
      assertThat(flow.number()).isEqualTo(1);
      assertThat(flow.client()).isEqualTo(new Peer(flow.client().address(), 40_000));
      assertThat(flow.client().addressText()).isEqualTo(CLIENT);
      assertThat(flow.server().addressText()).isEqualTo(SERVER);
      assertThat(flow.server().port()).isEqualTo(80);
      assertThat(flow.firstSpeaker()).isEqualTo(Speaker.CLIENT);
      assertThat(flow.ending()).isEqualTo(Ending.CLOSED);
      assertThat(flow.fromClient()).isEqualTo(new Side(5, 9, 0, 0));
      assertThat(flow.fromServer()).isEqualTo(new Side(3, 6, 0, 0));
      assertThat(flow.from()).isEqualTo(Instant.ofEpochSecond(1, 5000));
      assertThat(flow.to()).isEqualTo(Instant.ofEpochSecond(8, 5000));
      assertThat(flow.turns().get(1).at()).isEqualTo(Instant.ofEpochSecond(6, 5000));
      assertThat(flow.truncated()).isFalse();
    }

    @Test
    void hasItsClientBySynHoweverItIsFirstSeen() {
      Flow greeted = flow(syn, synAck, fromServer(501, 101, ACK, "220 hello"));
      Flow answered = flow(synAck, fromServer(501, 101, ACK, "220 hello"));

      for (Flow flow : List.of(greeted, answered)) {
        assertThat(flow.client().addressText()).isEqualTo(CLIENT);
        assertThat(flow.firstSpeaker()).isEqualTo(Speaker.SERVER);
        assertThat(said(flow)).containsExactly("s:220 hello");
      }
    }

    @Test
    void thatWasUnderWayHasAsClientWhoSpeaksFirst() {
      Flow flow =
          flow(
              fromServer(501, 101, ACK, ""),
              fromClient(101, 501, ACK, "question"),
              fromServer(501, 109, ACK, "answer"));

      assertThat(flow.client().addressText()).isEqualTo(CLIENT);
      assertThat(said(flow)).containsExactly("c:question", "s:answer");
    }

    @Test
    void withoutPayloadHasNoFirstSpeaker() {
      Flow flow = flow(fromClient(101, 501, ACK, ""));

      assertThat(flow.firstSpeaker()).isNull();
      assertThat(flow.client().addressText()).isEqualTo(CLIENT);
      assertThat(flow.ending()).isEqualTo(Ending.OPEN);
    }

    /** Segments of "abcdefghij", from the sequence number on that follows the SYN. */
    record Order(String what, long start, List<byte[]> segments, long repeated) {

      static Order of(String what, long start, long repeated, String... parts) {
        List<byte[]> segments = new ArrayList<>();
        for (String part : parts) {
          int at = "abcdefghij".indexOf(Character.toLowerCase(part.charAt(0)));
          segments.add(fromClient(start + 1 + at, 501, ACK, part));
        }
        return new Order(what, start, segments, repeated);
      }

      @Override
      public String toString() {
        return what;
      }
    }

    static List<Order> orders() {
      return List.of(
          Order.of("in order", 100, 0, "abc", "def", "ghij"),
          Order.of("sent again", 100, 6, "abc", "abc", "def", "DEF", "ghij"),
          Order.of("sent again in one", 100, 6, "abc", "def", "ABCDEFghij"),
          Order.of("overlapping", 100, 2, "abcd", "CDefghij"),
          Order.of("the last first", 100, 0, "ghij", "def", "abc"),
          Order.of("reordered", 100, 0, "abc", "ghij", "def"),
          Order.of("reordered and sent again", 100, 8, "abc", "ghij", "GHIJ", "def", "GHIJ"),
          Order.of("reordered and overlapping", 100, 8, "abc", "FGHij", "defgh", "FGHIJ"),
          Order.of("early parts of different lengths", 100, 2, "a", "cd", "CDefghij", "b"),
          Order.of("the sequence wraps", 0xffff_fffcL, 0, "abc", "def", "ghij"),
          Order.of("it wraps, reordered", 0xffff_fffcL, 0, "abc", "ghij", "def"),
          Order.of("it passes 2^31", 0x7fff_fffcL, 3, "abc", "ghij", "def", "DEF"));
    }

    @ParameterizedTest
    @MethodSource("orders")
    void isPutInOrder(Order order) {
      List<byte[]> packets = new ArrayList<>();
      packets.add(fromClient(order.start, 0, SYN, ""));
      packets.addAll(order.segments);

      Flow flow = flow(packets.toArray(byte[][]::new));

      assertThat(said(flow)).containsExactly("c:abcdefghij");
      assertThat(flow.fromClient().bytes()).isEqualTo(10);
      assertThat(flow.fromClient().repeated()).isEqualTo(order.repeated);
      assertThat(flow.fromClient().missing()).isZero();
    }

    @Test
    void doesNotWaitForWhatTheOtherSideHas() {
      Flow flow =
          flow(
              syn,
              synAck,
              fromClient(101, 501, ACK, "abc"),
              fromClient(107, 501, ACK, "ghi"),
              fromServer(501, 104, ACK, "not yet"),
              fromServer(508, 110, ACK, "now"),
              fromClient(104, 511, ACK, "def"));

      assertThat(said(flow)).containsExactly("c:abc", "s:not yet", "3 c:ghi", "s:now");
      assertThat(flow.fromClient()).isEqualTo(new Side(4, 6, 3, 3));
    }

    @Test
    void takesWhatWaitsAtTheEndForAllThereIs() {
      Flow flow = flow(syn, fromClient(101, 0, ACK, "abc"), fromClient(107, 0, ACK, "ghi"));

      assertThat(said(flow)).containsExactly("c:abc", "3 c:ghi");
      assertThat(flow.fromClient().missing()).isEqualTo(3);
    }

    @Test
    void waitsForSoMuchAtMost() {
      List<byte[]> packets = new ArrayList<>(List.of(syn));
      for (int i = 0; i <= TcpStream.MOST_SEGMENTS; i++) {
        packets.add(fromClient(200 + i, 501, ACK, "x"));
      }
      packets.add(fromClient(101, 501, ACK, "y".repeat(99)));

      Flow flow = flow(packets.toArray(byte[][]::new));

      assertThat(said(flow)).containsExactly("99 c:" + "x".repeat(TcpStream.MOST_SEGMENTS + 1));
      assertThat(flow.fromClient().repeated()).isEqualTo(99);
    }

    @Test
    void leavesOutWhatNoWindowReaches() {
      Flow flow =
          flow(
              syn,
              fromClient(101 + (1L << 31) - 2, 501, ACK, "garbage"),
              fromClient(101, 501, ACK, "abc"));

      assertThat(said(flow)).containsExactly("c:abc");
    }

    @Test
    void passesOverKeepAlives() {
      Flow flow =
          flow(
              syn,
              fromClient(101, 501, ACK, "abc"),
              fromClient(103, 501, ACK, "\0"),
              fromClient(104, 501, ACK, "def"));

      assertThat(said(flow)).containsExactly("c:abcdef");
      assertThat(flow.fromClient().repeated()).isEqualTo(1);
    }

    @Test
    void tellsWhatWasCutOffOfAPacket() {
      byte[] packet = fromClient(101, 501, ACK, "abcdef");
      Flow flow =
          flow(syn, Arrays.copyOf(packet, packet.length - 2), fromClient(107, 501, ACK, "ghi"));

      assertThat(said(flow)).containsExactly("c:abcd", "2 c:ghi");
      assertThat(flow.fromClient()).isEqualTo(new Side(3, 7, 0, 2));
    }

    @Test
    void mayCarryDataInItsSyn() {
      Flow flow =
          flow(fromClient(100, 0, SYN, "early"), synAck, fromClient(106, 501, ACK, " late"));

      assertThat(said(flow)).containsExactly("c:early late");
    }

    @Test
    void thatIsResetDoesNotCarryTheReason() {
      Flow flow = flow(syn, fromServer(0, 101, RST | ACK, "go away"));

      assertThat(flow.ending()).isEqualTo(Ending.RESET);
      assertThat(flow.turns()).isEmpty();
    }

    @Test
    void isFollowedByAnotherBetweenTheSamePorts() {
      List<Flow> flows =
          flows(
              syn,
              fromClient(100, 0, SYN, ""),
              fromClient(101, 0, ACK, "one"),
              fromClient(9000, 0, SYN, ""),
              fromClient(9001, 0, ACK, "two"));

      assertThat(flows)
          .extracting(FlowTest::said)
          .containsExactly(List.of("c:one"), List.of("c:two"));
      assertThat(flows).extracting(Flow::number).containsExactly(1, 2);
    }

    @Test
    void hasOptionsAndLengthsThatTheNetworkCardFillsIn() {
      byte[] segment = tcp(40_000, 80, 1, 0, ACK, join(new byte[12], latin1("data")));
      segment[12] = (byte) 0x80;
      byte[] packet = ipv4(TCP, CLIENT, SERVER, segment);
      packet[2] = 0;
      packet[3] = 0;

      assertThat(said(flow(packet))).containsExactly("c:data");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 0xf})
    void withAHeaderThatCantBeIsLeftOut(int words) {
      byte[] segment = tcp(40_000, 80, 1, 0, ACK, latin1("data"));
      segment[12] = (byte) (words << 4);

      Capture.Content content = read(pcap(RAW, ipv4(TCP, CLIENT, SERVER, segment)));

      assertThat(content.flows()).isEmpty();
      assertThat(content.unread().malformed()).isEqualTo(1);
    }
  }

  @Nested
  class OverUdp {

    private final byte[] question = ipv4(UDP, CLIENT, SERVER, udp(1000, 53, latin1("question")));
    private final byte[] answer = ipv4(UDP, SERVER, CLIENT, udp(53, 1000, latin1("answer")));

    @Test
    void hasADatagramATurn() {
      Flow flow = flow(question, question, answer);

      assertThat(said(flow)).containsExactly("c:question", "c:question", "s:answer");
      assertThat(flow.transport()).isEqualTo(Transport.UDP);
      assertThat(flow.fromClient()).isEqualTo(new Side(2, 16, 0, 0));
      assertThat(flow.fromServer()).isEqualTo(new Side(1, 6, 0, 0));
      assertThat(flow.ending()).isEqualTo(Ending.OPEN);
    }

    @Test
    void mayBeEmpty() {
      Flow flow = flow(ipv4(UDP, CLIENT, SERVER, udp(1000, 53, new byte[0])));

      assertThat(said(flow)).containsExactly("c:");
    }

    @Test
    void isToldApartByPortsAndAddresses() {
      assertThat(
              flows(
                  question,
                  ipv4(UDP, CLIENT, SERVER, udp(1001, 53, latin1("q"))),
                  ipv4(UDP, CLIENT, "192.0.2.3", udp(1000, 53, latin1("q"))),
                  ipv6(UDP, udp(1000, 53, latin1("q"))),
                  fromClient(1, 0, SYN, "")))
          .hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 200})
    void withALengthThatCantBeIsLeftOut(int length) {
      byte[] datagram = udp(1000, 53, latin1("question"));
      datagram[5] = (byte) length;

      Capture.Content content = read(pcap(RAW, ipv4(UDP, CLIENT, SERVER, datagram)));

      assertThat(content.flows()).isEmpty();
      assertThat(content.unread().malformed()).isEqualTo(1);
    }
  }

  @Nested
  class InFragments {

    private final byte[] payload = udp(1000, 53, latin1("a question in pieces, for it is long"));
    private final byte[] one = Arrays.copyOfRange(payload, 0, 16);
    private final byte[] two = Arrays.copyOfRange(payload, 16, 32);
    private final byte[] three = Arrays.copyOfRange(payload, 32, payload.length);

    private byte[] v4(int offset, boolean more, byte[] part) {
      return fragment4(9, offset, more, UDP, CLIENT, SERVER, part);
    }

    private byte[] v6(int offset, boolean more, byte[] part) {
      return fragment6(9, offset, more, UDP, part);
    }

    private void isWhole(byte[]... packets) {
      Capture.Content content = read(pcap(RAW, packets));
      assertThat(content.flows())
          .singleElement()
          .satisfies(
              flow ->
                  assertThat(said(flow)).containsExactly("c:a question in pieces, for it is long"));
    }

    private void isIncomplete(byte[]... packets) {
      Capture.Content content = read(pcap(RAW, packets));
      assertThat(content.flows()).isEmpty();
      assertThat(content.unread().incomplete()).isEqualTo(1);
    }

    @Test
    void isPutTogetherInAnyOrder() {
      isWhole(v4(0, true, one), v4(16, true, two), v4(32, false, three));
      isWhole(v4(32, false, three), v4(16, true, two), v4(0, true, one));
      isWhole(v4(16, true, two), v4(16, true, two), v4(0, true, one), v4(32, false, three));
      isWhole(v6(0, true, one), v6(16, true, two), v6(32, false, three));
      isWhole(v6(32, false, three), v6(0, true, one), v6(32, false, three), v6(16, true, two));
    }

    @Test
    void isPutTogetherOverlappingInVersion4Only() {
      byte[] oneAndTwo = join(one, two);
      byte[] false2 = "falsehoods......".getBytes(StandardCharsets.US_ASCII);

      isWhole(v4(0, true, oneAndTwo), v4(16, true, false2), v4(32, false, three));
      isIncomplete(v6(0, true, oneAndTwo), v6(16, true, two), v6(32, false, three));
    }

    @Test
    void isIncompleteWhereAPartIsMissing() {
      isIncomplete(v4(0, true, one), v4(32, false, three));
      isIncomplete(v4(0, true, one), v4(16, true, two));
      isIncomplete(v4(16, true, two), v4(32, false, three));
      isIncomplete(v6(0, true, one), v6(32, false, three));
    }

    @Test
    void isToldApartByIdentifier() {
      Capture.Content content =
          read(
              pcap(
                  RAW,
                  v4(0, true, one),
                  fragment4(10, 16, true, UDP, CLIENT, SERVER, two),
                  v4(32, false, three)));

      assertThat(content.flows()).isEmpty();
      assertThat(content.unread().incomplete()).isEqualTo(2);
    }

    @Test
    void isNotWaitedForLongerThanIdentifiersLast() {
      byte[] file = pcap(RAW, v4(0, true, one), v4(16, true, two), v4(32, false, three));
      file[24] = (byte) 200; // seconds of the first

      assertThat(read(file).flows()).isEmpty();
      assertThat(read(file).unread().incomplete()).isEqualTo(2);
    }

    @Test
    void isLeftOutWhereItsLengthCantBe() {
      for (byte[] packet :
          List.of(
              v4(0, true, new byte[15]),
              v4(65_528, false, new byte[16]),
              v6(0, true, new byte[15]),
              v4(8, true, new byte[0]),
              Arrays.copyOf(v4(0, true, one), 30))) {
        assertThat(read(pcap(RAW, packet)).unread().malformed()).isEqualTo(1);
      }
    }

    @Test
    void mayHaveManyParts() {
      byte[] large = udp(1000, 53, new byte[60_000]);
      List<byte[]> packets = new ArrayList<>();
      for (int at = 0; at < large.length; at += 8) {
        packets.add(v4(at, at + 8 < large.length, Arrays.copyOfRange(large, at, at + 8)));
      }

      Capture.Content content = read(pcapAtOnce(RAW, packets.toArray(byte[][]::new)));

      assertThat(content.flows().getFirst().turns().getFirst().length()).isEqualTo(60_000);
    }

    @Test
    void isGivenUpWherePartsContradictEachOther() {
      isIncomplete(v4(0, true, one), v4(16, false, two), v4(32, true, two), v4(8, true, two));
    }

    @Test
    void keepsWhatCameFirst() {
      isWhole(
          v4(16, true, two),
          v4(0, true, Arrays.copyOf(one, 8)),
          v4(0, true, join(new byte[8], Arrays.copyOfRange(one, 8, 16), new byte[16])),
          v4(32, false, three));
    }

    @Test
    void isGivenUpWhereTooManyArePending() {
      List<byte[]> packets = new ArrayList<>();
      for (int id = 0; id <= Defragmenter.MOST_PENDING; id++) {
        packets.add(fragment4(id, 0, true, UDP, CLIENT, SERVER, one));
      }
      packets.add(fragment4(1, 16, false, UDP, CLIENT, SERVER, Arrays.copyOf(two, 16)));

      Capture.Content content = read(pcapAtOnce(RAW, packets.toArray(byte[][]::new)));

      assertThat(content.unread().incomplete()).isEqualTo(Defragmenter.MOST_PENDING);
    }

    @Test
    void mayBeOneAlone() {
      isWhole(v6(0, false, payload));
    }
  }

  @Nested
  class BehindExtensionHeaders {

    private final byte[] datagram = udp(1000, 53, latin1("hello"));

    private byte[] options(int next) {
      return new byte[] {(byte) next, 0, 1, 4, 0, 0, 0, 0};
    }

    @Test
    void isFound() {
      byte[] authentication = new byte[24];
      authentication[0] = UDP;
      authentication[1] = 4;
      byte[] packet =
          ipv6(0, join(options(43), options(60), options(51), authentication, datagram));

      assertThat(said(flow(packet))).containsExactly("c:hello");
    }

    @Test
    void isFoundBehindThoseOfAFragmentedPayload() {
      byte[] whole = join(options(UDP), datagram);
      Flow flow =
          flow(
              fragment6(1, 0, true, 60, Arrays.copyOf(whole, 16)),
              fragment6(1, 16, false, 60, Arrays.copyOfRange(whole, 16, whole.length)));

      assertThat(said(flow)).containsExactly("c:hello");
    }

    @Test
    void isNotLookedForForEver() {
      byte[] headers = new byte[0];
      for (int i = 0; i < 17; i++) {
        headers = join(options(i == 0 ? UDP : 60), headers);
      }

      assertThat(read(pcap(RAW, ipv6(60, join(headers, datagram)))).unread().malformed())
          .isEqualTo(1);
    }
  }

  @Test
  void otherTransportsAreCounted() {
    Capture.Content content = read(pcap(RAW, ipv4(1, CLIENT, SERVER, new byte[8])));

    assertThat(content.unread().otherTransport()).isEqualTo(1);
  }

  @Test
  void keepsSoMuchOfAFlowAtMost() {
    byte[] question = ipv4(UDP, CLIENT, SERVER, udp(1000, 53, latin1("question")));

    Flow flow =
        read(pcap(RAW, question, question, question), limits(10, DataSize.ofBytes(11)))
            .flows()
            .getFirst();

    assertThat(said(flow)).containsExactly("c:question", "c:que", "c:");
    assertThat(flow.turns()).extracting(Turn::length).containsExactly(8L, 8L, 8L);
    assertThat(flow.truncated()).isTrue();
    assertThat(flow.fromClient().bytes()).isEqualTo(24);
  }

  @Test
  void keepsSoManyTurnsAtMost() {
    byte[][] packets = new byte[Conversation.MOST_TURNS + 1][];
    Arrays.fill(packets, ipv4(UDP, CLIENT, SERVER, udp(1000, 53, latin1("q"))));

    Flow flow = flow(packets);

    assertThat(flow.turns()).hasSize(Conversation.MOST_TURNS);
    assertThat(flow.turnCount()).isEqualTo(packets.length);
    assertThat(flow.truncated()).isTrue();
  }

  @Test
  void keepsSoManyFlowsAtMost() {
    List<byte[]> packets = new ArrayList<>();
    for (int port = 1; port <= 5; port++) {
      packets.add(ipv4(UDP, CLIENT, SERVER, udp(port, 53, latin1("q"))));
    }

    Capture.Content content =
        read(pcap(RAW, packets.toArray(byte[][]::new)), limits(3, DataSize.ofBytes(11)));

    assertThat(content.flows()).hasSize(3);
    assertThat(content.unread().beyondFlows()).isEqualTo(2);
    assertThat(content.damage()).extracting(Damage::count).containsExactly(2L);
  }

  @Test
  void entropyIsInBitsPerByte() {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }

    assertThat(Entropy.of(Bytes.of(all))).isCloseTo(8, within(1e-9));
    assertThat(Entropy.of(Bytes.latin1("abab"))).isEqualTo(1);
    assertThat(Entropy.of(Bytes.latin1("aaaa"))).isZero();
    assertThat(Entropy.of(Bytes.EMPTY)).isZero();
  }
}
