package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Finding;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBook;
import io.portprint.signature.SignatureBooks;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Protocols of networks and plants that answer one question, each with an answer as its servers
 * give it or, where Debian has none, made after its definition.
 */
class InfrastructureTests {

  private static final SignatureBook BOOK = SignatureBooks.own();

  /**
   * @param bound whether the answer repeats something random, and so answers no other opening
   * @param product empty for none
   */
  private record Sample(
      Probe probe,
      String protocol,
      String product,
      Map<String, Object> details,
      boolean bound,
      UnaryOperator<Bytes> answer) {

    Finding finding() {
      Bytes sent = Strangers.opening(probe);
      return Strangers.recognised(probe.recognise(Strangers.answer(sent, answer.apply(sent))));
    }
  }

  private static Stream<Sample> samples() {
    return Stream.of(
        new Sample(
            new KerberosProbe(BOOK),
            "kerberos",
            "MIT Kerberos",
            Map.of("errorCode", 6, "serverTime", "20261123025939Z", "errorText", "NULL_CLIENT"),
            false,
            sent -> kerberosError(realm(sent), 6, "NULL_CLIENT")),
        new Sample(
            new KerberosTcpProbe(BOOK),
            "kerberos",
            "",
            Map.of("errorCode", 61, "realm", "LAB.EXAMPLE"),
            false,
            sent -> {
              Bytes error = kerberosError(Bytes.latin1("LAB.EXAMPLE"), 61, "");
              return Bytes.hex("000000%02x".formatted(error.length())).plus(error);
            }));
  }

  private static Bytes realm(Bytes sent) {
    int at = sent.indexOf(Bytes.hex("1b0c"));
    return sent.slice(at + 2, at + 14);
  }

  private static Bytes kerberosError(Bytes realm, int code, String text) {
    Bytes wording = Ber.encode(0xab, Ber.encode(0x1b, Bytes.latin1(text)));
    return Ber.encode(
        0x7e,
        Ber.encode(
            Ber.SEQUENCE,
            Bytes.hex("a003020105 a10302011e"),
            Ber.encode(0xa4, Ber.encode(0x18, Bytes.latin1("20261123025939Z"))),
            Bytes.hex("a50502030153 31"),
            Ber.encode(0xa6, Ber.number(code)),
            Ber.encode(0xa9, Ber.encode(0x1b, realm)),
            text.isEmpty() ? Bytes.EMPTY : wording));
  }

  @TestFactory
  Stream<DynamicTest> recognises() {
    return each(
        sample -> {
          Finding finding = sample.finding();
          assertThat(finding.protocol()).isEqualTo(sample.protocol());
          assertThat(finding.service().product())
              .isEqualTo(sample.product().isEmpty() ? null : sample.product());
          assertThat(finding.details()).containsAllEntriesOf(sample.details());
        });
  }

  @TestFactory
  Stream<DynamicTest> recognisesNobodyElse() {
    return each(sample -> Strangers.assertNobodyElse(sample.probe()));
  }

  @TestFactory
  Stream<DynamicTest> recognisesNoAnswerCutShort() {
    return each(
        sample -> {
          Bytes sent = Strangers.opening(sample.probe());
          Bytes received = sample.answer().apply(sent);
          for (int length = 1; length < received.length(); length++) {
            assertThat(sample.probe().recognise(Strangers.answer(sent, received.head(length))))
                .as("%d of %d bytes", length, received.length())
                .isEqualTo(Recognition.MISMATCH);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> recognisesNoAnswerToAnotherQuestion() {
    return each(
        sample -> {
          Bytes sent = Strangers.opening(sample.probe());
          Bytes received = sample.answer().apply(sent);
          Bytes another = sample.probe().openings(new SplittableRandom(99)).getFirst().payload();
          if (sample.bound()) {
            assertThat(sample.probe().recognise(Strangers.answer(another, received)))
                .isEqualTo(Recognition.MISMATCH);
          }
        });
  }

  private static Stream<DynamicTest> each(Consumer<Sample> check) {
    return samples()
        .map(
            sample ->
                DynamicTest.dynamicTest(
                    sample.probe().description().name(), () -> check.accept(sample)));
  }

  /** The input begins with the probe, the ending, and how much of the opening comes back first. */
  @FuzzTest
  void recogniserIsTotal(FuzzedDataProvider data) {
    List<Probe> probes = samples().map(Sample::probe).toList();
    Probe probe = probes.get(data.consumeInt(0, probes.size() - 1));
    Ending ending = data.pickValue(Ending.values());
    Bytes sent = probe.openings(new SplittableRandom(7)).getFirst().payload();
    Bytes repeated = sent.head(data.consumeInt(0, 24));
    Bytes received = repeated.plus(Bytes.of(data.consumeRemainingAsBytes()));
    Recognition recognition = probe.recognise(Strangers.answer(sent, received, ending));
    if (recognition instanceof Recognition.Recognised(Finding finding)) {
      assertThat(finding.confidence()).isBetween(0.8, 0.99);
      assertThat(received).isNotEqualTo(sent);
    }
    if (ending != Ending.OPEN) {
      assertThat(recognition).isNotEqualTo(Recognition.INCOMPLETE);
    }
  }
}
