package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Finding;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBook;
import io.portprint.signature.SignatureBooks;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Protocols whose answer repeats an identifier of ours and is recognised by that alone, each with
 * an answer made after its definition.
 */
class IdentifiedDatagramsTests {

  private static final SignatureBook BOOK = SignatureBooks.own();

  private record Sample(
      Probe probe, String protocol, String key, Object detail, UnaryOperator<Bytes> answer) {

    Finding finding() {
      Bytes sent = opening(probe);
      return Strangers.recognised(probe.recognise(Strangers.answer(sent, answer.apply(sent))));
    }
  }

  private static Bytes opening(Probe probe) {
    return probe.openings(new SplittableRandom(7)).getFirst().payload();
  }

  private static Bytes identity(Bytes sent) {
    return Bytes.hex("6300 2c00 00000000 00000000")
        .plus(sent.slice(12, 20))
        .plus(Bytes.hex("00000000 0100 0c00 2600 0100"))
        .plus(Bytes.of(new byte[16]))
        .plus(Bytes.hex("0100 0e00 3600 1401 6031 12345678 04 504c4335 03"));
  }

  private static Bytes status(Bytes sent) {
    return sent.head(2)
        .plus(Bytes.hex("8400 0000 0001 0000 0000"))
        .plus(sent.slice(12, 48))
        .plus(Bytes.hex("0001 00000000 002b 02"))
        .plus(Bytes.latin1("FILESERVER     \0"))
        .plus(Bytes.hex("0400"))
        .plus(Bytes.latin1("WORKGROUP      \0"))
        .plus(Bytes.hex("8400"))
        .plus(Bytes.of(new byte[6]));
  }

  private static Bytes hardReset(Bytes sent, int from) {
    return Bytes.hex("40 0102030405060708 01 00000000")
        .plus(sent.slice(from, from + 8))
        .plus(Bytes.hex("00000000"));
  }

  private static Bytes invalidKeyShare(Bytes sent) {
    return sent.head(8)
        .plus(Bytes.hex("0000000000000000 2920 2220 00000000 00000026 0000 000a 0000 0011 000e"));
  }

  private static Stream<Sample> samples() {
    return Stream.of(
        new Sample(
            new CoapProbe(BOOK),
            "coap",
            "resources",
            "</sensors>",
            sent ->
                Bytes.hex("6845")
                    .plus(sent.slice(2, 12))
                    .plus(Bytes.hex("c128ff"))
                    .plus(Bytes.latin1("</sensors>"))),
        new Sample(
            new IkeProbe(), "isakmp", "version", 2, IdentifiedDatagramsTests::invalidKeyShare),
        new Sample(
            new NetbiosNsProbe(),
            "netbios-ns",
            "names",
            List.of("FILESERVER<00>", "WORKGROUP<00> group"),
            IdentifiedDatagramsTests::status),
        new Sample(
            new RmcpProbe(),
            "asf-rmcp",
            "ipmi",
            true,
            sent ->
                Bytes.hex("0600ff06 000011be 40")
                    .plus(sent.slice(9, 10))
                    .plus(Bytes.hex("0010 000011be 00000000 81 00 000000000000"))),
        new Sample(
            new EnipProbe(),
            "ethernet-ip-2",
            "productName",
            "PLC5",
            IdentifiedDatagramsTests::identity),
        new Sample(
            new EnipTcpProbe(),
            "ethernet-ip-2",
            "revision",
            "20.1",
            IdentifiedDatagramsTests::identity),
        new Sample(
            new ModbusProbe(),
            "mbap",
            "revision",
            "V2",
            sent ->
                sent.head(4)
                    .plus(Bytes.hex("0013 01 2b 0e 01 01 00 00 03"))
                    .plus(Bytes.hex("00 02 4142  01 01 43  02 02 5632"))));
  }

  @Test
  void keyExchangeBesideEsp() {
    IkeProbe probe = new IkeProbe();
    Bytes sent = probe.openings(new SplittableRandom(7)).getLast().payload();
    Bytes received = sent.head(4).plus(invalidKeyShare(sent.slice(4, sent.length())));
    assertThat(Strangers.recognised(probe.recognise(Strangers.answer(sent, received))).protocol())
        .isEqualTo("isakmp");
    assertThat(probe.recognise(Strangers.answer(sent, received.slice(4, received.length()))))
        .isEqualTo(Recognition.MISMATCH);
  }

  @TestFactory
  Stream<DynamicTest> recognises() {
    return samples()
        .map(
            sample ->
                DynamicTest.dynamicTest(
                    sample.probe().description().name(),
                    () -> {
                      assertThat(sample.finding().protocol()).isEqualTo(sample.protocol());
                      assertThat(sample.finding().details())
                          .containsEntry(sample.key(), sample.detail());
                    }));
  }

  @TestFactory
  Stream<DynamicTest> recognisesNobodyElse() {
    return samples()
        .map(
            sample ->
                DynamicTest.dynamicTest(
                    sample.probe().description().name(),
                    () -> Strangers.assertNobodyElse(sample.probe())));
  }

  @TestFactory
  Stream<DynamicTest> openVpn() {
    return Stream.of(new OpenVpnProbe(), new OpenVpnTcpProbe())
        .map(
            probe ->
                DynamicTest.dynamicTest(
                    probe.description().name(),
                    () -> {
                      Bytes sent = opening(probe);
                      Bytes answer =
                          sent.length() == 14
                              ? hardReset(sent, 1)
                              : Bytes.hex("001a").plus(hardReset(sent, 3));
                      Strangers.recognised(probe.recognise(Strangers.answer(sent, answer)));
                      Strangers.assertAllOrNothing(probe, sent, answer);
                      Strangers.assertNobodyElse(probe);
                    }));
  }
}
