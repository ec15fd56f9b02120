package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.probe.protocol.TlsHello.Reply;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsHelloTests {

  /** RFC 8448, section 3: the ClientHello and the ServerHello of a simple handshake, in records. */
  static final Bytes RFC_CLIENT =
      Bytes.hex(
          """
          16030100c4
          010000c00303cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7000006130113031302
          010000910000000b0009000006736572766572ff01000100000a00140012001d001700180019010001010102010301
          040023000000330026 0024001d002099381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c
          002b0003020304000d0020001e040305030603020308040805080604010501060102010402050206020202002d00020101001c00024001
          """);

  static final Bytes RFC_SERVER =
      Bytes.hex(
          """
          160303005a 020000560303a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3e26928 00 1301 00
          002e00330024001d0020c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f002b00020304
          """);

  /**
   * A ClientHello, and how OpenSSL 3.0 answers it: TLS 1.3, TLS 1.2 alone, with another curve
   * alone, 1.2 to a client of 1.3.
   */
  static final Bytes CLIENT =
      Bytes.hex(
          """
          16030100df010000db0303404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f20808182838485868788
          898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f001a130113021303c02bc02cc02fc030c013c014009c009d002f00350100
          0078ff01000100000a000c000a001d0017001800190100000b0002010000230000000d001800160403050306030804080508060401
          0501060102030201002b0009080304030303020301002d00020101003300260024001d00200102030405060708090a0b0c0d0e0f10
          1112131415161718191a1b1c1d1e1f20
          """);

  static final Bytes OPENSSL_13 =
      Bytes.hex(
          """
          160303007a020000760303e9eff350f9bee9304a511b27bbc27784cf187803d20756d52aff9ff882e3054a2080818283848586
          8788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f130100002e002b0002030400330024001d0020fe7db0e24e904aaf
          911c07dba4dfd820d8e36205b6be4ee3727852bc3d9c784d1403030001011703030017a86e
          """);

  static final Bytes OPENSSL_12 =
      Bytes.hex(
          """
          160303003d020000390303db303a141a098c89324a76774469a1af67713c6d43bff4921daccadfa44b36f600c02f000011ff0100
          0100000b00040300010200230000160303031d0b000319000316000313
          """);

  static final Bytes OPENSSL_RETRY =
      Bytes.hex(
          """
          1603030058020000540303cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c2080818283848586
          8788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f130100000c002b00020304003300020018140303000101
          """);

  static final Bytes OPENSSL_ALERT = Bytes.hex("15030300020246");

  private static Reply read(Bytes client, Bytes server) {
    return TlsHello.read(server, TlsHello.offer(client).orElseThrow());
  }

  private static Bytes with(Bytes original, int at, int value) {
    byte[] changed = original.toArray();
    changed[at] = (byte) value;
    return Bytes.of(changed);
  }

  @Nested
  class Client {

    private final Bytes hello = TlsHello.client(new SplittableRandom(3));

    @Test
    void isAnOffer() {
      assertThat(TlsHello.offer(hello))
          .hasValueSatisfying(
              offer -> {
                assertThat(offer.session().length()).isEqualTo(32);
                assertThat(offer.suites())
                    .startsWith(0x1301, 0x1302, 0x1303)
                    .contains(0xc02f, 0x002f);
              });
    }

    @Test
    void isFreshEachTime() {
      assertThat(TlsHello.client(new SplittableRandom(4))).isNotEqualTo(hello);
    }

    @Test
    void offersOfOthersAreRead() {
      assertThat(TlsHello.offer(RFC_CLIENT).orElseThrow().suites())
          .containsExactly(0x1301, 0x1303, 0x1302);
      assertThat(TlsHello.offer(CLIENT)).isPresent();
    }

    @Test
    void isNoneWhereCutShort() {
      for (int length = 0; length < hello.length(); length++) {
        assertThat(TlsHello.offer(hello.head(length))).as("%d bytes", length).isEmpty();
      }
    }

    @Test
    void othersAreNoOffers() {
      assertThat(TlsHello.offer(Bytes.latin1("GET / HTTP/1.0\r\n\r\n"))).isEmpty();
      assertThat(TlsHello.offer(OPENSSL_12.head(66))).isEmpty();
    }
  }

  @Nested
  class ServerHello {

    @Test
    void ofTheRfc() {
      assertThat(read(RFC_CLIENT, RFC_SERVER))
          .isInstanceOfSatisfying(
              Reply.ServerHello.class,
              hello -> {
                assertThat(hello.version()).isEqualTo("TLSv1.3");
                assertThat(hello.cipher()).isEqualTo("TLS_AES_128_GCM_SHA256");
                assertThat(hello.retry()).isFalse();
                assertThat(hello.end()).isEqualTo(95);
              });
    }

    @Test
    void ofOpenSsl() {
      assertThat(read(CLIENT, OPENSSL_13))
          .isInstanceOfSatisfying(
              Reply.ServerHello.class,
              hello -> {
                assertThat(hello.version()).isEqualTo("TLSv1.3");
                assertThat(hello.repeatsSession()).isTrue();
              });
      assertThat(read(CLIENT, OPENSSL_12))
          .isInstanceOfSatisfying(
              Reply.ServerHello.class,
              hello -> {
                assertThat(hello.version()).isEqualTo("TLSv1.2");
                assertThat(hello.cipher()).isEqualTo("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
                assertThat(hello.repeatsSession()).isFalse();
              });
      assertThat(read(CLIENT, OPENSSL_RETRY))
          .isInstanceOfSatisfying(
              Reply.ServerHello.class, hello -> assertThat(hello.retry()).isTrue());
    }

    @ParameterizedTest
    @CsvSource({"0300, SSLv3", "0301, TLSv1", "0302, TLSv1.1"})
    void ofOldVersions(String code, String version) {
      Bytes old =
          OPENSSL_12
              .head(1)
              .plus(Bytes.hex(code))
              .plus(OPENSSL_12.slice(3, 9))
              .plus(Bytes.hex(code))
              .plus(OPENSSL_12.slice(11, OPENSSL_12.length()));
      assertThat(read(CLIENT, old))
          .isInstanceOfSatisfying(
              Reply.ServerHello.class, hello -> assertThat(hello.version()).isEqualTo(version));
    }

    @Test
    void ofAnOldServerWithoutExtensions() {
      Bytes bare = Bytes.hex("160301002a 02000026 0301" + "5a".repeat(32) + "00 002f 00");
      assertThat(read(CLIENT, bare))
          .isInstanceOfSatisfying(
              Reply.ServerHello.class,
              hello -> assertThat(hello.cipher()).isEqualTo("TLS_RSA_WITH_AES_128_CBC_SHA"));
    }

    @Test
    void inPiecesOfOneByte() {
      Bytes pieces = Bytes.EMPTY;
      for (int at = 5; at < RFC_SERVER.length(); at++) {
        pieces = pieces.plus(Bytes.hex("1603030001")).plus(RFC_SERVER.slice(at, at + 1));
      }
      assertThat(read(RFC_CLIENT, pieces)).isInstanceOf(Reply.ServerHello.class);
    }

    @Test
    void cutShortIsUnfinishedAtEveryLength() {
      for (int length = 0; length < 95; length++) {
        assertThat(read(RFC_CLIENT, RFC_SERVER.head(length)))
            .as("%d bytes", length)
            .isInstanceOf(Reply.Unfinished.class);
      }
      for (int length = 0; length < 66; length++) {
        assertThat(read(CLIENT, OPENSSL_12.head(length)))
            .as("%d bytes", length)
            .isInstanceOf(Reply.Unfinished.class);
      }
    }

    @ParameterizedTest
    @CsvSource({
      "0, 23", // a record of application data
      "1, 2", // a version that was never
      "2, 9", "3, 255", // a record that is too long
      "5, 1", // a ClientHello: our own, sent back
      "6, 1", // a message of 64 KiB
      "8, 20", // a message too short
      "9, 2", // no version of TLS
      "43, 33", // a session id too long
      "43, 5", // a session id that pushes the rest out
      "45, 99", // a suite not offered
      "46, 1", // compression
      "48, 40", // extensions of the wrong length
    })
    void invalid(int at, int value) {
      assertThat(read(CLIENT, with(OPENSSL_12, at, value))).isInstanceOf(Reply.Foreign.class);
    }

    @Test
    void withoutOurSessionId() {
      assertThat(read(CLIENT, with(OPENSSL_13, 50, 0))).isInstanceOf(Reply.Foreign.class);
    }

    @Test
    void suiteOfAnotherVersion() {
      assertThat(read(CLIENT, with(with(OPENSSL_12, 44, 0x13), 45, 0x01)))
          .isInstanceOf(Reply.Foreign.class);
    }

    @Test
    void nobodyAskedFor() {
      assertThat(TlsHello.read(OPENSSL_12, null)).isInstanceOf(Reply.Foreign.class);
    }

    @Test
    void echoOfOurOwn() {
      Bytes hello = TlsHello.client(new SplittableRandom(3));
      assertThat(read(hello, hello)).isInstanceOf(Reply.Foreign.class);
      assertThat(read(hello, hello.head(6))).isInstanceOf(Reply.Foreign.class);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"HTTP/1.1 400 Bad Request\r\n", "220 ready\r\n", "S", "-ERR\r\n", "\r\n", "\0"})
    void textIsForeignAtOnce(String text) {
      assertThat(read(CLIENT, Bytes.latin1(text))).isInstanceOf(Reply.Foreign.class);
    }
  }

  @Nested
  class Alert {

    @ParameterizedTest
    @CsvSource({
      "15030300020246, true, protocol_version",
      "15030100020228, true, handshake_failure",
      "15030300020270, true, unrecognized_name",
      "15030100020100, false, close_notify",
      "15030100020246 15030100020100, true, protocol_version",
    })
    void table(String digits, boolean fatal, String description) {
      assertThat(TlsHello.read(Bytes.hex(digits), null))
          .isEqualTo(new Reply.Alert(fatal, description));
    }

    @Test
    void cutShortIsUnfinished() {
      for (int length = 1; length < 7; length++) {
        assertThat(TlsHello.read(OPENSSL_ALERT.head(length), null))
            .isInstanceOf(Reply.Unfinished.class);
      }
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "15030300020346", // no level
          "15030300020046",
          "150303000202ff", // no description
          "15030300030246", // no length
          "15030900020246", // no version
          "15020300020246",
          "1503030002024600", // something after it
          "15030300020246150303000202280000"
        })
    void invalid(String digits) {
      assertThat(TlsHello.read(Bytes.hex(digits), null)).isInstanceOf(Reply.Foreign.class);
    }
  }

  @Nested
  class Ssl2 {

    @Test
    void error() {
      assertThat(TlsHello.read(Bytes.hex("8003000001"), null)).isEqualTo(new Reply.Ssl2());
      assertThat(TlsHello.read(Bytes.hex("8003000009"), null)).isInstanceOf(Reply.Foreign.class);
    }

    @Test
    void serverHello() {
      Bytes hello = Bytes.hex("802b 04 00 01 0002 0010 0003 000d" + "30".repeat(32));
      assertThat(TlsHello.read(hello, null)).isEqualTo(new Reply.Ssl2());
      assertThat(TlsHello.read(hello.head(12), null)).isInstanceOf(Reply.Unfinished.class);
      assertThat(TlsHello.read(with(hello, 1, 0x2c), null)).isInstanceOf(Reply.Foreign.class);
    }

    @Test
    void noise() {
      assertThat(TlsHello.read(Bytes.hex("ff01d5"), null)).isInstanceOf(Reply.Foreign.class);
    }
  }
}
