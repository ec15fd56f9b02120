package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Opening;
import io.portprint.probe.Recognition;
import io.portprint.testing.LoopbackPeer;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LdapProbeTests {

  private static final LdapProbe PROBE = new LdapProbe();

  private static Fingerprint detect(UnaryOperator<Bytes> script) {
    try (LoopbackPeer peer =
        LoopbackPeer.tcp(
            connection ->
                LoopbackPeer.say(connection, script.apply(LoopbackPeer.hear(connection))))) {
      return Strangers.detect(peer, Transport.TCP, PROBE);
    }
  }

  @Test
  void claimsNobodyElse() {
    Strangers.assertNobodyElse(PROBE);
    OtherAnswers.areNotClaimedBy(PROBE);
  }

  @FuzzTest
  void isTotal(byte[] received) {
    Bytes bytes = Bytes.of(received);
    for (Opening opening : PROBE.openings(new SplittableRandom(7))) {
      Recognition recognition =
          PROBE.recognise(Strangers.answer(opening.payload(), bytes, Answer.Ending.CLOSED));
      assertThat(recognition).isNotEqualTo(Recognition.INCOMPLETE);
    }
  }

  private static Bytes entry(Bytes request, String attribute, String value) {
    return Ber.encode(
        Ber.SEQUENCE,
        request.slice(2 + (request.at(1) == 0x82 ? 2 : 0), 8 + (request.at(1) == 0x82 ? 2 : 0)),
        Ber.encode(
            0x64,
            Ber.encode(Ber.OCTETS),
            Ber.encode(
                Ber.SEQUENCE,
                Ber.encode(
                    Ber.SEQUENCE,
                    Ber.encode(Ber.OCTETS, Bytes.latin1(attribute)),
                    Ber.encode(0x31, Ber.encode(Ber.OCTETS, Bytes.latin1(value)))))));
  }

  private static Bytes done(Bytes request) {
    int at = 2 + (request.at(1) == 0x82 ? 2 : 0);
    return Ber.encode(
        Ber.SEQUENCE, request.slice(at, at + 6), Ber.encode(0x65, Bytes.hex("0a0100 0400 0400")));
  }

  @ParameterizedTest
  @CsvSource({
    "objectClass, OpenLDAProotDSE, OpenLDAP, ",
    "vendorVersion, 389-Directory/2.0.15 B2022, 389 Directory Server, 2.0.15",
    "domainFunctionality, 7, Active Directory, ",
    "objectClass, top, , ",
  })
  void namesTheProduct(String attribute, String value, String product, String version) {
    Fingerprint server = detect(request -> entry(request, attribute, value).plus(done(request)));
    assertThat(server.service().protocol()).isEqualTo("ldap");
    assertThat(server.service().product()).isEqualTo(product);
    assertThat(server.service().version()).isEqualTo(version);
  }

  @Test
  void isProvenOnlyByOurNumberAndAWholeAnswer() {
    Bytes said = Strangers.opening(PROBE);
    Strangers.assertAllOrNothing(PROBE, said, entry(said, "a", "b").plus(done(said)));
  }
}
