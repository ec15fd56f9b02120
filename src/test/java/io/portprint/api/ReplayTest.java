package io.portprint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portprint.fingerprint.Bytes;
import io.portprint.testing.LoopbackPeer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = "portprint.exchanges.clients=anonymous")
class ReplayTest {

  private static final String REQUEST = "924002a16665ea0d8c82c30c27cdc5e74e78fea150a6";
  private static final Duration SOON = Duration.ofSeconds(60);

  @LocalServerPort private int port;
  private Caller caller;

  @BeforeEach
  void call() {
    caller = new Caller(port);
  }

  private JsonNode replay(String body) {
    Caller.Reply accepted = caller.post("/api/v1/replays", body);
    assertThat(accepted.status()).as(accepted.body()).isEqualTo(202);
    String location = accepted.header("Location");
    await().atMost(SOON).until(() -> !caller.get(location).text("state").equals("running"));
    return caller.get(location).json();
  }

  private static String explanation(JsonNode replay, int field) {
    return replay.path("lesson").path("fields").path(field).path("explanation").asString();
  }

  private static List<String> kinds(JsonNode replay) {
    return replay.path("lesson").path("fields").values().stream()
        .map(
            field ->
                "%d+%d %s"
                    .formatted(
                        field.path("offset").asInt(),
                        field.path("length").asInt(),
                        field.path("kind").asString()))
        .toList();
  }

  /** A node that is told by the address that it says it sees, and one that says always the same. */
  private JsonNode replayAtWhoTells(Function<InetSocketAddress, byte[]> address) {
    try (LoopbackPeer peer =
        LoopbackPeer.udp(
            (said, sender) -> List.of(Bytes.hex("a55a").plus(Bytes.of(address.apply(sender)))))) {
      return replay(
          """
          {"endpoint": "127.0.0.1:%d/udp", "turns": [{"hex": "%s"}], "pace": "PT0S", "patience": "PT0.3S"}
          """
              .formatted(peer.port(), REQUEST));
    }
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "only there all of 127.0.0.0/8 can be bound to")
  void theClientsAddressIsConfirmedFromAnotherAddress() {
    JsonNode replay = replayAtWhoTells(sender -> sender.getAddress().getAddress());

    assertThat(kinds(replay)).containsExactly("0+2 constant", "2+4 address");
    assertThat(explanation(replay, 1)).contains("client's address").contains("confirmed by");
    assertThat(replay.path("lesson").path("reactions").values())
        .extracting(reaction -> reaction.path("change").asString())
        .contains("source address number 1");
    assertThat(replay.path("lesson").path("surer").toString())
        .doesNotContain("another address")
        .doesNotContain("another host");
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "only there all of 127.0.0.0/8 can be bound to")
  void anAddressThatDoesNotFollowIsNotTheClients() {
    JsonNode replay = replayAtWhoTells(_ -> new byte[] {127, 0, 0, 1});

    assertThat(replay.path("lesson").path("fields").toString()).doesNotContain("client");
    assertThat(replay.path("lesson").path("candidate").path("full").asString())
        .doesNotContain("client");
  }

  /** As a Skype node answers what it can't decrypt; see the facts of the SkypeUdpProbe. */
  @Test
  void findsThePatternInTheAnswersOfASkypeNode() {
    Random random = new Random(5);
    try (LoopbackPeer node =
        LoopbackPeer.udp(
            (said, sender) -> {
              if (said.length() < 18 || (said.at(2) & 0x0f) != 2) {
                return List.of();
              }
              byte[] answer = new byte[11];
              random.nextBytes(answer);
              System.arraycopy(said.toArray(), 0, answer, 0, 2);
              answer[2] = (byte) (random.nextInt(8) << 4 | 7);
              System.arraycopy(sender.getAddress().getAddress(), 0, answer, 3, 4);
              return List.of(Bytes.of(answer));
            })) {
      JsonNode replay =
          replay(
              """
              {"endpoint": "127.0.0.1:%d/udp", "turns": [{"hex": "%s"}], "pace": "PT0S", "patience": "PT0.3S"}
              """
                  .formatted(node.port(), REQUEST));

      assertThat(replay.path("state").asString()).isEqualTo("completed");
      assertThat(kinds(replay))
          .containsExactly("0+2 echo", "2+1 constant", "3+4 address", "7+4 mustVary");
      JsonNode lesson = replay.path("lesson");
      assertThat(lesson.path("length").asString()).isEqualTo("always 11 bytes");
      assertThat(lesson.path("fields").path(0).path("explanation").asString())
          .contains("confirmed by changing it");
      assertThat(lesson.path("fields").path(1).path("explanation").asString())
          .contains("mask 8f, value 07");
      JsonNode candidate = lesson.path("candidate");
      assertThat(candidate.path("bitsOfThree").asDouble()).isGreaterThan(24);
      assertThat(candidate.path("exchange").asString()).contains("say:").contains("{random:2}");
    }
  }

  @Test
  void findsProductAndVersionInAGreeting() {
    try (LoopbackPeer ftp =
        LoopbackPeer.tcp(
            connection -> {
              LoopbackPeer.say(connection, "220 ExampleFTPd/2.7.1 ready\r\n");
              LoopbackPeer.waitForEnd(connection);
            })) {
      JsonNode replay =
          replay(
              """
              {"endpoint": "127.0.0.1:%d", "turns": [{}], "pace": "PT0S", "patience": "PT1S"}
              """
                  .formatted(ftp.port()));

      assertThat(replay.path("lesson").path("text").values())
          .extracting(token -> token.path("kind").asString() + " " + token.path("text").asString())
          .contains("product ExampleFTPd", "version 2.7.1");
    }
  }

  @Test
  void aSilentEndpointTeachesNothingAndSaysSo() {
    try (LoopbackPeer silent = LoopbackPeer.udp((said, sender) -> List.of())) {
      JsonNode replay =
          replay(
              """
              {"endpoint": "127.0.0.1:%d/udp", "turns": [{"hex": "00"}], "pace": "PT0S", "patience": "PT0.01S"}
              """
                  .formatted(silent.port()));

      assertThat(replay.path("lesson").path("fields").isEmpty()).isTrue();
      assertThat(replay.path("lesson").path("candidate").isNull()).isTrue();
      assertThat(replay.path("lesson").path("surer").path(0).asString())
          .contains("Nothing answered");
    }
  }

  @Test
  void repeatsAsOftenAsItIsTold() {
    try (LoopbackPeer echo = LoopbackPeer.udp((said, sender) -> List.of(said))) {
      JsonNode replay =
          replay(
              """
              {"endpoint": "127.0.0.1:%d/udp", "turns": [{"hex": "0102"}], "repeats": 30, "pace": "PT0S"}
              """
                  .formatted(echo.port()));

      assertThat(replay.path("trials").values())
          .filteredOn(trial -> trial.path("change").asString().equals("none"))
          .hasSize(30);
      assertThat(replay.path("trials").size()).isEqualTo(replay.path("planned").asInt());
    }
  }

  @Test
  void canBeCancelled() {
    try (LoopbackPeer silent = LoopbackPeer.udp((said, sender) -> List.of())) {
      Caller.Reply accepted =
          caller.post(
              "/api/v1/replays",
              """
              {"endpoint": "127.0.0.1:%d/udp", "turns": [{"hex": "0001"}], "pace": "PT10S"}
              """
                  .formatted(silent.port()));
      String location = accepted.header("Location");

      caller.send("DELETE", location, "");

      await().atMost(SOON).until(() -> caller.get(location).text("state").equals("cancelled"));
      assertThat(caller.get(location).json().path("trials").size())
          .isLessThan(accepted.json().path("planned").asInt());
    }
  }

  @Test
  void refusals() {
    assertThat(caller.get("/api/v1/replays/0198f3c2-7b1e-7cc3-98c4-dc0c0c07398f").status())
        .isEqualTo(404);
    assertThat(caller.post("/api/v1/replays", "{\"turns\": [{}]}").text("field"))
        .isEqualTo("endpoint");
    assertThat(
            caller
                .post(
                    "/api/v1/replays",
                    "{\"endpoint\": \"127.0.0.1:1\", \"turns\": [{}], \"pace\": \"PT11S\"}")
                .text("field"))
        .isEqualTo("pace");
    for (String repeats : List.of("11", "101", "12.5")) {
      assertThat(
              caller
                  .post(
                      "/api/v1/replays",
                      "{\"endpoint\": \"127.0.0.1:1\", \"turns\": [{}], \"repeats\": %s}"
                          .formatted(repeats))
                  .text("field"))
          .isEqualTo("repeats");
    }
    assertThat(
            caller
                .post(
                    "/api/v1/replays",
                    "{\"endpoint\": \"127.0.0.1:1\", \"turns\": [{\"text\": \"USER x\\r\\n\"}]}")
                .text("field"))
        .isEqualTo("turns[0]");
  }
}
