package io.portprint.capture.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.portprint.capture.learning.Explanation.Form;
import io.portprint.capture.learning.Explanation.Side;
import io.portprint.capture.learning.Explanation.Xor;
import io.portprint.capture.learning.SimulatedPeers.Peer;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.probe.Examination;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What is learnt from published answers, and from simulated servers with the whole plan. */
class LearnerTests {

  /** The three answers of a node that are documented, to one request that nobody mutated. */
  @Nested
  class ThreeAnswers {

    private Lesson learn(Party client) {
      List<Trial> trials =
          Stream.of("924017c0a8001374a041f0", "924067c0a800131100104f", "924037c0a800136808433a")
              .map(
                  answer ->
                      new Trial(
                          Mutation.NONE,
                          LearntCandidates.SKYPE,
                          List.of(Bytes.hex(answer)),
                          client,
                          Party.UNKNOWN,
                          SimulatedPeers.START))
              .toList();
      return Learner.learn(trials);
    }

    @Test
    void withTheClientsAddress() {
      Lesson lesson = learn(Party.of(SimulatedPeers.address("192.168.0.19"), 0));
      assertThat(lesson.length()).isEqualTo(new LengthRule.Fixed(11));
      assertThat(lesson.fields())
          .containsExactly(
              new Field(0, 2, new Explanation.Echo(0, false), 0),
              new Field(
                  2,
                  1,
                  new Explanation.Constant(
                      Bytes.of((byte) 0x8f), Bytes.of((byte) 0x07), false, false),
                  0),
              new Field(
                  3, 4, new Explanation.Address(Side.CLIENT, Form.BIG_ENDIAN, Xor.NONE, false), 32),
              new Field(7, 4, new Explanation.TooFewSamples(3, 8), 0));
      assertThat(lesson.surer())
          .anyMatch(one -> one.startsWith("Mutate bytes 0 to 1 of the request alone"))
          .anyMatch(one -> one.contains("bytes 7 to 10 need 8 answers to be explained"));
      assertThat(lesson.candidate().orElseThrow().confidence()).isLessThanOrEqualTo(0.6);
    }

    @Test
    void withoutTheClientsAddress() {
      Lesson lesson = learn(Party.UNKNOWN);
      assertThat(lesson.fieldAt(3).orElseThrow())
          .isEqualTo(
              new Field(
                  3,
                  4,
                  new Explanation.Constant(
                      Bytes.hex("ffffffff"), Bytes.hex("c0a80013"), true, true),
                  0));
      assertThat(lesson.surer()).anyMatch(one -> one.contains("bytes 3 to 6 could be it"));
    }

    @Test
    void oneAnswerProvesNothing() {
      Lesson lesson =
          Learner.learn(
              List.of(
                  new Trial(
                      Mutation.NONE,
                      Bytes.hex("ff00"),
                      List.of(Bytes.hex("01020304")),
                      Party.UNKNOWN,
                      Party.UNKNOWN,
                      SimulatedPeers.START)));
      assertThat(lesson.fields())
          .containsExactly(new Field(0, 4, new Explanation.TooFewSamples(1, 2), 0));
      assertThat(lesson.candidate()).isEmpty();
    }

    @Test
    void silenceTeachesNothing() {
      Lesson lesson =
          Learner.learn(
              SimulatedPeers.replay(
                  MutationPlan.of(LearntCandidates.SKYPE, 1, 1), (_, _, _, _) -> Optional.empty()));
      assertThat(lesson.answered()).isZero();
      assertThat(lesson.candidate()).isEmpty();
      assertThat(lesson.surer()).singleElement().asString().startsWith("Nothing answered");
    }
  }

  private static Lesson learn(Bytes request, Peer peer) {
    return Learner.learn(SimulatedPeers.replay(MutationPlan.of(request, 1, 7), peer));
  }

  private static Explanation at(Lesson lesson, int offset) {
    return lesson.fieldAt(offset).orElseThrow().explanation();
  }

  @Test
  void skype() {
    Lesson lesson = learn(LearntCandidates.SKYPE, SimulatedPeers.skype(1));
    assertThat(lesson.fields())
        .containsExactly(
            new Field(0, 2, new Explanation.Echo(0, true), 16),
            new Field(
                2,
                1,
                new Explanation.Constant(Bytes.of((byte) 0x8f), Bytes.of((byte) 7), true, false),
                5),
            new Field(
                3, 4, new Explanation.Address(Side.CLIENT, Form.BIG_ENDIAN, Xor.NONE, false), 32),
            new Field(7, 4, new Explanation.MustVary(lesson.samples()), 0));
    Candidate candidate = lesson.candidate().orElseThrow();
    assertThat(candidate.template().slots().getFirst())
        .isEqualTo(new ProbeTemplate.Slot.Random(2, false));
    assertThat(candidate.template().slots().get(1))
        .isEqualTo(new ProbeTemplate.Slot.Fixed(LearntCandidates.SKYPE.slice(2, 4)));
    // the length, the echo, the mask, the address
    assertThat(candidate.bits()).isEqualTo(3 + 16 + 5 + 32);
    // two more echoes, and a nonce that differs twice
    assertThat(candidate.bitsOfThree()).isEqualTo(candidate.bits() + 2 * 16 + 2);
    assertThat(candidate.confidence()).isEqualTo(0.95);
    assertThat(candidate.confidenceOfThree()).isEqualTo(0.99);
  }

  @Test
  void udpTracker() {
    Lesson lesson = learn(LearntCandidates.CONNECT, SimulatedPeers.tracker(1));
    assertThat(at(lesson, 0))
        .isEqualTo(
            new Explanation.Constant(Bytes.hex("ffffffff"), Bytes.hex("00000000"), true, false));
    assertThat(lesson.fieldAt(4).orElseThrow())
        .isEqualTo(new Field(4, 4, new Explanation.Echo(12, true), 32));
    assertThat(at(lesson, 8)).isInstanceOf(Explanation.MustVary.class);
    assertThat(lesson.reactions())
        .contains(new Reaction(new Mutation.Region(8, 12), 0, 3, 0))
        .contains(new Reaction(new Mutation.Region(12, 16), 3, 0, 0));
  }

  @Test
  void stun() {
    Lesson lesson = learn(LearntCandidates.BINDING, SimulatedPeers.stun());
    assertThat(at(lesson, 8)).isEqualTo(new Explanation.Echo(8, true));
    assertThat(at(lesson, 26))
        .isEqualTo(
            new Explanation.Port(
                Side.CLIENT, Form.BIG_ENDIAN, new Xor.Key(Bytes.hex("2112")), true));
    assertThat(at(lesson, 28))
        .isEqualTo(
            new Explanation.Address(
                Side.CLIENT, Form.BIG_ENDIAN, new Xor.Key(Bytes.hex("2112a442")), false));
  }

  @Test
  void memcached() {
    Lesson lesson = learn(LearntCandidates.VERSION, SimulatedPeers.memcached("1.6.21"));
    assertThat(at(lesson, 0)).isEqualTo(new Explanation.Echo(0, true));
    assertThat(at(lesson, 2)).isInstanceOf(Explanation.Constant.class);
    TextPattern text = lesson.text();
    assertThat(text).isNotNull();
    assertThat(text.from()).isEqualTo(8);
    assertThat(text.shown(TextPart.Kind.VERSION)).isEqualTo("1.6.21");
    assertThat(newer(lesson, SimulatedPeers.memcached("1.7.0-rc1")).version())
        .isEqualTo("1.7.0-rc1");
  }

  @Test
  void greeting() {
    Lesson lesson = learn(Bytes.EMPTY, SimulatedPeers.smtp("mx1.example", "Exim", "4.96"));
    TextPattern text = lesson.text();
    assertThat(text).isNotNull();
    assertThat(text.shown(TextPart.Kind.PRODUCT)).isEqualTo("Exim");
    assertThat(text.parts())
        .extracting(TextPart::kind)
        .contains(TextPart.Kind.DATE, TextPart.Kind.HEX, TextPart.Kind.CLIENT_ADDRESS);
    Candidate candidate = lesson.candidate().orElseThrow();
    assertThat(candidate.template().slots()).isEmpty();
    Service newer = newer(lesson, SimulatedPeers.smtp("mx1.example", "Exim", "4.98.1"));
    assertThat(newer.product()).isEqualTo("Exim");
    assertThat(newer.version()).isEqualTo("4.98.1");
  }

  private static Service newer(Lesson lesson, Peer newer) {
    return LearntProbe.of(lesson.candidate().orElseThrow())
        .finds(newer, new SplittableRandom(1))
        .orElseThrow()
        .service();
  }

  /**
   * Each candidate, as the probe that detection runs, confirms its own server a thousand times, and
   * no other one by as little as one answer.
   */
  @TestFactory
  Stream<DynamicTest> candidatesTellTheirServersFromOthers() {
    Map<String, LearntCandidates.Case> cases = LearntCandidates.cases();
    return cases.entrySet().stream()
        .flatMap(
            one -> {
              Candidate candidate = one.getValue().learn().candidate().orElseThrow();
              LearntProbe probe = LearntProbe.of(candidate);
              Stream<DynamicTest> own =
                  Stream.of(
                      dynamicTest(
                          one.getKey(),
                          () -> assertThat(found(probe, one.getValue().peer())).isEqualTo(1000)));
              Map<String, Peer> strangers = SimulatedPeers.lookAlikes(candidate);
              cases.forEach(
                  (name, other) -> {
                    if (!name.equals(one.getKey())) {
                      strangers.put("learnt " + name, other.peer());
                    }
                  });
              LearntProbe content = probe.contentWithOne();
              Stream<DynamicTest> others =
                  strangers.entrySet().stream()
                      .map(
                          other ->
                              dynamicTest(
                                  one.getKey() + ", not " + other.getKey(),
                                  () -> assertThat(found(content, other.getValue())).isZero()));
              return Stream.concat(own, others);
            });
  }

  private static int found(LearntProbe probe, Peer peer) {
    SplittableRandom random = new SplittableRandom(5);
    int found = 0;
    for (int i = 0; i < 1000; i++) {
      found += probe.finds(peer, random).isPresent() ? 1 : 0;
    }
    return found;
  }

  /** A node that repeats its nonce passes with one answer, but not with several. */
  @Test
  void severalAnswersHaveToVary() {
    LearntProbe probe =
        LearntProbe.of(
            learn(LearntCandidates.SKYPE, SimulatedPeers.skype(1)).candidate().orElseThrow());
    Peer stuck =
        (request, client, port, at) -> SimulatedPeers.skype(3).answer(request, client, port, at);
    SplittableRandom random = new SplittableRandom(4);
    assertThat(probe.finds(SimulatedPeers.skype(3), random)).isPresent();
    assertThat(probe.contentWithOne().finds(stuck, random)).isPresent();
    assertThat(probe.examines(stuck, random))
        .get(InstanceOfAssertFactories.type(Examination.Refuted.class))
        .extracting(Examination.Refuted::reason)
        .isEqualTo("what has to differ in each answer does not");
  }
}
