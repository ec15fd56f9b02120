package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.detect.Effort;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBook;
import io.portprint.signature.SignatureBooks;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Probes;
import io.portprint.testing.Probing;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every exchange does what its examples say, and claims nothing of anybody else's. */
class ExchangeProbeTests {

  private static final SignatureBook BOOK = SignatureBooks.own();
  private static final List<Exchange> ALL = ExchangeFile.ofClassPath();
  private static final Probe[] EVERY = Probes.all();

  private static ExchangeProbe probe(Exchange exchange) {
    return new ExchangeProbe(exchange, BOOK);
  }

  /** The example's answer to the opening that it names, or to some other one's. */
  private static Answer answer(Exchange exchange, Exchange.Example example) {
    SplittableRandom random = new SplittableRandom(11);
    Exchange.Say say = exchange.openings().get(example.to());
    Bytes sent =
        say != null
            ? say.payload().fill(random)
            : example.to().equals(Answer.GREETING) ? Bytes.EMPTY : OtherAnswers.GET;
    List<Bytes> places = say == null ? List.of() : say.payload().places(sent).orElseThrow();
    return OtherAnswers.answer(
        example.to(), sent, example.answer().fill(random, places), Ending.CLOSED);
  }

  private static String outcome(Recognition recognition) {
    return switch (recognition) {
      case Recognition.Recognised _ -> "sure";
      case Recognition.Suspected _ -> "suspected";
      case Recognition.Incomplete _, Recognition.Mismatch _ -> "none";
    };
  }

  @TestFactory
  Stream<DynamicTest> examples() {
    return ALL.stream()
        .flatMap(
            exchange ->
                exchange.examples().stream()
                    .map(
                        example ->
                            dynamicTest(
                                exchange.name() + ", to " + example.to(),
                                () ->
                                    assertThat(
                                            outcome(
                                                probe(exchange)
                                                    .recognise(answer(exchange, example))))
                                        .isEqualTo(example.outcome()))));
  }

  /** Each rule of an exchange is the reason for some example. */
  @TestFactory
  Stream<DynamicTest> rulesAreExercised() {
    return ALL.stream()
        .map(
            exchange ->
                dynamicTest(
                    exchange.name(),
                    () -> {
                      Set<String> reasons = new HashSet<>();
                      for (Exchange.Example example : exchange.examples()) {
                        Recognition made = probe(exchange).recognise(answer(exchange, example));
                        Optional.of(made)
                            .filter(Recognition.Suspected.class::isInstance)
                            .map(Recognition.Suspected.class::cast)
                            .ifPresent(
                                one -> reasons.add(one.finding().evidence().getFirst().reason()));
                        Optional.of(made)
                            .filter(Recognition.Recognised.class::isInstance)
                            .map(Recognition.Recognised.class::cast)
                            .ifPresent(
                                one -> reasons.add(one.finding().evidence().getFirst().reason()));
                      }
                      assertThat(reasons)
                          .containsAll(
                              exchange.hear().stream().map(Exchange.Hear::reason).toList());
                    }));
  }

  @TestFactory
  Stream<DynamicTest> nobodyElseIsClaimed() {
    return ALL.stream()
        .map(
            exchange ->
                dynamicTest(
                    exchange.name(),
                    () -> {
                      ExchangeProbe probe = probe(exchange);
                      for (Exchange other : ALL) {
                        if (!other.protocol().equals(exchange.protocol())) {
                          for (Exchange.Example example : other.examples()) {
                            assertThat(probe.recognise(answer(other, example)))
                                .as("%s, to %s", other.name(), example.to())
                                .isNotInstanceOf(Recognition.Recognised.class);
                          }
                        }
                      }
                      for (Map.Entry<String, Bytes> other : OtherAnswers.answers().entrySet()) {
                        if (!other.getKey().contains(exchange.protocol())) {
                          for (Bytes sent : List.of(Bytes.EMPTY, OtherAnswers.GET)) {
                            assertThat(
                                    probe.recognise(
                                        OtherAnswers.answer(
                                            sent.isEmpty() ? Answer.GREETING : "http/get",
                                            sent,
                                            other.getValue(),
                                            Ending.CLOSED)))
                                .as(other.getKey())
                                .isNotInstanceOf(Recognition.Recognised.class);
                          }
                        }
                      }
                      // an echo of what was said
                      for (Exchange.Say say : exchange.say()) {
                        Bytes said = say.payload().fill(new SplittableRandom(5));
                        assertThat(
                                probe.recognise(
                                    OtherAnswers.answer(say.name(), said, said, Ending.CLOSED)))
                            .as("an echo")
                            .isEqualTo(Recognition.MISMATCH);
                      }
                    }));
  }

  /** A peer that says what the first positive example and the questions' examples say. */
  @TestFactory
  Stream<DynamicTest> wholeConversations() {
    return ALL.stream()
        .filter(exchange -> exchange.transport() == Transport.TCP)
        .map(exchange -> dynamicTest(exchange.name(), () -> converse(exchange)));
  }

  private static void converse(Exchange exchange) {
    Exchange.Example first =
        exchange.examples().stream()
            .filter(example -> !example.outcome().equals("none"))
            .findFirst()
            .orElseThrow();
    try (LoopbackPeer peer = LoopbackPeer.tcp(connection -> serve(exchange, first, connection))) {
      Fingerprint found =
          Probing.detect(
              peer.port(), Transport.TCP, Effort.THOROUGH, Effort.THOROUGH.deadline(), EVERY);
      assertThat(found.service())
          .as("%s", found)
          .extracting(Service::protocol)
          .isEqualTo(exchange.protocol());
      assertThat(found.confidence()).isGreaterThanOrEqualTo(0.7);
    }
  }

  private static void serve(Exchange exchange, Exchange.Example first, Socket connection)
      throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    if (exchange.greets()) {
      LoopbackPeer.say(connection, first.answer().fill(random));
    }
    Bytes heard = LoopbackPeer.hear(connection);
    for (Exchange.Ask ask : exchange.ask()) {
      Optional<List<Bytes>> places = ask.payload().places(heard);
      if (places.isPresent()) {
        LoopbackPeer.say(connection, ask.example().fill(random, places.get()));
        return;
      }
    }
    Exchange.Say say = exchange.openings().get(first.to());
    if (say != null) {
      Optional<List<Bytes>> places = say.payload().places(heard);
      if (places.isPresent()) {
        LoopbackPeer.say(connection, first.answer().fill(random, places.get()));
      }
    } else if (!exchange.greets() && heard.latin1().startsWith("GET ")) {
      LoopbackPeer.say(connection, first.answer().fill(random));
    }
  }

  @Test
  void numbersAreTold() {
    Bytes answer = Bytes.hex("0002 0001 ff 00000010");
    assertThat(new Exchange.Told("v{u16:0}.{u16:2} {u8:4} {u32:5}").of(answer).latin1())
        .isEqualTo("v2.1 255 16");
    assertThat(new Exchange.Told("{u32:8}{u16:4000}").of(answer).latin1()).isEqualTo("160");
  }

  @Test
  void filesAreReadStrictly() {
    String valid =
        """
        name: demo
        protocol: demo
        transport: tcp
        title: Demo
        summary: A demo.
        hear:
          - {to: any, pattern: 'demo', reason: says so}
        examples:
          - {to: any, text: demo, outcome: suspected}
        """;
    assertThat(ExchangeFile.read("demo.yaml", valid)).hasSize(1);
    for (String broken :
        List.of(
            valid + "more: 1\n",
            valid.replace("title: Demo\n", ""),
            valid.replace("reason: says so", "reason: says so, odd: 1"),
            valid.replace("  - {to: any, text: demo, outcome: suspected}", "  []"),
            "[",
            "7")) {
      assertThatThrownBy(() -> ExchangeFile.read("demo.yaml", broken))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("demo.yaml");
    }
  }

  /** Somebody edits a file of a published signature, badly. */
  @Test
  void whateverIsChangedReadingEndsInAReasonOrInAnExchange() {
    String valid =
        """
        name: demo
        protocol: demo
        transport: udp
        title: Demo
        summary: A demo.
        learned: {at: '2026-01-01T00:00:00Z', answers: 12, bits: 60, bitsOfThree: 60, freshBits: 9}
        say: [{name: demo, hex: "00{random:4}", ports: [7], rarity: 7}]
        hear:
          - {to: demo, pattern: '{{1}}{{client:4}}', vary: [{at: 4, length: 4}], reason: says so}
        again: {times: 3, confidence: 0.8}
        examples: [{to: demo, hex: "{1}00000000", outcome: suspected}]
        """;
    List<String> pieces =
        List.of("", "{", "[", "'", ": ", "\n", "{{", "-1", "9999999999", "\u0007");
    SplittableRandom random = new SplittableRandom(12);
    int read = 0;
    for (int i = 0; i < 5_000; i++) {
      int from = random.nextInt(valid.length());
      int to = Math.min(valid.length(), from + random.nextInt(12));
      String odd =
          valid.substring(0, from)
              + pieces.get(random.nextInt(pieces.size()))
              + valid.substring(to);
      try {
        read += ExchangeFile.read("odd.yaml", odd).size();
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).as(odd).isNotBlank();
      }
    }
    assertThat(read).as("some changes do no harm").isBetween(100, 4_900);
  }

  @FuzzTest
  void recognitionIsTotal(byte[] received) {
    for (Exchange exchange : ALL) {
      List<Bytes> sent = new ArrayList<>(List.of(Bytes.EMPTY, OtherAnswers.GET));
      exchange.say().forEach(say -> sent.add(say.payload().fill(new SplittableRandom(1))));
      for (Bytes one : sent) {
        Recognition made =
            probe(exchange)
                .recognise(OtherAnswers.answer("any", one, Bytes.of(received), Ending.OPEN));
        assertThat(made).isNotNull();
      }
    }
  }
}
