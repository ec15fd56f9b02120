package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.probe.protocol.HttpMessage.Field;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpMessageTests {

  private static HttpMessage parsed(String text) {
    return HttpMessage.parse(Bytes.latin1(text)).orElseThrow();
  }

  @Nested
  class StatusLine {

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "HTTP/1.0 404 Not Found|0|404|Not Found",
          "HTTP/1.1 200 OK|1|200|OK",
          "HTTP/1.1 200|1|200|''",
          "HTTP/1.1 200 |1|200|''",
          "HTTP/1.1 999 Request denied|1|999|Request denied",
        })
    void isRead(String line, int minor, int status, String reason) {
      HttpMessage message = parsed(line + "\r\n\r\n");
      assertThat(message.minor()).isEqualTo(minor);
      assertThat(message.status()).isEqualTo(status);
      assertThat(message.reason()).isEqualTo(reason);
      assertThat(message.headComplete()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "HTTP",
          "HTTP/1.1",
          "HTTP/1.1 20 OK",
          "HTTP/1.1 2000 OK",
          "HTTP/1.1 099 OK",
          "HTTP/1.1  200 OK",
          "HTTP/2.0 200 OK",
          "http/1.1 200 OK",
          "RTSP/1.0 200 OK",
          "SIP/2.0 200 OK",
          "ICY 200 OK",
          " HTTP/1.1 200 OK",
          "GET / HTTP/1.0",
          "HTTP/1.1 200 \u0000OK",
        })
    void isRefused(String line) {
      assertThat(HttpMessage.parse(Bytes.latin1(line + "\r\n\r\n"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
      "H,true",
      "HTTP/1.,true",
      "HTTP/1.1 20,true",
      "HTTP/2,false",
      "RTSP,false",
      "X,false"
    })
    void mayBegin(String text, boolean expected) {
      assertThat(HttpMessage.mayBegin(Bytes.latin1(text))).isEqualTo(expected);
    }
  }

  @Nested
  class Head {

    @Test
    void bearsBareLineFeeds() {
      HttpMessage message = parsed("HTTP/1.0 200 OK\nServer: a\nDate: b\n\nbody");
      assertThat(message.fields())
          .containsExactly(new Field("server", "a"), new Field("date", "b"));
      assertThat(message.body()).isEqualTo(Bytes.latin1("body"));
    }

    @Test
    void unfoldsLines() {
      assertThat(parsed("HTTP/1.0 200 OK\r\nServer: a\r\n  b\r\n\tc\r\n\r\n").value("server"))
          .hasValue("a b c");
    }

    @Test
    void keepsDuplicates() {
      assertThat(
              parsed("HTTP/1.0 200 OK\r\nSet-Cookie: a=1\r\nSET-COOKIE: b=2\r\n\r\n")
                  .values("set-cookie"))
          .containsExactly("a=1", "b=2");
    }

    @Test
    void countsWhatIsNoField() {
      HttpMessage message =
          parsed("HTTP/1.0 200 OK\r\nnonsense\r\n: empty\r\nServer : x\r\nDate: d\r\n\r\n");
      assertThat(message.faults()).isEqualTo(3);
      assertThat(message.fields()).containsExactly(new Field("date", "d"));
    }

    @Test
    void isIncompleteWithoutItsEmptyLine() {
      HttpMessage message = parsed("HTTP/1.0 200 OK\r\nServer: a\r\nDate: b");
      assertThat(message.headComplete()).isFalse();
      assertThat(message.fields()).containsExactly(new Field("server", "a"));
    }

    @Test
    void isBounded() {
      HttpMessage message = parsed("HTTP/1.0 200 OK\r\n" + "A: b\r\n".repeat(10_000) + "\r\n");
      assertThat(message.fields()).hasSize(256);
      assertThat(message.headComplete()).isFalse();
    }

    @Test
    void goesOverInterimResponses() {
      HttpMessage message =
          parsed("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nServer: a\r\n\r\n");
      assertThat(message.status()).isEqualTo(200);
    }

    @Test
    void countsTellingFieldsOnce() {
      assertThat(
              parsed("HTTP/1.0 200 OK\r\nDate: a\r\ndate: b\r\nServer: c\r\nX-Other: d\r\n\r\n")
                  .telling())
          .isEqualTo(2);
    }
  }

  @Nested
  class Body {

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "Content-Length: 4|body|body|true",
          "Content-Length: 4|body and more|body|true",
          "Content-Length: 9|body|body|false",
          "Content-Length: -4|body|body|false",
          "Content-Length: 99999999999|body|body|false",
          "Server: a|body|body|false",
          "Transfer-Encoding: chunked|4_body_0__|body|true",
          "Transfer-Encoding: gzip, Chunked|2;x=y_bo_02_dy_0__|body|true",
          "Transfer-Encoding: chunked|4_body_|body|false",
          "Transfer-Encoding: chunked|ff_body|body|false",
          "Transfer-Encoding: chunked|fffffff_body|body|false",
          "Transfer-Encoding: chunked|zz_body|''|false",
        })
    void endsWhereItsFramingSays(String field, String sent, String content, boolean complete) {
      HttpMessage message =
          parsed("HTTP/1.1 200 OK\r\n" + field + "\r\n\r\n" + sent.replace("_", "\r\n"));
      assertThat(message.body()).isEqualTo(Bytes.latin1(content));
      assertThat(message.complete()).isEqualTo(complete);
    }

    @Test
    void isNoneAfterHead() {
      Bytes received = Bytes.latin1("HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n");
      assertThat(HttpMessage.parseHead(received).orElseThrow().complete()).isTrue();
      assertThat(HttpMessage.parse(received).orElseThrow().complete()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void isNoneByStatus(int status) {
      assertThat(parsed("HTTP/1.1 " + status + " x\r\nServer: a\r\n\r\n").complete()).isTrue();
    }
  }

  @Test
  void shownTextIsClean() {
    assertThat(HttpMessage.shown("a\u0000\u001b[1m \r\n\t b\u00c3\u00a9", 100))
        .isEqualTo("a[1m bé");
    assertThat(HttpMessage.shown("caf\u00e9", 100)).isEqualTo("café");
    assertThat(HttpMessage.shown("x".repeat(300), 200)).hasSize(200);
  }
}
