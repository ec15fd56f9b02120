package io.portprint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portprint.testing.LoopbackPeer;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Replays where there is no room for two large ones at a time. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {"portprint.exchanges.clients=anonymous", "portprint.replays.max-bytes=16MB"})
class ReplayRoomTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @LocalServerPort private int port;
  private Caller caller;

  @BeforeEach
  void call() {
    caller = new Caller(port);
  }

  /** The largest there is, at four ports where nobody listens: each conversation is short. */
  private Caller.Reply submit(String pace) {
    String before = "{\"hex\": \"%s\"}, ".formatted("5a".repeat(16_384)).repeat(15);
    String closed = "\"127.0.0.1:%d/udp\"".formatted(LoopbackPeer.closedPort());
    return caller.post(
        "/api/v1/replays",
        """
        {"endpoint": %s, "alsoAt": [%s, %s, %s], "turns": [%s {"hex": "%s"}], "repeats": 100, "pace": "%s", "patience": "PT0.01S"}
        """
            .formatted(closed, closed, closed, closed, before, "a5".repeat(16_384), pace));
  }

  private String completed() {
    Caller.Reply accepted = submit("PT0S");
    assertThat(accepted.status()).as(accepted.body()).isEqualTo(202);
    String location = accepted.header("Location");
    await().atMost(SOON).until(() -> caller.get(location).text("state").equals("completed"));
    return location;
  }

  @Test
  void theOldestThatHasEndedMakesRoomAndThoseUnderWayDoNot() {
    String first = completed();
    completed();
    assertThat(caller.get(first).status()).isEqualTo(200);
    String third = completed();

    Caller.Reply fourth = submit("PT10S");
    Caller.Reply fifth = submit("PT10S");

    assertThat(fourth.status()).as(fourth.body()).isEqualTo(202);
    assertThat(caller.get(first).status()).isEqualTo(404);
    assertThat(caller.get(third).status()).isEqualTo(200);
    assertThat(fifth.status()).isEqualTo(429);
    assertThat(fifth.text("type")).isEqualTo("/problems/queue-full");
    assertThat(fifth.header("Retry-After")).isNotEmpty();
    assertThat(caller.get(third).status()).as("nothing is forgotten in vain").isEqualTo(200);
    caller.send("DELETE", fourth.header("Location"), "");
  }
}
