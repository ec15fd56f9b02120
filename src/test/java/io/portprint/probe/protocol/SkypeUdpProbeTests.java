package io.portprint.probe.protocol;

import static io.portprint.probe.protocol.SkypeSamples.NACKS;
import static io.portprint.probe.protocol.SkypeSamples.REQUEST;
import static io.portprint.probe.protocol.SkypeSamples.SENDER;
import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Finding;
import io.portprint.probe.Opening;
import io.portprint.probe.Recognition;
import java.net.InetAddress;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SkypeUdpProbeTests {

  private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("198.51.100.9");

  private final SkypeUdpProbe probe = new SkypeUdpProbe();

  private Recognition recognise(Bytes sent, Bytes received, InetAddress local) {
    return probe.recognise(SkypeSamples.answer(sent, received, local));
  }

  private static Finding suspected(Recognition recognition) {
    assertThat(recognition).isInstanceOf(Recognition.Suspected.class);
    return ((Recognition.Suspected) recognition).finding();
  }

  @Test
  void saysThatNodesAreGone() {
    assertThat(probe.description().summary()).contains("gone from the internet");
    assertThat(new SkypeTcpProbe().description().summary()).contains("gone from the internet");
  }

  @Test
  void asksEveryPort() {
    List<Opening> openings = probe.openings(new SplittableRandom(1));
    assertThat(openings)
        .singleElement()
        .satisfies(
            opening -> {
              assertThat(opening.rarity()).isEqualTo(1);
              assertThat(opening.ports()).isEmpty();
              assertThat(opening.payload().length()).isEqualTo(22);
            });
    assertThat(probe.openings(new SplittableRandom(2))).isNotEqualTo(openings);
  }

  @Nested
  class Recognise {

    @Test
    void documentedAnswers() {
      for (Bytes answer : NACKS) {
        Finding finding = suspected(recognise(REQUEST, answer, SENDER));
        assertThat(finding.confidence()).isEqualTo(0.95);
        assertThat(finding.protocol()).isEqualTo("skype");
        assertThat(finding.service().version()).isNull();
      }
    }

    @Test
    void answerToAnUnknownAddress() {
      assertThat(suspected(recognise(REQUEST, NACKS.getFirst(), ELSEWHERE)).confidence())
          .isLessThan(0.90);
    }

    @Test
    void loopbackIsNobodysAddressButOurOwn() {
      Bytes answer = Bytes.hex("924017 7f000001 74a041f0");
      assertThat(recognise(REQUEST, answer, InetAddress.ofLiteral("127.0.0.1")))
          .isInstanceOf(Recognition.Suspected.class);
      assertThat(recognise(REQUEST, answer, SENDER)).isEqualTo(Recognition.MISMATCH);
    }

    @ParameterizedTest
    @MethodSource("io.portprint.probe.protocol.SkypeSamples#acknowledgements")
    void realNodes(SkypeSamples.Acknowledgement sample) {
      boolean nack = (sample.answer().at(2) & 0x0f) == 7;
      assertThat(
              suspected(recognise(sample.request(), sample.answer(), sample.client())).confidence())
          .isEqualTo(nack ? 0.95 : 0.60);
      assertThat(suspected(recognise(sample.request(), sample.answer(), SENDER)).confidence())
          .isLessThanOrEqualTo(0.60);
    }

    @ParameterizedTest
    @MethodSource("io.portprint.probe.protocol.SkypeSamples#lookAlikes")
    void lookAlikes(SkypeSamples.LookAlike sample) {
      assertThat(recognise(REQUEST, sample.answer(), SENDER)).isEqualTo(Recognition.MISMATCH);
      Bytes withItsId = sample.answer().head(2).plus(REQUEST.slice(2, REQUEST.length()));
      boolean neverOfOurs = sample.name().startsWith("another ID");
      if (sample.answer().length() >= 2 && !neverOfOurs) {
        assertThat(recognise(withItsId, sample.answer(), SENDER)).isEqualTo(Recognition.MISMATCH);
      }
    }

    @Test
    void answerToADatagramThatIsNoSkypePayload() {
      Bytes dns = Bytes.hex("9240 0100 0001 0000 0000 0000 0000 0100 01");
      assertThat(recognise(dns, NACKS.getFirst(), SENDER)).isEqualTo(Recognition.MISMATCH);
    }
  }
}
