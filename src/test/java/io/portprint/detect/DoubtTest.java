package io.portprint.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Impostor;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.ConversationException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Who understands nothing is told; who may just not understand us is not accused. */
class DoubtTest {

  private static final List<String> QUESTIONS =
      List.of("GET / HTTP/1.0\r\n\r\n", "\u0016\u0003\u0001\u0000", "HELP\r\n", "\0\0\0\u0001");
  private static final List<String> GARBAGE = List.of("qwpeoriut zmxncbv\r\n\r\n", "aslk dj\r\n");

  private static Answer turn(String sent, Bytes received, Ending ending) {
    return new Answer(
        sent.isEmpty() ? Answer.GREETING : "test/" + sent.length(),
        Bytes.latin1(sent),
        received,
        ending,
        InetAddress.getLoopbackAddress(),
        Duration.ofMillis(1));
  }

  private static List<Answer> answers(List<String> questions, Function<String, Bytes> peer) {
    return questions.stream()
        .map(question -> turn(question, peer.apply(question), Ending.SILENCE))
        .toList();
  }

  private static Optional<Impostor> doubted(Function<String, Bytes> peer) {
    return doubted(answers(QUESTIONS, peer), null, peer);
  }

  private static Optional<Impostor> doubted(
      List<Answer> turns, Doubt.@Nullable Drip drip, Function<String, Bytes> peer) {
    try {
      return Doubt.of(turns, drip, () -> answers(GARBAGE, peer));
    } catch (ConversationException e) {
      throw new AssertionError(e);
    }
  }

  private static Function<String, Bytes> always(String answer) {
    return question -> Bytes.latin1(answer);
  }

  private static Function<String, Bytes> noise(int seed) {
    Random random = new Random(seed);
    return question -> {
      byte[] noise = new byte[16 + random.nextInt(32)];
      random.nextBytes(noise);
      return Bytes.of(noise);
    };
  }

  @Nested
  class OneAnswerToEverything {

    @Test
    void isAnImpostorOfWhatItClaims() {
      for (var claim :
          List.of(
              List.of("HTTP/1.0 404 Not Found\r\n\r\n", "http"),
              List.of("+PONG\r\n", "redis"),
              List.of("SSH-2.0-OpenSSH_9.2\r\n", "ssh"))) {
        Impostor impostor = doubted(always(claim.getFirst())).orElseThrow();

        assertThat(impostor.claimed()).isEqualTo(claim.getLast());
        assertThat(impostor.asked()).isEqualTo("qwpeoriut zmxncbv\\r\\n\\r\\n");
        assertThat(impostor.received()).isEqualTo(Bytes.latin1(claim.getFirst()).escaped());
        assertThat(impostor.reason()).contains("4 different questions");
      }
    }

    @Test
    void isAnErrorWhereItClaimsNothing() {
      assertThat(doubted(always("ERROR\r\n"))).isEmpty();
    }

    @Test
    void isNoneWhereGarbageIsAnsweredOtherwise() {
      assertThat(
              doubted(
                  question ->
                      Bytes.latin1(
                          QUESTIONS.contains(question)
                              ? "HTTP/1.1 400 Bad Request\r\n\r\n"
                              : "HTTP/1.1 405 Not Allowed\r\n\r\n")))
          .isEmpty();
    }

    @Test
    void isNotToldFromTwoAnswers() {
      AtomicBoolean challenged = new AtomicBoolean();
      List<Answer> two = answers(QUESTIONS.subList(0, 2), always("+PONG\r\n"));

      assertThat(
              doubted(
                  two,
                  null,
                  garbage -> {
                    challenged.set(true);
                    return Bytes.latin1("+PONG\r\n");
                  }))
          .isEmpty();
      assertThat(challenged).isFalse();
    }
  }

  @Nested
  class NoiseToEverything {

    @Test
    void claimsNothingAndUnderstandsNothing() {
      for (int seed = 0; seed < 50; seed++) {
        Impostor impostor = doubted(noise(seed)).orElseThrow();

        assertThat(impostor.claimed()).isNull();
        assertThat(impostor.reason()).contains("6 questions");
      }
    }

    @Test
    void isNoneWithAHeadInCommon() {
      Function<String, Bytes> noise = noise(1);
      assertThat(doubted(question -> Bytes.of((byte) 0x15).plus(noise.apply(question)))).isEmpty();
    }

    @Test
    void isNoneWhereTheQuestionIsInIt() {
      Function<String, Bytes> noise = noise(1);
      assertThat(doubted(question -> Bytes.latin1(question).head(2).plus(noise.apply(question))))
          .isEmpty();
    }

    @Test
    void isNoneInWords() {
      assertThat(doubted(question -> Bytes.latin1(question.length() + " is what I make of it")))
          .isEmpty();
    }
  }

  @Nested
  class ADrip {

    private Optional<Impostor> dripped(String text, int pieces, Ending ending) {
      Answer greeting = turn("", Bytes.latin1(text), ending);
      return doubted(List.of(greeting), new Doubt.Drip(greeting, pieces), always(""));
    }

    @Test
    void isATarpit() {
      Impostor impostor = dripped("SSH-", 4, Ending.SILENCE).orElseThrow();

      assertThat(impostor.claimed()).isEqualTo("ssh");
      assertThat(impostor.received()).isEqualTo("SSH-");
      assertThat(impostor.reason()).contains("tarpit").contains("4 pieces");
      assertThat(dripped("SSH", 3, Ending.SILENCE).orElseThrow().claimed()).isEqualTo("ssh");
      assertThat(dripped("8.Xk", 4, Ending.SILENCE).orElseThrow().claimed()).isNull();
    }

    @Test
    void isNoneInFewPiecesOrLargeOnesOrWithAnEnd() {
      assertThat(dripped("SSH-", 2, Ending.SILENCE)).isEmpty();
      assertThat(dripped("x".repeat(400), 4, Ending.SILENCE)).isEmpty();
      assertThat(dripped("SSH-", 4, Ending.CLOSED)).isEmpty();
    }
  }

  @Test
  void anEchoOrSilenceIsNotAccused() {
    assertThat(doubted(question -> Bytes.latin1(question))).isEmpty();
    assertThat(doubted(always(""))).isEmpty();
    assertThat(Stream.of(1, 2).map(seed -> doubted(List.of(), null, noise(seed))))
        .allMatch(Optional::isEmpty);
  }
}
