package io.portprint.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "USER anonymous\r\n",
        "pass x\r\n",
        "NICK a\r\nUSER a 0 * :a\r\n",
        "AUTH PLAIN AGEAYg==\r\n",
        "AUTHINFO USER a\r\n",
        "a1 LOGIN joe secret\r\n",
        "a1 AUTHENTICATE PLAIN\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nauthorization: Basic YTpi\r\n\r\n",
        "GET / HTTP/1.1\r\nCookie: session=1\r\n\r\n",
        "*2\r\n$4\r\nAUTH\r\n$1\r\na\r\n",
        "APOP joe 00\r\n"
      })
  void areKnownByTheirWords(String message) {
    assertThat(Credentials.in(Bytes.latin1(message))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "AUTH TLS\r\n",
        "AUTH SSL\r\n",
        "QUIT\r\n",
        "HELP USER\r\n",
        "GET /login?user=a HTTP/1.1\r\nHost: a\r\n\r\n",
        "PING\r\n",
        "*1\r\n$4\r\nPING\r\n"
      })
  void otherMessagesCarryNone(String message) {
    assertThat(Credentials.in(Bytes.latin1(message))).isFalse();
  }
}
