package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Opening;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBooks;
import io.portprint.testing.LoopbackPeer;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class PostgresqlProbeTests {

  private static final PostgresqlProbe PROBE = new PostgresqlProbe(SignatureBooks.own());

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

  private static Bytes error(String fields) {
    Bytes text = Bytes.latin1(fields);
    return Bytes.latin1("E\0\0\0" + (char) (text.length() + 4)).plus(text);
  }

  private static final Bytes UNSUPPORTED =
      error(
          "SFATAL\0VFATAL\0C0A000\0Munsupported frontend protocol 9.0: server supports 3.0 to 3.0\0"
              + "Fpostmaster.c\0L2222\0RProcessStartupPacket\0\0");

  @Test
  void isProvenByTheErrorThatAnUnspokenVersionDraws() {
    Fingerprint server = detect(request -> request.length() == 8 ? Bytes.latin1("N") : UNSUPPORTED);
    assertThat(server.service().protocol()).isEqualTo("postgresql");
    assertThat(server.service().product()).isEqualTo("PostgreSQL");
    assertThat(server.service().info()).isEqualTo("14 to 16");
    assertThat(server.details()).containsEntry("tls", false);
  }

  @Test
  void isRefutedByTheSameLetterAgain() {
    assertThat(detect(_ -> Bytes.latin1("N")).service().protocol()).isNull();
    assertThat(detect(_ -> Bytes.latin1("S")).service().protocol()).isNull();
  }

  @Test
  void isNotNamedWhereTheSourceFileIsMissing() {
    Fingerprint other =
        detect(
            request ->
                request.length() == 8 ? Bytes.latin1("S") : error("SFATAL\0C08P01\0Mno\0\0"));
    assertThat(other.service().protocol()).isEqualTo("postgresql");
    assertThat(other.service().product()).isNull();
  }

  @Test
  void readsOnlyWholeErrors() {
    assertThat(PostgresqlProbe.error(UNSUPPORTED)).isPresent();
    for (int length = 0; length < UNSUPPORTED.length(); length++) {
      assertThat(PostgresqlProbe.error(UNSUPPORTED.head(length))).isEmpty();
    }
    assertThat(PostgresqlProbe.error(error("SFATAL\0Cxx\0Mno\0\0"))).isEmpty();
    assertThat(PostgresqlProbe.error(error("SFATAL\0C08P01\0Mno\0"))).isEmpty();
  }
}
