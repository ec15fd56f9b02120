package io.portprint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portprint.fingerprint.Bytes;
import io.portprint.testing.LoopbackPeer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Captures of replays as the service gives them out; the file is tested where it is made. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = "portprint.exchanges.clients=anonymous")
class ReplayEvidenceTest {

  private static final Bytes PCAPNG = Bytes.hex("0a 0d 0d 0a");
  private static final String UNKNOWN = "/api/v1/replays/0198f3c2-7b1e-7cc3-98c4-dc0c0c07398f";

  @LocalServerPort private int port;
  private Caller caller;

  @BeforeEach
  void call() {
    caller = new Caller(port);
  }

  /** The path of a replay that has ended. */
  private String done(String body) {
    Caller.Reply accepted = caller.post("/api/v1/replays", body);
    assertThat(accepted.status()).as(accepted.body()).isEqualTo(202);
    String location = accepted.header("Location");
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> !caller.get(location).text("state").equals("running"));
    return location;
  }

  private Bytes capture(String replay) throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        caller
            .http()
            .send(caller.request(replay + "/evidence.pcapng").build(), BodyHandlers.ofByteArray());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/x-pcapng");
    assertThat(response.headers().firstValue("Content-Disposition"))
        .contains(
            "attachment; filename=\"portprint-replay-%s.pcapng\""
                .formatted(replay.substring(replay.lastIndexOf('/') + 1)));
    Bytes file = Bytes.of(response.body());
    assertThat(file.startsWith(PCAPNG)).isTrue();
    return file;
  }

  private static Bytes ports(int source, int destination) {
    return Bytes.of(
        (byte) (source >> 8), (byte) source, (byte) (destination >> 8), (byte) destination);
  }

  @Test
  void holdsEachDatagramWithThePortsThatItHad() throws IOException, InterruptedException {
    Queue<Integer> senders = new ConcurrentLinkedQueue<>();
    Queue<Bytes> requests = new ConcurrentLinkedQueue<>();
    try (LoopbackPeer peer =
        LoopbackPeer.udp(
            (said, sender) -> {
              senders.add(sender.getPort());
              requests.add(said);
              return List.of(Bytes.latin1("you said ").plus(said));
            })) {
      Bytes file =
          capture(
              done(
                  """
                  {"endpoint": "127.0.0.1:%d/udp", "turns": [{"text": "abcd"}], "pace": "PT0S", "patience": "PT0.3S"}
                  """
                      .formatted(peer.port())));

      assertThat(senders).hasSizeGreaterThan(20);
      assertThat(senders)
          .allMatch(sender -> file.indexOf(ports(sender, peer.port())) > 0)
          .allMatch(sender -> file.indexOf(ports(peer.port(), sender)) > 0);
      assertThat(requests).allMatch(said -> file.indexOf(Bytes.latin1("you said ").plus(said)) > 0);
      assertThat(file.latin1())
          .contains("Changed in the request: bytes 0 to 1")
          .doesNotContain("documentation address");
    }
  }

  @Test
  void holdsTheTurnsBeforeTheRequest() throws IOException, InterruptedException {
    try (LoopbackPeer peer =
        LoopbackPeer.tcp(
            connection -> {
              LoopbackPeer.say(connection, "220 hello\r\n");
              for (Bytes said = LoopbackPeer.hear(connection);
                  !said.isEmpty();
                  said = LoopbackPeer.hear(connection)) {
                LoopbackPeer.say(connection, "250 heard " + said.latin1());
              }
            })) {
      Bytes file =
          capture(
              done(
                  """
                  {"endpoint": "127.0.0.1:%d", "turns": [{}, {"text": "EHLO x\\r\\n"}, {"text": "NOOP\\r\\n"}],
                   "pace": "PT0S", "patience": "PT0.3S"}
                  """
                      .formatted(peer.port())));

      assertThat(file.latin1())
          .contains("220 hello\r\n", "EHLO x\r\n", "250 heard EHLO x\r\n", "250 heard NOOP\r\n")
          .contains("turn 1 of 3\nSaid before the request", "turn 3 of 3\nChanged in the request");
    }
  }

  @Test
  void isNotThereWhereNoConversationCameAbout() {
    Caller.Reply reply =
        caller.get(
            done(
                    """
                    {"endpoint": "127.0.0.1:%d", "turns": [{"text": "a"}], "pace": "PT0S", "patience": "PT0.01S"}
                    """
                        .formatted(LoopbackPeer.closedPort()))
                + "/evidence.pcapng");

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.text("type")).isEqualTo("/problems/no-evidence");
    assertThat(reply.text("detail")).contains("not one has come about");
  }

  @Test
  void refusals() {
    Caller.Reply unknown = caller.get(UNKNOWN + "/evidence.pcapng");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.text("type")).isEqualTo("/problems/no-such-replay");
    assertThat(caller.get("/api/v1/replays/x/evidence.pcapng").text("field")).isEqualTo("id");
    assertThat(caller.get(UNKNOWN + "/evidence.pcapng?n=1").text("type"))
        .isEqualTo("/problems/unknown-parameter");
    assertThat(caller.get(UNKNOWN + "/evidence.pcapng", "Accept", "application/json").status())
        .isEqualTo(406);
  }
}
