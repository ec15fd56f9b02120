package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Finding;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.testing.Probes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Whatever a peer answers, every probe that there is comes to an end and throws nothing but what it
 * declares, in recognising and in examining.
 */
class EveryProbeFuzzTests {

  private static final int ROUNDS = 150;
  private static final Probe[] ALL =
      Arrays.stream(Probes.all())
          .sorted(Comparator.comparing(probe -> probe.description().name()))
          .toArray(Probe[]::new);
  private static final List<Bytes> CORPUS = corpus();

  /** What servers of many protocols say, as the tests of all of them know it. */
  private static List<Bytes> corpus() {
    List<Bytes> corpus = new ArrayList<>(OtherAnswers.answers().values());
    RandomGenerator random = new SplittableRandom(2);
    for (Exchange exchange : ExchangeFile.ofClassPath()) {
      List<Bytes> places = new ArrayList<>();
      for (int place = 0; place < 9; place++) {
        places.add(Claims.random(random, 4));
      }
      exchange.examples().forEach(one -> corpus.add(one.answer().fill(random, places)));
      exchange.ask().forEach(ask -> corpus.add(ask.example().fill(random, places)));
    }
    for (Probe probe : ALL) {
      probe.openings(random).forEach(opening -> corpus.add(opening.payload()));
    }
    return List.copyOf(corpus);
  }

  @TestFactory
  Stream<DynamicTest> keepsToItsContract() {
    return Arrays.stream(ALL)
        .map(
            probe ->
                dynamicTest(
                    probe.description().name(),
                    () -> {
                      for (int round = 0; round < ROUNDS; round++) {
                        Random random = new Random(round);
                        meet(probe, random, said -> distorted(said, random));
                      }
                    }));
  }

  @FuzzTest
  void keepsToItsContractWhateverComes(byte[] received) {
    Bytes answer = Bytes.of(received);
    for (Probe probe : ALL) {
      meet(probe, new SplittableRandom(answer.hashCode()), _ -> answer);
    }
  }

  private static void meet(Probe probe, RandomGenerator random, Function<Bytes, Bytes> peer) {
    List<Bytes> said = new ArrayList<>(List.of(Bytes.EMPTY, OtherAnswers.GET));
    probe.openings(random).stream().map(Opening::payload).forEach(said::add);
    for (Bytes sent : said) {
      Ending ending = Ending.values()[random.nextInt(Ending.values().length)];
      Answer answer =
          OtherAnswers.answer(
              sent.isEmpty() ? Answer.GREETING : "fuzz/said", sent, peer.apply(sent), ending);
      Optional<Finding> found = finding(probe.recognise(answer));
      found.ifPresent(own -> assertThat(own.confidence()).isBetween(0.0, 0.99));
      Finding finding =
          found.orElseGet(
              () ->
                  Finding.of(
                      Service.of(probe.description().protocol()),
                      0.3,
                      answer.because("for the sake of the test", List.of())));
      examine(probe, finding, found.map(_ -> answer), peer, random);
    }
  }

  private static Optional<Finding> finding(Recognition recognition) {
    return switch (recognition) {
      case Recognition.Recognised(Finding finding) -> Optional.of(finding);
      case Recognition.Suspected(Finding finding) -> Optional.of(finding);
      case Recognition.Incomplete _, Recognition.Mismatch _ -> Optional.empty();
    };
  }

  private static void examine(
      Probe probe,
      Finding finding,
      Optional<Answer> recognised,
      Function<Bytes, Bytes> peer,
      RandomGenerator random) {
    try {
      var interview =
          new HostileInterview(probe.description().transport(), recognised, peer, random);
      assertThat(probe.examine(finding, interview)).isNotNull();
    } catch (ConversationException declared) {
      assertThat(declared.failure()).isNotNull();
    } catch (HostileInterview.NothingRecognised theProbeIsNotToBeAsked) {
      assertThat(recognised).isEmpty();
    } catch (RuntimeException | StackOverflowError undeclared) {
      fail("%s, first %s".formatted(probe.description().name(), recognised), undeclared);
    }
  }

  /** What some server says, or what was just said, cut, doubled, or with bytes of it changed. */
  private static Bytes distorted(Bytes said, RandomGenerator random) {
    Bytes whole = random.nextInt(5) == 0 ? said : CORPUS.get(random.nextInt(CORPUS.size()));
    byte[] bytes = whole.toArray();
    if (bytes.length == 0) {
      return whole;
    }
    switch (random.nextInt(6)) {
      case 0 -> {
        return whole.head(random.nextInt(bytes.length));
      }
      case 1 -> {
        return whole.plus(whole).head(4_096);
      }
      case 2 -> {
        return said.head(random.nextInt(1, 25)).plus(whole);
      }
      case 3 -> {
        int extreme = new int[] {0, 0xff, 0x7f, 0x80}[random.nextInt(4)];
        int from = random.nextInt(bytes.length);
        Arrays.fill(
            bytes, from, Math.min(bytes.length, from + 1 + random.nextInt(4)), (byte) extreme);
      }
      case 4 -> {
        for (int changes = 0; changes < 3; changes++) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
      }
      default -> {
        // as it is
      }
    }
    return Bytes.of(bytes);
  }
}
