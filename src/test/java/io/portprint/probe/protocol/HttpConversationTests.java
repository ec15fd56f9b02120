package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.signature.SignatureBook;
import io.portprint.signature.SignatureBooks;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Probing;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole examinations of scripted peers, over real sockets. */
class HttpConversationTests {

  private static final SignatureBook BOOK = SignatureBooks.own();
  private static final String BARE = "HTTP/1.0 404 Not Found\r\n\r\n";
  private static final String REFUSAL =
      "HTTP/1.1 400 Bad Request\r\n"
          + "Server: test\r\n"
          + "Content-Length: 3\r\n"
          + "Connection: close\r\n\r\n"
          + "bad";

  private static Fingerprint detect(LoopbackPeer.Script script) {
    try (LoopbackPeer peer = LoopbackPeer.tcp(script)) {
      return Probing.detect(peer.port(), Transport.TCP, new HttpProbe(BOOK), new Http2Probe(BOOK));
    }
  }

  /** A peer that answers by the first line of what it hears, and hangs up. */
  private static LoopbackPeer.Script answering(Function<String, String> answer) {
    return connection -> {
      Bytes heard = LoopbackPeer.hear(connection);
      if (!heard.isEmpty()) {
        LoopbackPeer.say(connection, answer.apply(heard.latin1()));
      }
    };
  }

  private static String ok(String fields, String body) {
    return "HTTP/1.1 200 OK\r\nServer: test/1\r\nDate: now\r\nConnection: close\r\nContent-Length: %d\r\n%s\r\n%s"
        .formatted(body.length(), fields, body);
  }

  private static boolean isRequest(String heard) {
    return heard.startsWith("GET /") || heard.startsWith("HEAD /");
  }

  private static void assertUnknown(Fingerprint fingerprint) {
    assertThat(fingerprint.identified()).isFalse();
    assertThat(fingerprint.confidence()).isZero();
  }

  @Nested
  class Servers {

    @Test
    void titleIconAndProduct() {
      Fingerprint found =
          detect(
              answering(
                  heard -> {
                    if (heard.startsWith("GET /i.png ")) {
                      return ok("Content-Type: image/png\r\n", "a");
                    }
                    return isRequest(heard)
                        ? ok("", "<title>A &amp; B</title><link rel=icon href=/i.png>")
                            .replace("test/1", "nginx/1.22.1")
                        : REFUSAL;
                  }));
      assertThat(found.service())
          .satisfies(
              service -> {
                assertThat(service.protocol()).isEqualTo("http");
                assertThat(service.product()).isEqualTo("nginx");
                assertThat(service.version()).isEqualTo("1.22.1");
              });
      assertThat(found.confidence()).isGreaterThan(0.95);
      assertThat(found.details())
          .containsEntry("statusCode", 200)
          .containsEntry("title", "A & B")
          .containsEntry("versions", List.of("1.0", "1.1"));
      FaviconHash hash = FaviconHash.of(Bytes.latin1("a"));
      assertThat(found.details())
          .containsEntry(
              "favicon",
              Map.of("path", "/i.png", "mmh3", hash.mmh3(), "md5", hash.md5(), "length", 1));
    }

    @Test
    void whatAnUnknownServerCallsItself() {
      Fingerprint found = detect(answering(heard -> isRequest(heard) ? ok("", "page") : REFUSAL));
      assertThat(found.service())
          .satisfies(
              service -> {
                assertThat(service.product()).isEqualTo("test");
                assertThat(service.version()).isEqualTo("1");
              });
    }

    @ParameterizedTest
    @CsvSource({
      "nghttpx, nghttpx",
      "Framework (Language), Framework",
      "Server,",
      "httpd,",
      "my web server,",
      "x,",
      "Framework (Language) and more,",
    })
    void whatAServerCallsItselfInAWord(String value, @Nullable String product) {
      assertThat(HttpProbe.introduced(value).map(Service::product).orElse(null)).isEqualTo(product);
    }

    @Test
    void proxyThatTurnsEverybodyAway() {
      Fingerprint found =
          detect(
              answering(
                  heard ->
                      "HTTP/1.0 403 Access denied\r\n"
                          + "Server: tinyproxy/1.11.1\r\n"
                          + "Content-Type: text/html\r\n"
                          + "Connection: close\r\n\r\n"
                          + "<h1>Access denied</h1>"));
      assertThat(found.service())
          .extracting(Service::protocol, Service::product, Service::version)
          .containsExactly("http-proxy", "Tinyproxy", "1.11.1");
      assertThat(found.confidence()).isLessThan(0.9);
    }

    @Test
    void requestsKeptWaiting() {
      Fingerprint found =
          detect(
              connection -> {
                Bytes heard = LoopbackPeer.hear(connection);
                if (isRequest(heard.latin1())) {
                  LoopbackPeer.hear(connection); // until it is hung up on
                } else if (!heard.isEmpty()) {
                  LoopbackPeer.say(connection, REFUSAL);
                }
              });
      assertThat(found.service()).extracting(Service::protocol).isEqualTo("http");
      assertThat(found.confidence()).isLessThan(0.9);
    }

    @Test
    void webSocketByTheDigestOfAKey() {
      Fingerprint found =
          detect(
              answering(
                  heard -> {
                    Matcher key = Pattern.compile("Sec-WebSocket-Key: (\\S+)").matcher(heard);
                    if (key.find()) {
                      return "HTTP/1.1 101 Switching Protocols\r\n"
                          + "Upgrade: websocket\r\n"
                          + "Connection: Upgrade\r\n"
                          + "Sec-WebSocket-Accept: %s\r\n\r\n"
                              .formatted(WebSocketKey.digest(key.group(1)));
                    }
                    return isRequest(heard) ? ok("Upgrade: websocket\r\n", "") : REFUSAL;
                  }));
      assertThat(found.details()).containsEntry("websocket", true);
    }

    @Test
    void webSocketThatDoesNotKnowTheDigestIsNone() {
      Fingerprint found =
          detect(
              answering(
                  heard ->
                      heard.contains("Sec-WebSocket-Key")
                          ? "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: AAAA\r\n\r\n"
                          : isRequest(heard) ? ok("Upgrade: websocket\r\n", "") : REFUSAL));
      assertThat(found.service()).extracting(Service::protocol).isEqualTo("http");
      assertThat(found.details()).doesNotContainKey("websocket");
    }

    @Test
    void digestOfTheStandardsExample() {
      assertThat(WebSocketKey.digest("dGhlIHNhbXBsZSBub25jZQ=="))
          .isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    @Test
    void applicationBehindARedirection() {
      Fingerprint found =
          detect(
              answering(
                  heard ->
                      heard.startsWith("GET /login ")
                          ? ok("", "<title>Jellyfin</title>").replace("Server: test/1\r\n", "")
                          : isRequest(heard)
                              ? "HTTP/1.1 302 Found\r\n"
                                  + "Date: now\r\n"
                                  + "Location: /login\r\n"
                                  + "Content-Length: 0\r\n\r\n"
                              : REFUSAL));
      assertThat(found.service().product()).isEqualTo("Jellyfin");
      assertThat(found.details()).containsEntry("location", "/login");
    }

    @Test
    void redirectionToOthersIsNotFollowed() {
      List<String> asked = new CopyOnWriteArrayList<>();
      Fingerprint found =
          detect(
              answering(
                  heard -> {
                    asked.add(heard);
                    return isRequest(heard)
                        ? "HTTP/1.1 302 Found\r\n"
                            + "Date: now\r\n"
                            + "Server: test\r\n"
                            + "Location: //192.0.2.1/login\r\n"
                            + "Content-Length: 0\r\n\r\n"
                        : REFUSAL;
                  }));
      assertThat(found.service().protocol()).isEqualTo("http");
      assertThat(asked).isNotEmpty().noneMatch(heard -> heard.contains("login"));
    }

    @Test
    void versionAtAPathOfItsOwn() {
      Fingerprint found =
          detect(
              answering(
                  heard -> {
                    if (heard.startsWith("GET /api/v2/status ")) {
                      return ok("", "{\"versionInfo\":{\"version\":\"0.25.0\"}}")
                          .replace("Server: test/1\r\n", "");
                    }
                    return isRequest(heard)
                        ? ok("", "<title>Alertmanager</title>").replace("Server: test/1\r\n", "")
                        : REFUSAL;
                  }));
      assertThat(found.service())
          .satisfies(
              service -> {
                assertThat(service.product()).isEqualTo("Prometheus Alertmanager");
                assertThat(service.version()).isEqualTo("0.25.0");
                assertThat(service.cpe())
                    .containsExactly("cpe:2.3:a:prometheus:alertmanager:0.25.0:*:*:*:*:*:*:*");
              });
    }

    @Test
    void hostIsTold() {
      Fingerprint found =
          detect(
              answering(
                  heard ->
                      heard.contains("\r\nHost: 127.0.0.1:")
                              && heard.contains("\r\nConnection: close\r\n")
                          ? ok("", "<title>told</title>")
                          : REFUSAL));
      assertThat(found.details()).containsEntry("title", "told");
    }

    @Test
    void chunkedBody() {
      Fingerprint found =
          detect(
              answering(
                  heard ->
                      isRequest(heard)
                          ? "HTTP/1.1 200 OK\r\n"
                              + "Server: t\r\n"
                              + "Date: d\r\n"
                              + "Transfer-Encoding: chunked\r\n\r\n"
                              + "7\r\n"
                              + "<title>\r\n"
                              + "5\r\n"
                              + "chunk\r\n"
                              + "8\r\n"
                              + "</title>\r\n"
                              + "0\r\n\r\n"
                          : REFUSAL));
      assertThat(found.details()).containsEntry("title", "chunk");
    }

    @Test
    void redirectIsToldAndNotFollowed() {
      Fingerprint found =
          detect(
              answering(
                  heard ->
                      isRequest(heard)
                          ? "HTTP/1.1 302 Found\r\n"
                              + "Server: t\r\n"
                              + "Date: d\r\n"
                              + "Location: http://192.0.2.1/\r\n"
                              + "Content-Length: 0\r\n\r\n"
                          : REFUSAL));
      assertThat(found.service().protocol()).isEqualTo("http");
      assertThat(found.details()).containsEntry("location", "http://192.0.2.1/");
    }

    @Test
    void inquiryNamesAServerThatDoesNot() {
      Fingerprint found =
          detect(
              answering(
                  heard -> {
                    if (heard.startsWith("GET /version ")) {
                      return ok("", "{\"etcdserver\":\"3.4.23\",\"etcdcluster\":\"3.4.0\"}")
                          .replace("Server: test/1\r\n", "");
                    }
                    return isRequest(heard)
                        ? "HTTP/1.0 404 Not Found\r\n"
                            + "Content-Type: text/plain\r\n"
                            + "Date: d\r\n"
                            + "Content-Length: 19\r\n\r\n"
                            + "404 page not found\n"
                        : "";
                  }));
      assertThat(found.service().product()).isEqualTo("etcd");
      assertThat(found.service().version()).isEqualTo("3.4.23");
    }

    @Test
    void trackerBehindBareAnswers() {
      Fingerprint found =
          detect(
              answering(
                  heard ->
                      heard.startsWith("GET /announce ")
                          ? "HTTP/1.0 200 OK\r\n\r\nd14:failure reason9:no hash!!e"
                          : isRequest(heard) ? BARE : ""));
      assertThat(found.service().protocol()).isEqualTo("bittorrent-tracker");
    }

    @Test
    void refusalOfEverythingWithoutBodyToHead() {
      Fingerprint found =
          detect(
              answering(
                  heard ->
                      heard.startsWith("HEAD")
                          ? REFUSAL.substring(0, REFUSAL.length() - 3)
                          : REFUSAL));
      assertThat(found.service().protocol()).isEqualTo("http");
    }

    @Test
    void anotherDaemonThatUsesTheFraming() {
      String body =
          "It looks like you are trying to access MongoDB over HTTP on the native driver port.\r\n";
      Fingerprint found =
          detect(
              answering(
                  heard ->
                      isRequest(heard)
                          ? "HTTP/1.0 200 OK\r\n"
                              + "Connection: close\r\n"
                              + "Content-Type: text/plain\r\n"
                              + "Content-Length: 85\r\n\r\n"
                              + body
                          : ""));
      assertThat(found.service().protocol()).isEqualTo("mongodb");
    }

    @Test
    void http2Only() {
      Bytes settings = Bytes.hex("000006040000000000 000300000064 000000040100000000");
      Bytes response =
          new Http2Frame(Http2Frame.HEADERS, 0x5, 1, Bytes.hex("8e7689aa6355e580ae212e1f"))
              .encoded();
      Fingerprint found =
          detect(
              connection -> {
                Bytes heard = LoopbackPeer.hear(connection);
                if (heard.startsWith(Http2Frame.PREFACE)) {
                  boolean asked = heard.length() > Http2Frame.PREFACE.length();
                  LoopbackPeer.say(connection, asked ? settings.plus(response) : settings);
                }
              });
      assertThat(found.service().protocol()).isEqualTo("http");
      assertThat(found.details()).containsEntry("versions", List.of("2"));
    }
  }

  @Test
  void bothVersionsAreFoundWhicheverIsAnsweredFirst() {
    Bytes settings = Bytes.hex("000006040000000000 000300000064 000000040100000000");
    LoopbackPeer.Script both =
        connection -> {
          Bytes heard = LoopbackPeer.hear(connection);
          if (heard.startsWith(Http2Frame.PREFACE)) {
            LoopbackPeer.say(connection, settings);
          } else if (!heard.isEmpty()) {
            LoopbackPeer.say(
                connection, isRequest(heard.latin1()) ? ok("", "<title>t</title>") : REFUSAL);
          }
        };
    try (LoopbackPeer peer = LoopbackPeer.tcp(both)) {
      Fingerprint found = Probing.detect(peer.port(), Transport.TCP, new Http2Probe(BOOK));
      assertThat(found.details())
          .containsEntry("versions", List.of("1.0", "1.1", "2"))
          .containsEntry("title", "t");
    }
  }

  @Nested
  class Impostors {

    @Test
    void bare404ToEverything() {
      Fingerprint found = detect(answering(heard -> BARE));
      assertUnknown(found);
      assertThat(found.impostor()).isNotNull();
      assertThat(found.impostor().claimed()).isEqualTo("http");
      assertThat(found.impostor().received()).isEqualTo("HTTP/1.0 404 Not Found\\r\\n\\r\\n");
    }

    @Test
    void binaryToGarbage() {
      Fingerprint found =
          detect(
              answering(
                  heard ->
                      isRequest(heard)
                          ? ok("", "x")
                          : "\u0000\u008f\u0003\u00c1\u00ff\u0010\u0002\u0099"));
      assertUnknown(found);
      assertThat(found.impostor()).isNotNull();
    }

    @Test
    void garbageRepeated() {
      Fingerprint found = detect(answering(heard -> isRequest(heard) ? ok("", "x") : heard));
      assertUnknown(found);
      assertThat(found.impostor()).isNotNull();
    }

    @Test
    void samePageForEverything() {
      Fingerprint found = detect(answering(heard -> ok("", "welcome")));
      assertUnknown(found);
      assertThat(found.impostor()).isNotNull();
    }

    @Test
    void sameRefusalOfEverything() {
      assertUnknown(detect(answering(heard -> REFUSAL)));
    }

    @Test
    void echo() {
      assertUnknown(detect(answering(heard -> heard)));
    }

    @Test
    void pageWithoutStatusLine() {
      assertUnknown(detect(answering(heard -> "<html><title>x</title></html>")));
    }
  }

  @Nested
  class Burdens {

    @Test
    void headWithoutEnd() {
      assertUnknown(
          detect(
              connection -> {
                LoopbackPeer.hear(connection);
                LoopbackPeer.say(connection, "HTTP/1.1 200 OK\r\n");
                pour(connection, "X-Filler: " + "x".repeat(1000) + "\r\n");
              }));
    }

    @Test
    void bodyWithoutEnd() {
      Fingerprint found =
          detect(
              connection -> {
                if (isRequest(LoopbackPeer.hear(connection).latin1())) {
                  LoopbackPeer.say(
                      connection,
                      "HTTP/1.1 200 OK\r\n"
                          + "Server: t\r\n"
                          + "Date: d\r\n"
                          + "Connection: close\r\n\r\n"
                          + "<title>big</title>");
                  pour(connection, "y".repeat(1000));
                }
              });
      assertThat(found.service().protocol()).isEqualTo("http");
      assertThat(found.details()).containsEntry("title", "big").doesNotContainKey("favicon");
    }

    private static void pour(Socket connection, String filler) throws IOException {
      for (int i = 0; i < 2000; i++) {
        LoopbackPeer.say(connection, filler);
      }
    }

    @Test
    void answerByteByByte() {
      String page = ok("", "<title>slow</title>");
      Fingerprint found =
          detect(
              connection -> {
                boolean request = isRequest(LoopbackPeer.hear(connection).latin1());
                for (char one : (request ? page : REFUSAL).toCharArray()) {
                  LoopbackPeer.say(connection, String.valueOf(one));
                }
              });
      assertThat(found.details()).containsEntry("title", "slow");
    }
  }
}
