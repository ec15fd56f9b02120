package io.portprint.probe.protocol;

import static io.portprint.probe.protocol.SkypeSamples.NACKS;
import static io.portprint.probe.protocol.SkypeSamples.REQUEST;
import static io.portprint.probe.protocol.SkypeSamples.SENDER;
import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SkypeNackTests {

  @Nested
  class Read {

    @Test
    void documentedAnswers() {
      assertThat(NACKS)
          .allSatisfy(
              answer ->
                  assertThat(SkypeNack.read(REQUEST, answer))
                      .hasValueSatisfying(
                          nack -> {
                            assertThat(nack.form()).isEqualTo(SkypeNack.Form.NACK);
                            assertThat(nack.clientText()).isEqualTo("192.168.0.19");
                            assertThat(nack.saw(Set.of(SENDER))).isTrue();
                          }));
      assertThat(SkypeNack.read(REQUEST, NACKS.getFirst()).orElseThrow().nonce())
          .isEqualTo(0x74a041f0);
    }

    @Test
    void everyAcknowledgementOfRealNodes() {
      var samples = SkypeSamples.acknowledgements();
      assertThat(samples).hasSize(37);
      assertThat(samples)
          .allSatisfy(
              sample ->
                  assertThat(SkypeNack.read(sample.request(), sample.answer()))
                      .hasValueSatisfying(
                          nack -> assertThat(nack.saw(List.of(sample.client()))).isTrue()));
      assertThat(samples)
          .filteredOn(
              sample ->
                  SkypeNack.read(sample.request(), sample.answer()).orElseThrow().form()
                      == SkypeNack.Form.NACK)
          .extracting(SkypeSamples.Acknowledgement::frame)
          .containsExactly(215, 1873);
      assertThat(samples).filteredOn(SkypeSamples.Acknowledgement::inbound).hasSize(34);
    }

    @ParameterizedTest
    @CsvSource({
      "07, NACK",
      "17, NACK",
      "77, NACK",
      "05, OTHER",
      "75, OTHER",
      "87,",
      "85,",
      "f7,",
      "02,",
      "00,",
      "06,",
      "0f,",
      "47, NACK",
      "4d,"
    })
    void functionByte(String function, SkypeNack.Form form) {
      Bytes answer = Bytes.hex("9240" + function + "c0a8001374a041f0");
      assertThat(SkypeNack.read(REQUEST, answer).map(SkypeNack::form).orElse(null)).isEqualTo(form);
    }

    @ParameterizedTest
    @CsvSource({
      "02, true",
      "12, true",
      "f2, true",
      "00, false",
      "01, false",
      "03, false",
      "07, false"
    })
    void onlyDatagramsThatANodeAnswers(String function, boolean answered) {
      Bytes request = REQUEST.head(2).plus(Bytes.hex(function)).plus(REQUEST.slice(3, 22));
      assertThat(SkypeNack.read(request, NACKS.getFirst()).isPresent()).isEqualTo(answered);
    }

    @Test
    void addressThatStandsInTheRequestProvesNothing() {
      for (int at = 3; at + 4 <= REQUEST.length(); at++) {
        Bytes holding =
            REQUEST.head(at).plus(Bytes.hex("c0a80013")).plus(REQUEST.slice(at + 4, 22));
        assertThat(SkypeNack.read(holding, NACKS.getFirst())).as("at " + at).isEmpty();
      }
    }

    @Test
    void shortRequest() {
      assertThat(SkypeNack.read(REQUEST.head(10), NACKS.getFirst())).isEmpty();
      assertThat(SkypeNack.read(Bytes.EMPTY, NACKS.getFirst())).isEmpty();
      assertThat(SkypeNack.read(REQUEST.head(11), NACKS.getFirst())).isPresent();
    }
  }

  @Nested
  class Request {

    private final RandomGenerator random = new SplittableRandom(7);

    @Test
    void looksLikeNoOtherProtocols() {
      Set<Integer> ids = new HashSet<>();
      for (int i = 0; i < 2_000; i++) {
        Bytes request = SkypeNack.request(random, Set.of());
        assertThat(request.length()).isBetween(18, 22);
        assertThat(request.at(2)).isEqualTo(2);
        assertThat(request.at(0)).isBetween(0x80, 0xbf);
        assertThat(request.at(0) & 0x0f).isNotEqualTo(1);
        ids.add(request.u16(0));
      }
      assertThat(ids).hasSizeGreaterThan(1_500);
    }

    @Test
    void neverHoldsOurAddress() {
      InetAddress own = InetAddress.ofLiteral("192.0.2.7");
      byte[] holding = SkypeNack.request(random, Set.of()).toArray();
      System.arraycopy(own.getAddress(), 0, holding, 9, 4);
      RandomGenerator biased = new Scripted(Bytes.of(holding), random);

      assertThat(SkypeNack.request(biased, Set.of(own)).indexOf(Bytes.of(own.getAddress())))
          .isNegative();
      assertThat(((Scripted) biased).used).isTrue();
    }

    @Test
    void controlDiffersInNothingButTheFunction() {
      Bytes control = SkypeNack.control(random, Set.of());
      assertThat(control.length()).isEqualTo(SkypeNack.request(random, Set.of()).length());
      assertThat(control.at(2)).isZero();
    }
  }

  @Nested
  class PlausibleClient {

    @ParameterizedTest
    @CsvSource({
      "0, false", "00000001, false", "7f000001, false", "a9fe0001, false", "e0000001, false",
      "f0000001, false", "ffffffff, false", "c0a80013, true", "0a000001, true", "5680f573, true"
    })
    void table(String address, boolean plausible) {
      SkypeNack nack = new SkypeNack(SkypeNack.Form.NACK, Integer.parseUnsignedInt(address, 16), 0);
      assertThat(nack.saysPlausibleClient()).isEqualTo(plausible);
    }
  }

  @ParameterizedTest
  @MethodSource("io.portprint.probe.protocol.SkypeSamples#acknowledgements")
  void realAcknowledgementsTellPlausibleClients(SkypeSamples.Acknowledgement sample) {
    assertThat(
            SkypeNack.read(sample.request(), sample.answer()).orElseThrow().saysPlausibleClient())
        .isTrue();
  }

  /** Gives these bytes the first time, and random ones from then on. */
  private static final class Scripted implements RandomGenerator {

    private final Bytes first;
    private final RandomGenerator later;
    private boolean used;

    Scripted(Bytes first, RandomGenerator later) {
      this.first = first;
      this.later = later;
    }

    @Override
    public long nextLong() {
      return later.nextLong();
    }

    @Override
    public void nextBytes(byte[] bytes) {
      if (used) {
        later.nextBytes(bytes);
      } else {
        used = true;
        System.arraycopy(first.toArray(), 0, bytes, 0, bytes.length);
      }
    }
  }
}
