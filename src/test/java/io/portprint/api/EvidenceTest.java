package io.portprint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.testing.LoopbackPeer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Evidence as the running service gives it out; what is in the file is tested where it is made. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class EvidenceTest {

  private static final String GREETING = "220 (vsFTPd 3.0.3)\r\n";
  private static final Bytes PCAPNG = Bytes.hex("0a 0d 0d 0a");

  @LocalServerPort private int port;
  private Caller caller;

  @BeforeEach
  void connect() {
    caller = new Caller(port);
  }

  private static LoopbackPeer ftp() {
    return LoopbackPeer.tcp(connection -> Exports.ftp(connection, GREETING));
  }

  private HttpResponse<byte[]> download(String path, String... headers)
      throws IOException, InterruptedException {
    return caller.http().send(caller.request(path, headers).build(), BodyHandlers.ofByteArray());
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  private static void assertCapture(HttpResponse<byte[]> response, int port) {
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(header(response, "Content-Type")).isEqualTo("application/x-pcapng");
    assertThat(header(response, "Content-Disposition"))
        .isEqualTo("attachment; filename=\"portprint-127.0.0.1-%d-tcp.pcapng\"", port);
    Bytes file = Bytes.of(response.body());
    assertThat(file.startsWith(PCAPNG)).isTrue();
    assertThat(file.indexOf(Bytes.latin1(GREETING))).isPositive();
    assertThat(file.indexOf(Bytes.latin1("Evidence on 127.0.0.1:" + port + "/tcp"))).isPositive();
  }

  @Nested
  class OfAJob {

    /** The path of a job that has ended. */
    private String done(int... ports) {
      String endpoints =
          String.join(
              ",", Arrays.stream(ports).mapToObj("\"127.0.0.1:%d/tcp\""::formatted).toList());
      Caller.Reply reply =
          caller.post(
              "/api/v1/jobs",
              "{\"endpoints\": [%s], \"protocols\": [\"ftp\"]}".formatted(endpoints),
              "Prefer",
              "wait=60");
      assertThat(reply.text("state")).isEqualTo("completed");
      return reply.header("Location");
    }

    @Test
    void isFoundByTheNumberThatTheEventHas() throws IOException, InterruptedException {
      try (LoopbackPeer one = ftp();
          LoopbackPeer other = ftp()) {
        String job = done(one.port(), other.port());
        try (EventReader events = new EventReader(port, job + "/events")) {
          for (int n = 1; n <= 2; n++) {
            EventReader.Event event = events.next("fingerprint");
            assertThat(event.id()).isEqualTo(Integer.toString(n));
            assertCapture(
                download("%s/fingerprints/%s/evidence.pcapng".formatted(job, event.id())),
                Objects.requireNonNull(event.data()).at("/endpoint/port").asInt());
          }
        }
      }
    }

    @Test
    void isTheSameEachTime() throws IOException, InterruptedException {
      try (LoopbackPeer peer = ftp()) {
        String path = done(peer.port()) + "/fingerprints/1/evidence.pcapng";

        assertThat(download(path).body()).isEqualTo(download(path).body());
      }
    }

    @ParameterizedTest
    @CsvSource({
      "2, 404, no-such-result",
      "2147483647, 404, no-such-result",
      "0, 400, invalid-value",
      "-1, 400, invalid-value",
      "2147483648, 400, invalid-value",
      "one, 400, invalid-value"
    })
    void isRefusedWhereThereIsNone(String n, int status, String type) {
      try (LoopbackPeer peer = ftp()) {
        Caller.Reply reply =
            caller.get("%s/fingerprints/%s/evidence.pcapng".formatted(done(peer.port()), n));

        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.text("type")).isEqualTo("/problems/" + type);
        assertThat(reply.text("field")).isEqualTo("n");
        assertThat(reply.text("remedy")).isNotBlank();
      }
    }

    @Test
    void isNotThereOfClosedEndpoints() {
      String job = done(LoopbackPeer.closedPort());

      assertThat(caller.get(job + "/fingerprints/1/evidence.pcapng").text("type"))
          .isEqualTo("/problems/no-such-result");
    }

    @Test
    void isNotThereOfUnknownJobs() {
      Caller.Reply reply =
          caller.get(
              "/api/v1/jobs/0198f3c2-7b1e-7cc3-98c4-dc0c0c07398f/fingerprints/1/evidence.pcapng");

      assertThat(reply.status()).isEqualTo(404);
      assertThat(reply.text("type")).isEqualTo("/problems/no-such-job");
    }

    @Test
    void comesInOneFormOnly() {
      try (LoopbackPeer peer = ftp()) {
        String path = done(peer.port()) + "/fingerprints/1/evidence.pcapng";

        assertThat(caller.get(path, "Accept", "application/json").status()).isEqualTo(406);
        assertThat(caller.get(path, "Accept", "text/html, */*;q=0.8").status()).isEqualTo(200);
        assertThat(caller.get(path + "?format=json").status()).isEqualTo(406);
        assertThat(caller.get(path + "?form=json").status()).isEqualTo(400);
      }
    }
  }

  @Nested
  class OfALookUp {

    @Test
    void isThatOfTheVerdict() throws IOException, InterruptedException {
      try (LoopbackPeer peer = ftp()) {
        String path = "/api/v1/fingerprints/127.0.0.1/" + peer.port();
        String observed = caller.get(path).text("observedAt");

        HttpResponse<byte[]> response = download(path + "/evidence.pcapng?transport=tcp");

        assertCapture(response, peer.port());
        assertThat(
                Bytes.of(response.body())
                    .indexOf(Bytes.latin1("observed at " + observed.replace("Z", ""))))
            .isPositive();
      }
    }

    @Test
    void isNotThereOfClosedEndpoints() {
      int closed = LoopbackPeer.closedPort();

      Caller.Reply reply =
          caller.get("/api/v1/fingerprints/127.0.0.1/%d/evidence.pcapng".formatted(closed));

      assertThat(reply.status()).isEqualTo(404);
      assertThat(reply.text("type")).isEqualTo("/problems/no-evidence");
      assertThat(reply.text("detail"))
          .isEqualTo("no evidence is kept of 127.0.0.1:%d/tcp, which is closed", closed);
    }

    @Test
    void isRefusedAsTheLookUpIs() {
      assertThat(caller.get("/api/v1/fingerprints/192.0.2.1/80/evidence.pcapng").text("type"))
          .isEqualTo("/problems/out-of-scope");
      assertThat(caller.get("/api/v1/fingerprints/127.0.0.1/0/evidence.pcapng").text("field"))
          .isEqualTo("port");
      assertThat(
              caller
                  .get("/api/v1/fingerprints/127.0.0.1/80/evidence.pcapng?maxage=PT0S")
                  .text("type"))
          .isEqualTo("/problems/unknown-parameter");
    }
  }
}
