package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Opening;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBooks;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpProbeTests {

  private final HttpProbe probe = new HttpProbe(SignatureBooks.own());

  private Recognition recognise(String received, Ending ending) {
    return probe.recognise(
        new Answer(
            "http/get",
            HttpProbe.GET,
            Bytes.latin1(received),
            ending,
            InetAddress.getLoopbackAddress(),
            Duration.ZERO));
  }

  @Nested
  class Recognise {

    @Test
    void completeHeadIsRecognisedBeforeTheBodyComes() {
      String head = "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: x\r\nContent-Length: 5000\r\n\r\n";
      assertThat(recognise(head, Ending.OPEN)).isInstanceOf(Recognition.Recognised.class);
      for (int length = 1; length < head.length(); length++) {
        assertThat(recognise(head.substring(0, length), Ending.OPEN))
            .isEqualTo(Recognition.INCOMPLETE);
      }
    }

    @Test
    void refusalMayBeAnotherDaemons() {
      String head = "HTTP/1.1 400 Bad Request\r\nServer: a\r\nDate: x\r\nContent-Length: 0\r\n\r\n";
      assertThat(recognise(head, Ending.OPEN)).isEqualTo(Recognition.INCOMPLETE);
      assertThat(recognise(head, Ending.CLOSED)).isInstanceOf(Recognition.Suspected.class);
    }

    @Test
    void bareStatusLineIsFraming() {
      assertThat(recognise("HTTP/1.0 404 Not Found\r\n\r\n", Ending.OPEN))
          .isEqualTo(Recognition.INCOMPLETE);
      assertThat(recognise("HTTP/1.0 404 Not Found\r\n\r\n", Ending.CLOSED))
          .isInstanceOfSatisfying(
              Recognition.Suspected.class,
              suspected -> assertThat(suspected.finding().confidence()).isLessThanOrEqualTo(0.1));
    }

    @Test
    void pageWithoutStatusLineIsHardlyAHint() {
      assertThat(recognise("<html><body>Error</body></html>", Ending.CLOSED))
          .isInstanceOf(Recognition.Suspected.class);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "RTSP/1.0 400 Bad Request\r\nServer: a\r\nDate: b\r\nConnection: close\r\n\r\n",
          "SIP/2.0 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
          "ICY 200 OK\r\nicy-name: a\r\n\r\n",
          "220 ready\r\n",
          "-ERR unknown command\r\n",
          "GET / HTTP/1.0\r\n\r\n",
          "HTTP/2.0 200 OK\r\n\r\n",
        })
    void othersAreNot(String received) {
      assertThat(recognise(received, Ending.CLOSED)).isEqualTo(Recognition.MISMATCH);
    }
  }

  @Nested
  class Speaks {

    @Test
    void theOpeningThatTheSkypeProbeRestsOn() {
      assertThat(probe.openings(RandomGenerator.getDefault()))
          .singleElement()
          .extracting(Opening::payload)
          .isEqualTo(Bytes.latin1("GET / HTTP/1.0\r\n\r\n"));
    }

    @ParameterizedTest
    @CsvSource({
      "lab.example,192.0.2.1,8080,false,lab.example:8080",
      "lab.example,192.0.2.1,80,false,lab.example",
      "lab.example,192.0.2.1,443,true,lab.example",
      "lab.example,192.0.2.1,443,false,lab.example:443",
      "192.0.2.1,192.0.2.1,80,false,192.0.2.1",
      "2001:db8::1,2001:db8::1,81,false,[2001:db8:0:0:0:0:0:1]:81",
      "'a b\r\nX: y',192.0.2.1,81,false,192.0.2.1:81",
    })
    void toTheHost(String host, String address, int port, boolean tls, String expected) {
      Endpoint endpoint = new Endpoint(host, InetAddress.ofLiteral(address), port, Transport.TCP);
      assertThat(HttpProbe.host(endpoint, tls)).isEqualTo(expected);
    }
  }

  @Test
  void detailsAreWhatTheResponseTells() {
    HttpMessage message =
        HttpMessage.parse(
                Bytes.latin1(
                    "HTTP/1.1 302 Found\r\n"
                        + "Server: a\u0007b\r\n"
                        + "X-Powered-By: PHP/8.2.7\r\n"
                        + "Location: /login\r\n"
                        + "WWW-Authenticate: Digest qop=\"auth\", realm=\"a b\","
                        + " nonce=\"realm=x\"\r\n\r\n"
                        + "<title>t</title>"))
            .orElseThrow();
    assertThat(HttpProbe.details(message))
        .isEqualTo(
            Map.of(
                "statusCode", 302,
                "server", "ab",
                "poweredBy", "PHP/8.2.7",
                "location", "/login",
                "title", "t",
                "authenticate", Map.of("scheme", "Digest", "realm", "a b")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"", "realm=", "Basic(realm"})
  void brokenChallengesAreLeftOut(String challenge) {
    HttpMessage message =
        new HttpMessage(
            1,
            401,
            "",
            List.of(new HttpMessage.Field("www-authenticate", challenge)),
            0,
            true,
            Bytes.EMPTY,
            true);
    assertThat(HttpProbe.details(message)).doesNotContainKey("authenticate");
  }
}
