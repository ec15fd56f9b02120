package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.portprint.capture.learning.Candidate;
import io.portprint.capture.learning.LearntCandidates;
import io.portprint.capture.learning.Naming;
import io.portprint.capture.learning.Written;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBooks;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What a replay learnt is an exchange that detection loads, with examples that prove it. */
class LearnedExchangeTests {

  @TestFactory
  Stream<DynamicTest> areLoadedAndKeepToTheirExamples() {
    return LearntCandidates.all().entrySet().stream()
        .map(
            learnt ->
                dynamicTest(
                    learnt.getKey(),
                    () -> {
                      Exchange exchange = read(learnt.getKey(), learnt.getValue());
                      ExchangeProbe probe = new ExchangeProbe(exchange, SignatureBooks.own());
                      for (Exchange.Example example : exchange.examples()) {
                        assertThat(outcome(probe, exchange, example))
                            .as(example.outcome())
                            .isEqualTo(example.outcome());
                      }
                    }));
  }

  /** Fresh answers of the server that was learnt, to what the exchange says. */
  @TestFactory
  Stream<DynamicTest> recogniseTheirServers() {
    return LearntCandidates.all().entrySet().stream()
        .map(
            learnt ->
                dynamicTest(
                    learnt.getKey(),
                    () -> {
                      Exchange exchange = read(learnt.getKey(), learnt.getValue());
                      ExchangeProbe probe = new ExchangeProbe(exchange, SignatureBooks.own());
                      SplittableRandom random = new SplittableRandom(8);
                      for (int i = 0; i < 100; i++) {
                        Bytes sent =
                            exchange.greets()
                                ? Bytes.EMPTY
                                : probe.openings(random).getFirst().payload();
                        Bytes received = LearntCandidates.answer(learnt.getKey(), sent);
                        assertThat(probe.recognise(answer(exchange, sent, received)))
                            .as("%s", received)
                            .isNotInstanceOf(Recognition.Mismatch.class);
                        assertThat(probe.recognise(answer(exchange, sent, sent)))
                            .isEqualTo(Recognition.MISMATCH);
                      }
                    }));
  }

  @Test
  void theFormatSaysWhatTheConversationTells() {
    Written skype = LearntCandidates.all().get("skype").write(naming("skype"));
    assertThat(skype.lacks()).isEmpty();
    assertThat(skype.exchange())
        .contains("{{1}}")
        .contains("{{client:4}}")
        .contains("vary: [{at: 7, length: 4}]")
        .contains("again: {times: 3");
    Written stun = LearntCandidates.all().get("stun").write(naming("stun"));
    assertThat(stun.exchange()).contains("{{client-port:2,xor=").contains("{{client:4,xor=");
  }

  private static Naming naming(String name) {
    Transport transport = name.equals("smtp") ? Transport.TCP : Transport.UDP;
    return new Naming(
        "learnt-" + name, "learnt-" + name, "Learnt", transport, Set.of(33_033), Instant.EPOCH);
  }

  private static Exchange read(String name, Candidate candidate) {
    Written written = candidate.write(naming(name));
    List<Exchange> exchanges = ExchangeFile.read(name, written.exchange());
    assertThat(exchanges).hasSize(1);
    return exchanges.getFirst();
  }

  private static String outcome(ExchangeProbe probe, Exchange exchange, Exchange.Example example) {
    SplittableRandom random = new SplittableRandom(11);
    Bytes sent = exchange.greets() ? Bytes.EMPTY : exchange.say().getFirst().payload().fill(random);
    List<Bytes> places =
        exchange.greets()
            ? List.of()
            : exchange.say().getFirst().payload().places(sent).orElseThrow();
    Bytes received = example.answer().fill(random, places);
    return switch (probe.recognise(answer(exchange, sent, received))) {
      case Recognition.Recognised _ -> "sure";
      case Recognition.Suspected _ -> "suspected";
      case Recognition.Incomplete _, Recognition.Mismatch _ -> "none";
    };
  }

  private static Answer answer(Exchange exchange, Bytes sent, Bytes received) {
    return OtherAnswers.answer(
        exchange.greets() ? Answer.GREETING : exchange.say().getFirst().name(),
        sent,
        received,
        Answer.Ending.CLOSED);
  }
}
