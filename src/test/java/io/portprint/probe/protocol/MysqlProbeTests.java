package io.portprint.probe.protocol;

import static io.portprint.testing.LoopbackPeer.say;
import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Recognition;
import io.portprint.probe.protocol.MysqlProbe.Packet;
import io.portprint.signature.SignatureBooks;
import io.portprint.testing.LoopbackPeer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MysqlProbeTests {

  private static final String SALT = "|H2_ju/&";

  private final MysqlProbe probe = new MysqlProbe(SignatureBooks.own());

  private static String packet(String body) {
    return (char) body.length() + "\0\0\0" + body;
  }

  private static String handshake(String version, String salt) {
    return packet(
        "\n"
            + version
            + "\0\16\0\0\0"
            + salt
            + "\0\u00fe\u00f7\10\2\0\u00ff\u0081\25\0\0\0\0\0\0\35\0\0\0n|D}it/*$s<m\0"
            + "mysql_native_password\0");
  }

  private static final String MARIADB = handshake("5.5.5-10.11.19-MariaDB-0+deb12u1", SALT);
  private static final String BLOCKED =
      packet(
          "\u00ff\u0069\4Host '192.0.2.7' is blocked because of many connection errors; unblock"
              + " with 'mariadb-admin flush-hosts'");

  private Recognition heard(String text, Ending ending) {
    return probe.recognise(LineServer.greeting(text, ending));
  }

  @Nested
  class Recognise {

    @Test
    void takesAHandshake() {
      assertThat(heard(MARIADB, Ending.SILENCE))
          .isInstanceOfSatisfying(
              Recognition.Recognised.class,
              one -> {
                assertThat(one.finding().service().product()).isEqualTo("MariaDB");
                assertThat(one.finding().service().version()).isEqualTo("10.11.19");
                assertThat(one.finding().details())
                    .containsEntry("authPlugin", "mysql_native_password")
                    .containsEntry("tls", false);
              });
    }

    @Test
    void takesARefusal() {
      assertThat(heard(BLOCKED, Ending.CLOSED))
          .isInstanceOfSatisfying(
              Recognition.Recognised.class,
              one -> {
                assertThat(one.finding().service().product()).isEqualTo("MariaDB");
                assertThat(one.finding().details()).containsEntry("errorCode", 1129);
              });
    }

    @Test
    void waitsForTheRest() {
      for (int end = 1; end < MARIADB.length(); end++) {
        assertThat(heard(MARIADB.substring(0, end), Ending.OPEN)).isEqualTo(Recognition.INCOMPLETE);
        assertThat(heard(MARIADB.substring(0, end), Ending.CLOSED)).isEqualTo(Recognition.MISMATCH);
      }
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "\n\0\0\1\nabc",
          "\20\0\0\0\nnot a version!!\0",
          "\20\0\0\0\u00ff\20\4#08S01whatever",
          "220 ftp ready\r\n",
          "HTTP/1.0 400 Bad\r\n\r\n"
        })
    void refusesTheRest(String text) {
      assertThat(heard(text, Ending.SILENCE)).isEqualTo(Recognition.MISMATCH);
    }

    @Test
    void refusesASaltThatIsNotRandom() {
      assertThat(Packet.read(Bytes.latin1(handshake("8.4.0", SALT))))
          .isNotEqualTo(new Packet.Alien());
      String flat = packet("\n8.4.0\0\16\0\0\0aaaaaaaa\0\u00fe\u00f7");
      assertThat(Packet.read(Bytes.latin1(flat))).isEqualTo(new Packet.Alien());
    }
  }

  @Nested
  class Examine {

    private Fingerprint detect(LoopbackPeer.Script script) {
      return LineServer.detect(probe, script);
    }

    @Test
    void comparesTwoHandshakes() {
      AtomicInteger times = new AtomicInteger();
      Fingerprint print =
          detect(
              connection -> {
                say(connection, handshake("8.4.0", "salt-%03d".formatted(times.incrementAndGet())));
                LoopbackPeer.waitForEnd(connection);
              });
      assertThat(print.service().product()).isEqualTo("MySQL");
      assertThat(print.confidence()).isEqualTo(0.99);
    }

    @Test
    void catchesAReplay() {
      Fingerprint print =
          detect(
              connection -> {
                say(connection, MARIADB);
                LoopbackPeer.waitForEnd(connection);
              });
      assertThat(print.identified()).isFalse();
      assertThat(print.impostor()).isNotNull();
    }

    @Test
    void leavesARefusalAtThat() {
      assertThat(detect(connection -> say(connection, BLOCKED)).service().protocol())
          .isEqualTo("mysql");
    }
  }
}
