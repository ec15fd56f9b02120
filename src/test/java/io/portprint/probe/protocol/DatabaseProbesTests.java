package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.testing.LoopbackPeer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Database servers of which there is no free one to meet: by scripted peers. */
class DatabaseProbesTests {

  private static final Probe MSSQL = new MssqlProbe();
  private static final Probe ORACLE = new OracleProbe();

  /** SQL Server 2019: version 15.0.2000, encryption off, no instance, no thread, no MARS. */
  private static final Bytes PRELOGIN =
      Bytes.hex(
          "04 01 002b 0000 01 00 00 001a 0006 01 0020 0001 02 0021 0001 03 0022 0000 04 0022 0001"
              + " ff 0f0007d0 0000 00 00 00");

  private static Bytes refusal(String text) {
    return u16(12 + text.length())
        .plus(Bytes.hex("0000 04 00 0000 2200"))
        .plus(u16(text.length()))
        .plus(Bytes.latin1(text));
  }

  private static Bytes u16(int value) {
    return Bytes.of((byte) (value >> 8), (byte) value);
  }

  private static Fingerprint detect(Probe probe, Bytes answer) {
    try (LoopbackPeer peer =
        LoopbackPeer.tcp(
            connection -> {
              if (LoopbackPeer.hear(connection).equals(Strangers.opening(probe))) {
                LoopbackPeer.say(connection, answer);
              }
            })) {
      return Strangers.detect(peer, Transport.TCP, probe);
    }
  }

  @Test
  void sqlServerTellsItsVersionBeforeALogin() {
    Fingerprint found = detect(MSSQL, PRELOGIN);
    assertThat(found.service().protocol()).isEqualTo("ms-sql-s");
    assertThat(found.service().product()).isEqualTo("Microsoft SQL Server");
    assertThat(found.service().version()).isEqualTo("15.00.2000");
    assertThat(found.details()).containsEntry("encryption", 0);
  }

  @Test
  void everyOptionHasToBeInItsPlace() {
    for (int length = 0; length < PRELOGIN.length(); length++) {
      assertThat(MssqlProbe.read(PRELOGIN.head(length))).isEmpty();
    }
    assertThat(MssqlProbe.read(PRELOGIN.plus(Bytes.of((byte) 0)))).isEmpty();
    assertThat(MssqlProbe.read(Bytes.hex("04 01 0009 0000 01 00 ff"))).isEmpty();
  }

  @Test
  void anOracleListenerTellsTheNumberOfItsVersion() {
    Fingerprint found =
        detect(ORACLE, refusal("(DESCRIPTION=(TMP=)(VSNNUM=318767104)(ERR=0)(ALIAS=LISTENER))"));
    assertThat(found.service().protocol()).isEqualTo("oracle-tns");
    assertThat(found.service().product()).isEqualTo("Oracle TNS listener");
    assertThat(found.service().version()).isEqualTo("19.0.0.0.0");
  }

  @Test
  void numbersOfVersionsAreReadInBothOfTheirForms() {
    assertThat(OracleProbe.version(186647552)).isEqualTo("11.2.0.4.0");
    assertThat(OracleProbe.version(318767104)).isEqualTo("19.0.0.0.0");
  }

  @Test
  void noOtherTextIsTakenForADescription() {
    for (String other : List.of("", "(DESCRIPTION=", "HTTP/1.0 400 Bad Request")) {
      assertThat(OracleProbe.description(refusal(other))).as(other).isEmpty();
    }
  }

  @Test
  void nobodyElseIsClaimed() {
    for (Probe probe : List.of(MSSQL, ORACLE)) {
      Strangers.assertNobodyElse(probe);
      OtherAnswers.areNotClaimedBy(probe);
    }
  }

  @FuzzTest
  void readersAreTotal(byte[] received) {
    Bytes bytes = Bytes.of(received);
    for (Probe probe : List.of(MSSQL, ORACLE)) {
      Recognition made =
          probe.recognise(OtherAnswers.answer("any", Strangers.opening(probe), bytes, Ending.OPEN));
      assertThat(made).isNotNull();
    }
  }
}
