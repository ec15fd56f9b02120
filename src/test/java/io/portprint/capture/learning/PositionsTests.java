package io.portprint.capture.learning;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.capture.learning.Explanation.Clock;
import io.portprint.capture.learning.Explanation.Form;
import io.portprint.capture.learning.Explanation.Side;
import io.portprint.capture.learning.Explanation.Subject;
import io.portprint.capture.learning.Explanation.Xor;
import io.portprint.capture.learning.SimulatedPeers.Peer;
import io.portprint.fingerprint.Bytes;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One kind of field at a time, at an offset of five between bytes that say nothing. */
class PositionsTests {

  private static final Bytes REQUEST = Bytes.hex("a90317c2e45b0f7791d28e36");
  private static final int AT = 5;

  /** What stands in the field, of an answer of 23 bytes to the client from which is learnt. */
  private interface Content {
    Bytes of(Bytes request, InetAddress client, int port, Instant at);
  }

  private static Peer peer(Content content) {
    SplittableRandom random = new SplittableRandom(3);
    int rest = 16 - length(content);
    return (request, client, port, at) ->
        Optional.of(
            Bytes.hex("b0b1b2b3b4")
                .plus(content.of(request, client, port, at))
                .plus(Bytes.hex("e0e1"))
                .plus(SimulatedPeers.random(random, rest)));
  }

  /** Of the field, to the client from which is learnt. */
  private static int length(Content content) {
    return content
        .of(REQUEST, SimulatedPeers.CLIENT, 1, SimulatedPeers.START.plusMillis(1))
        .length();
  }

  private static Lesson learn(Content content) {
    return replayed(peer(content));
  }

  private static Lesson replayed(Peer peer) {
    return Learner.learn(SimulatedPeers.replay(MutationPlan.of(REQUEST, 1, 9), peer));
  }

  /** Answers that are not as the server meant them. */
  private static Peer spoiled(Peer peer, UnaryOperator<Bytes> spoil) {
    return (request, client, port, at) -> peer.answer(request, client, port, at).map(spoil);
  }

  private static Bytes number(int size, ByteOrder order, long value) {
    byte[] all = ByteBuffer.allocate(8).order(order).putLong(value).array();
    return order == ByteOrder.BIG_ENDIAN ? Bytes.of(all, 8 - size, 8) : Bytes.of(all, 0, size);
  }

  private static Bytes reversed(Bytes bytes) {
    byte[] content = bytes.toArray();
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) bytes.at(content.length - 1 - i);
    }
    return Bytes.of(content);
  }

  private static Bytes xor(Bytes one, Bytes other) {
    byte[] content = one.toArray();
    for (int i = 0; i < content.length; i++) {
      content[i] ^= (byte) other.at(i);
    }
    return Bytes.of(content);
  }

  static Stream<Arguments> fields() {
    AtomicInteger counter = new AtomicInteger(0x01fa);
    AtomicInteger byThrees = new AtomicInteger(7);
    Bytes key = Bytes.hex("5aa5");
    return Stream.of(
        row(
            "address, little-endian",
            (_, client, _, _) -> reversed(Bytes.of(client.getAddress())),
            new Explanation.Address(Side.CLIENT, Form.LITTLE_ENDIAN, Xor.NONE, false)),
        row(
            "address, xor-ed with the cookie",
            (_, client, _, _) -> xor(Bytes.of(client.getAddress()), Bytes.hex("2112a442")),
            new Explanation.Address(
                Side.CLIENT, Form.BIG_ENDIAN, new Xor.Key(Bytes.hex("2112a442")), false)),
        row(
            "address, xor-ed with the request",
            (request, client, _, _) ->
                xor(Bytes.of(client.getAddress()), padded(request).slice(4, 8)),
            new Explanation.Address(Side.CLIENT, Form.BIG_ENDIAN, new Xor.Request(4), false)),
        row(
            "address as text",
            (_, client, _, _) -> Bytes.latin1(client.getHostAddress()),
            new Explanation.Address(Side.CLIENT, Form.TEXT, Xor.NONE, false)),
        row(
            "server's address",
            (_, _, _, _) -> Bytes.hex("c000024d"),
            new Explanation.Address(Side.SERVER, Form.BIG_ENDIAN, Xor.NONE, false)),
        row(
            "port, little-endian",
            (_, _, port, _) -> number(2, ByteOrder.LITTLE_ENDIAN, port),
            new Explanation.Port(Side.CLIENT, Form.LITTLE_ENDIAN, Xor.NONE, true)),
        row(
            "port, xor-ed with a constant",
            (_, _, port, _) -> xor(number(2, ByteOrder.BIG_ENDIAN, port), key),
            new Explanation.Port(Side.CLIENT, Form.BIG_ENDIAN, new Xor.Key(key), true)),
        row(
            "port, xor-ed with the request",
            (request, _, port, _) ->
                xor(number(2, ByteOrder.BIG_ENDIAN, port), padded(request).slice(2, 4)),
            new Explanation.Port(Side.CLIENT, Form.BIG_ENDIAN, new Xor.Request(2), true)),
        row(
            "Unix seconds",
            (_, _, _, at) -> number(4, ByteOrder.LITTLE_ENDIAN, at.getEpochSecond() + 3600),
            new Explanation.Time(Clock.UNIX_SECONDS, Form.LITTLE_ENDIAN)),
        row(
            "Unix milliseconds",
            (_, _, _, at) -> number(8, ByteOrder.BIG_ENDIAN, at.toEpochMilli()),
            new Explanation.Time(Clock.UNIX_MILLISECONDS, Form.BIG_ENDIAN)),
        row(
            "NTP",
            (_, _, _, at) ->
                number(4, ByteOrder.BIG_ENDIAN, at.getEpochSecond() + 2_208_988_800L)
                    .plus(number(4, ByteOrder.BIG_ENDIAN, at.toEpochMilli() % 1000 * 4_294_967L)),
            new Explanation.Time(Clock.NTP, Form.BIG_ENDIAN)),
        row(
            "length of the request",
            (request, _, _, _) -> number(2, ByteOrder.LITTLE_ENDIAN, request.length() - 4L),
            new Explanation.LengthOf(Subject.REQUEST, Form.LITTLE_ENDIAN, 4, true)),
        row(
            "counter",
            (_, _, _, _) -> number(2, ByteOrder.BIG_ENDIAN, counter.getAndIncrement()),
            new Explanation.Counter(Form.BIG_ENDIAN, 1)),
        row(
            "counter by threes",
            (_, _, _, _) -> number(1, ByteOrder.BIG_ENDIAN, byThrees.getAndAdd(3)),
            new Explanation.Counter(Form.BIG_ENDIAN, 3)),
        row(
            "checksum",
            (request, _, _, _) -> number(4, ByteOrder.BIG_ENDIAN, request.hashCode() * 77L),
            new Explanation.Varying(true)),
        row(
            "echo from elsewhere",
            (request, _, _, _) -> padded(request).slice(4, 8),
            new Explanation.Echo(4, true)));
  }

  private static Bytes padded(Bytes request) {
    return request.plus(Bytes.of(new byte[12]));
  }

  private static Arguments row(String name, Content content, Explanation expected) {
    return Arguments.of(name, content, expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("fields")
  void isExplained(String name, Content content, Explanation expected) {
    Lesson lesson = learn(content);
    Field field = lesson.fieldAt(AT).orElseThrow();
    assertThat(field.explanation()).as(name).isEqualTo(expected);
    assertThat(field.offset()).isEqualTo(AT);
    assertThat(field.length()).isEqualTo(length(content));
  }

  /** Found by other clients at another time, and missed where it is not as it should be. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("fields")
  void isDemanded(String name, Content content, Explanation expected) {
    Peer peer = peer(content);
    Lesson lesson = replayed(peer);
    LearntProbe probe = LearntProbe.of(lesson.candidate().orElseThrow());
    assertThat(probe.written().lacks()).isEmpty();
    int end = AT + lesson.fieldAt(AT).orElseThrow().length();
    Peer other =
        spoiled(
            peer,
            answer ->
                answer
                    .head(AT)
                    .plus(xor(answer.slice(AT, end), Bytes.of(filled(end - AT))))
                    .plus(answer.slice(end, answer.length())));
    LearntProbe satisfied = probe.contentWithOne();
    SplittableRandom fresh = new SplittableRandom(4);
    for (int i = 0; i < 100; i++) {
      assertThat(probe.finds(peer, fresh)).as(name).isPresent();
      assertThat(satisfied.finds(other, fresh).isPresent()).as(name).isEqualTo(!expected.binding());
    }
  }

  private static byte[] filled(int length) {
    byte[] bits = new byte[length];
    Arrays.fill(bits, (byte) 0x40);
    return bits;
  }

  /** It seems constant, and an echo, until the bytes of the request change. */
  @Test
  void whatAMutationRefutesIsDropped() {
    Lesson echo = learn((request, _, _, _) -> request.head(4));
    assertThat(echo.fieldAt(AT).orElseThrow().explanation())
        .isEqualTo(new Explanation.Echo(0, true));
    Lesson constant = learn((_, _, _, _) -> REQUEST.head(4));
    assertThat(constant.fieldAt(AT).orElseThrow().explanation())
        .isInstanceOf(Explanation.Constant.class);
    Lesson oneBit =
        learn((request, _, _, _) -> Bytes.of((byte) (request.equals(REQUEST) ? 0x41 : 0x43)));
    assertThat(oneBit.fieldAt(AT).orElseThrow().explanation())
        .isEqualTo(
            new Explanation.Constant(Bytes.of((byte) 0xfd), Bytes.of((byte) 0x41), false, false));
  }

  /** What a server chose when it started tells nothing of another, however often it is said. */
  @Test
  void valuesThatServersRepeatAreNoFreshDraws() {
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      trials.add(
          new Trial(
              Mutation.NONE,
              REQUEST,
              List.of(Bytes.hex("beef").plus(Bytes.hex(i % 2 == 0 ? "38c206cd" : "2d90a1f7"))),
              Party.of(SimulatedPeers.CLIENT, 30_000 + i),
              Party.of(SimulatedPeers.SERVER.addresses().getFirst(), 40_000 + i % 2),
              SimulatedPeers.START.plusSeconds(i)));
    }
    Lesson lesson = Learner.learn(trials);
    assertThat(lesson.fields().stream().mapToDouble(Field::bits).sum()).isEqualTo(16);
  }

  @Test
  void addressOfSixteenBytesXoredWithTheRequest() {
    InetAddress client = SimulatedPeers.address("2001:db8::17");
    Bytes request = Bytes.hex("0001 0000 2112a442 b7e7a701bc34d686fa87dfae");
    List<Trial> trials = new ArrayList<>();
    for (MutationPlan.Step step : MutationPlan.of(request, 1, 2).steps()) {
      if (step.request().length() >= 20) {
        Bytes key = step.request().slice(4, 20);
        trials.add(
            new Trial(
                step.mutation(),
                step.request(),
                List.of(Bytes.hex("01010018").plus(xor(Bytes.of(client.getAddress()), key))),
                Party.of(client, 4000),
                Party.UNKNOWN,
                SimulatedPeers.START));
      }
    }
    assertThat(Learner.learn(trials).fieldAt(4).orElseThrow())
        .isEqualTo(
            new Field(
                4,
                16,
                new Explanation.Address(Side.CLIENT, Form.BIG_ENDIAN, new Xor.Request(4), false),
                64));
  }

  /** A length of any width counts from where it wants. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void lengthOfTheAnswer(int width) {
    for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      SplittableRandom random = new SplittableRandom(3);
      Peer peer =
          (_, _, _, _) -> {
            int body = random.nextInt(3, 90);
            return Optional.of(
                Bytes.hex("d1d2")
                    .plus(number(width, order, body))
                    .plus(SimulatedPeers.random(random, body)));
          };
      Lesson lesson = replayed(peer);
      Form form =
          width == 1 || order == ByteOrder.BIG_ENDIAN ? Form.BIG_ENDIAN : Form.LITTLE_ENDIAN;
      assertThat(lesson.fieldAt(2).orElseThrow())
          .isEqualTo(
              new Field(
                  2, width, new Explanation.LengthOf(Subject.ANSWER, form, 2 + width, true), 8));
      assertThat(lesson.length()).isInstanceOf(LengthRule.Between.class);
      LearntProbe probe = LearntProbe.of(lesson.candidate().orElseThrow());
      LearntProbe content = probe.contentWithOne();
      SplittableRandom fresh = new SplittableRandom(4);
      for (int i = 0; i < 100; i++) {
        assertThat(probe.finds(peer, fresh)).isPresent();
        assertThat(content.finds(spoiled(peer, answer -> answer.plus(Bytes.hex("00"))), fresh))
            .isEmpty();
      }
    }
  }

  /** The format has one length; another one in answers of many lengths is said to be missing. */
  @Test
  void aSecondLengthCountsNothing() {
    SplittableRandom random = new SplittableRandom(3);
    Peer peer =
        (_, _, _, _) -> {
          int body = random.nextInt(3, 90);
          return Optional.of(
              Bytes.hex("d1d2")
                  .plus(number(2, ByteOrder.BIG_ENDIAN, body + 2L))
                  .plus(number(2, ByteOrder.LITTLE_ENDIAN, body))
                  .plus(SimulatedPeers.random(random, body)));
        };
    Lesson lesson = replayed(peer);
    assertThat(lesson.fieldAt(4).orElseThrow().bits()).isEqualTo(8);
    Candidate candidate = lesson.candidate().orElseThrow();
    LearntProbe probe = LearntProbe.of(candidate);
    assertThat(probe.written().lacks()).containsExactly("A second length, at offset 4.");
    assertThat(probe.bits()).isEqualTo(candidate.bits() - 8);
    assertThat(probe.finds(peer, random)).isPresent();
  }

  @Test
  void answersAsLongAsTheRequest() {
    Peer peer = (request, _, _, _) -> Optional.of(Bytes.hex("99").plus(request));
    Lesson lesson = replayed(peer);
    assertThat(lesson.length()).isEqualTo(new LengthRule.AsRequest(1));
    assertThat(lesson.fieldAt(1).orElseThrow().explanation())
        .isEqualTo(new Explanation.Echo(0, true));
  }

  /** Longer than what is explained byte by byte, and longer than what is looked at. */
  @ParameterizedTest
  @CsvSource({"600, true", "2047, true", "2048, false", "3000, false"})
  void longAnswers(int length, boolean counted) {
    SplittableRandom random = new SplittableRandom(3);
    Peer peer =
        (_, _, _, _) ->
            Optional.of(Bytes.hex("d1d2d3d4").plus(SimulatedPeers.random(random, length - 4)));
    Lesson lesson = replayed(peer);
    assertThat(lesson.length() instanceof LengthRule.Fixed).isEqualTo(counted);
    LearntProbe probe = LearntProbe.of(lesson.candidate().orElseThrow());
    assertThat(probe.finds(peer, random)).isPresent();
    Peer longer = spoiled(peer, answer -> answer.plus(Bytes.hex("00")));
    assertThat(probe.contentWithOne().finds(longer, random).isEmpty()).isEqualTo(counted);
  }

  /** An address that follows the source, xor-ed with what nobody told. */
  @Test
  void severalSourceAddresses() {
    List<Trial> trials = new ArrayList<>();
    for (MutationPlan.Step step : MutationPlan.of(REQUEST, 3, 2).steps()) {
      int index = step.mutation() instanceof Mutation.SourceAddress(int other) ? other : 0;
      InetAddress client = SimulatedPeers.address("198.51.100." + (40 + index));
      Bytes field = xor(Bytes.of(client.getAddress()), Bytes.hex("0badcafe"));
      trials.add(
          new Trial(
              step.mutation(),
              step.request(),
              List.of(Bytes.hex("b0b1").plus(field)),
              Party.of(client, 4000),
              Party.UNKNOWN,
              SimulatedPeers.START));
    }
    assertThat(Learner.learn(trials).fieldAt(2).orElseThrow().explanation())
        .isEqualTo(
            new Explanation.Address(
                Side.CLIENT, Form.BIG_ENDIAN, new Xor.Key(Bytes.hex("0badcafe")), true));
  }

  @Test
  void chancesOfConstantBits() {
    assertThat(Positions.chance(5, 3)).isBetween(0.0272, 0.0274);
    assertThat(Positions.chance(0, 3)).isBetween(0.9999, 1.0);
    assertThat(Positions.chance(8, 2)).isBetween(0.0039, 0.00391);
  }
}
