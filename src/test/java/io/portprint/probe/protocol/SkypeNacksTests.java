package io.portprint.probe.protocol;

import static io.portprint.probe.protocol.SkypeSamples.NACKS;
import static io.portprint.probe.protocol.SkypeSamples.REQUEST;
import static io.portprint.probe.protocol.SkypeSamples.SENDER;
import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Answer;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SkypeNacksTests {

  private static final Bytes CONTROL = Bytes.hex("a3550011223344556677889900aabbccddeeff001122");
  private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("198.51.100.9");

  private static SkypeNacks.Verdict judge(Bytes toControl, InetAddress own, Bytes... answers) {
    List<Answer> turns =
        Arrays.stream(answers).map(one -> SkypeSamples.answer(REQUEST, one, own)).toList();
    return new SkypeNacks(turns, SkypeSamples.answer(CONTROL, toControl, own)).judge(Set.of(own));
  }

  private static Bytes hex(String digits) {
    return Bytes.hex(digits);
  }

  @Nested
  class Grade {

    static Stream<Arguments> table() {
      Bytes other = hex("924025c0a8001301020304");
      return Stream.of(
          grade("three, address known", 0.99, true, SENDER, NACKS),
          grade("two, address known", 0.95, true, SENDER, NACKS.subList(0, 2)),
          grade("one, address known", 0.95, true, SENDER, NACKS.subList(0, 1)),
          grade("three, address unknown", 0.90, false, ELSEWHERE, NACKS),
          grade("low nibble 5, one", 0.60, true, SENDER, List.of(other)),
          grade(
              "low nibble 5 among others",
              0.60,
              true,
              SENDER,
              List.of(NACKS.get(0), NACKS.get(1), other)),
          grade(
              "low nibble 5, three, address unknown",
              0.60,
              false,
              ELSEWHERE,
              List.of(other, hex("924055c0a8001301020305"), hex("924005c0a8001301020306"))));
    }

    private static Arguments grade(
        String what, double confidence, boolean known, InetAddress own, List<Bytes> answers) {
      return Arguments.of(what, confidence, known, own, answers);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void node(String what, double confidence, boolean known, InetAddress own, List<Bytes> answers) {
      assertThat(judge(Bytes.EMPTY, own, answers.toArray(Bytes[]::new)))
          .isInstanceOfSatisfying(
              SkypeNacks.Verdict.Node.class,
              node -> {
                assertThat(node.confidence()).isEqualTo(confidence);
                assertThat(node.addressKnown()).isEqualTo(known);
                assertThat(node.answers()).isEqualTo(answers.size());
                assertThat(node.client()).isEqualTo("192.168.0.19");
              });
    }

    @Test
    void tooFewForAnUnknownAddress() {
      assertThat(judge(Bytes.EMPTY, ELSEWHERE, NACKS.get(0), NACKS.get(1)))
          .isInstanceOf(SkypeNacks.Verdict.NotShown.class);
    }

    @Test
    void addressOfNoHost() {
      assertThat(
              judge(
                  Bytes.EMPTY,
                  ELSEWHERE,
                  hex("924007e000000101020304"),
                  hex("924007e000000101020305"),
                  hex("924007e000000101020306")))
          .isInstanceOf(SkypeNacks.Verdict.NotShown.class);
    }

    @Test
    void noAnswer() {
      assertThat(judge(Bytes.EMPTY, SENDER)).isInstanceOf(SkypeNacks.Verdict.NotShown.class);
    }
  }

  @Nested
  class Catch {

    @Test
    void addressThatChanges() {
      assertThat(judge(Bytes.EMPTY, SENDER, NACKS.get(0), hex("924017c0a8001474a041f1")))
          .isInstanceOf(SkypeNacks.Verdict.Caught.class);
    }

    @Test
    void answerThatNeverChanges() {
      assertThat(judge(Bytes.EMPTY, SENDER, NACKS.get(0), NACKS.get(1), NACKS.get(0)))
          .isInstanceOf(SkypeNacks.Verdict.Caught.class);
    }

    @Test
    void nonceThatRepeatsBehindAnotherFunction() {
      assertThat(judge(Bytes.EMPTY, SENDER, NACKS.get(0), hex("924057c0a8001374a041f0")))
          .isInstanceOf(SkypeNacks.Verdict.Caught.class);
    }

    @Test
    void answerToTheControl() {
      assertThat(judge(hex("a35537c0a8001399999999"), SENDER, NACKS.toArray(Bytes[]::new)))
          .isInstanceOf(SkypeNacks.Verdict.Caught.class);
      assertThat(judge(hex("a35500ffffffff99999999"), SENDER, NACKS.toArray(Bytes[]::new)))
          .isInstanceOf(SkypeNacks.Verdict.Caught.class);
    }

    @Test
    void answerToTheControlInAnotherFormIsNoObjection() {
      assertThat(judge(hex("a355"), SENDER, NACKS.toArray(Bytes[]::new)))
          .isInstanceOf(SkypeNacks.Verdict.Node.class);
    }

    @ParameterizedTest
    @MethodSource("io.portprint.probe.protocol.SkypeSamples#lookAlikes")
    void lookAlikeAmongAcknowledgements(SkypeSamples.LookAlike sample) {
      if (!sample.answer().isEmpty()) {
        assertThat(judge(Bytes.EMPTY, SENDER, NACKS.get(0), NACKS.get(1), sample.answer()))
            .isNotInstanceOf(SkypeNacks.Verdict.Node.class);
      }
    }
  }
}
