package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Probe;
import io.portprint.signature.SignatureBook;
import io.portprint.signature.SignatureBooks;
import io.portprint.testing.LoopbackPeer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Proxies and other programs that speak the protocol of a well-known database or broker. */
class DatabaseRelativesTests {

  private static final SignatureBook BOOK = SignatureBooks.own();

  /** A greeting without random bytes, as Sphinx says it. */
  private static final Bytes SPHINX =
      Bytes.hex("4b0000000a")
          .plus(Bytes.latin1("2.2.11-id64-release (95ae9a6)"))
          .plus(Bytes.hex("00 01000000 0102030405060708 00 0882 21 0200 0000 00"))
          .plus(Bytes.of(new byte[10]))
          .plus(Bytes.hex("0102030405060708090a0b0c00"));

  /** A peer that hangs up where the script has nothing to say. */
  private static Fingerprint detect(Probe probe, Function<Bytes, Bytes> script) {
    try (LoopbackPeer peer =
        LoopbackPeer.tcp(
            connection ->
                LoopbackPeer.say(connection, script.apply(LoopbackPeer.hear(connection))))) {
      return Strangers.detect(peer, Transport.TCP, probe);
    }
  }

  private static Function<Bytes, Bytes> lines(Function<String, String> script) {
    return heard -> Bytes.latin1(script.apply(heard.latin1()));
  }

  @Test
  void aProxyOfRedisTakesArraysAlone() {
    Fingerprint found =
        detect(
            new RedisProbe(BOOK),
            lines(
                heard ->
                    heard.equals("*1\r\n$4\r\nPING\r\n")
                        ? "+PONG\r\n"
                        : heard.startsWith("*2\r\n$3\r\nGET\r\n") ? "$-1\r\n" : ""));
    assertThat(found.service().protocol()).isEqualTo("redis");
    assertThat(found.service().product()).isNull();
    assertThat(found.details()).containsEntry("proxy", true);
  }

  @Test
  void whoAnswersEverythingWithPongIsNoProxy() {
    Fingerprint found = detect(new RedisProbe(BOOK), lines(_ -> "+PONG\r\n"));
    assertThat(found.service().protocol()).isNull();
    Fingerprint mute =
        detect(
            new RedisProbe(BOOK),
            lines(heard -> heard.equals("*1\r\n$4\r\nPING\r\n") ? "+PONG\r\n" : ""));
    assertThat(mute.service().protocol()).isNull();
  }

  @Test
  void aProxyOfMemcachedHangsUpOnWhatIsNoCommand() {
    Fingerprint found =
        detect(
            new MemcachedProbe(),
            lines(
                heard ->
                    heard.equals("version\r\n")
                        ? "VERSION 1.6.18\r\n"
                        : heard.startsWith("get ") ? "END\r\n" : ""));
    assertThat(found.service().protocol()).isEqualTo("memcache");
    assertThat(found.details()).containsEntry("proxy", true);
  }

  @Test
  void aRelativeOfMemcachedNamesItself() {
    Fingerprint found =
        detect(
            new MemcachedProbe(),
            lines(
                heard ->
                    heard.equals("version\r\n")
                        ? "VERSION yrmcds version 1.1.9\r\n"
                        : "ERROR\r\n"));
    assertThat(found.service().product()).isEqualTo("yrmcds");
    assertThat(found.service().version()).isEqualTo("1.1.9");
  }

  @Test
  void aSearchDaemonTakesNobodyForAUser() {
    try (LoopbackPeer peer =
        LoopbackPeer.tcp(
            connection -> {
              LoopbackPeer.say(connection, SPHINX);
              if (LoopbackPeer.hear(connection).equals(Bytes.hex("0100000100"))) {
                LoopbackPeer.say(connection, Bytes.hex("0700000200000000000000"));
              }
            })) {
      Fingerprint found = Strangers.detect(peer, Transport.TCP, new MysqlProbe(BOOK));
      assertThat(found.service().protocol()).isEqualTo("mysql");
      assertThat(found.service().product()).isEqualTo("Sphinx");
      assertThat(found.service().version()).isEqualTo("2.2.11");
    }
  }

  @Test
  void aFixedGreetingAloneIsAnImpostors() {
    try (LoopbackPeer peer =
        LoopbackPeer.tcp(
            connection -> {
              LoopbackPeer.say(connection, SPHINX);
              LoopbackPeer.hear(connection);
            })) {
      Fingerprint found = Strangers.detect(peer, Transport.TCP, new MysqlProbe(BOOK));
      assertThat(found.service().protocol()).isNull();
      assertThat(found.impostor()).isNotNull();
    }
  }

  @Test
  void aPoolTellsNothingUntilAUserIsMissing() {
    Fingerprint found =
        detect(
            new PostgresqlProbe(BOOK),
            heard ->
                heard.equals(Bytes.hex("0000000804d2162f"))
                    ? Bytes.latin1("N")
                    : heard.equals(Bytes.hex("000000090003000000"))
                        ? Bytes.latin1(
                            "E\0\0\0_SFATAL\0C28000\0Mno PostgreSQL user name specified in startup"
                                + " packet\0Fprotocol/child.c\0L738\0\0")
                        : Bytes.EMPTY);
    assertThat(found.service().protocol()).isEqualTo("postgresql");
    assertThat(found.service().product()).isEqualTo("Pgpool-II");
  }

  @Test
  void someWantAPasswordForAnyVersion() {
    Fingerprint found =
        detect(
            new PostgresqlProbe(BOOK),
            heard ->
                heard.equals(Bytes.hex("0000000804d2162f"))
                    ? Bytes.latin1("N")
                    : Bytes.hex("520000000800000003"));
    assertThat(found.service().protocol()).isEqualTo("postgresql");
    assertThat(found.service().product()).isNull();
    assertThat(detect(new PostgresqlProbe(BOOK), _ -> Bytes.latin1("N")).service().protocol())
        .isNull();
  }

  @Test
  void aBrokerOfAmqp1SaysWhyItCloses() {
    Bytes why = Bytes.hex("414d515000010000 00000010 02000000 005310 c00301a1 0000");
    assertThat(AmqpProbe.hasFrames(why)).isFalse();
    Bytes open = Bytes.hex("00000010 02000000 005310 c00301a100");
    Bytes close = Bytes.hex("00000010 02000000 005318 c0030100a1");
    assertThat(AmqpProbe.hasFrames(Bytes.hex("414d515000010000").plus(open).plus(close))).isTrue();
    assertThat(AmqpProbe.hasFrames(Bytes.hex("414d515000000901").plus(open))).isFalse();
  }
}
