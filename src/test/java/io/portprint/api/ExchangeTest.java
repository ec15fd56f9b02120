package io.portprint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.testing.LoopbackPeer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = "portprint.exchanges.clients=anonymous")
class ExchangeTest {

  @LocalServerPort private int port;
  private Caller caller;

  @BeforeEach
  void call() {
    caller = new Caller(port);
  }

  private static String bytes(JsonNode turn, String member) {
    return new String(
        Base64.getDecoder().decode(turn.path(member).asString()), StandardCharsets.ISO_8859_1);
  }

  @Test
  void saysTurnByTurnAndTellsWhatCame() {
    try (LoopbackPeer peer =
        LoopbackPeer.tcp(
            connection -> {
              LoopbackPeer.say(connection, "hello\r\n");
              for (Bytes heard = LoopbackPeer.hear(connection);
                  !heard.isEmpty();
                  heard = LoopbackPeer.hear(connection)) {
                LoopbackPeer.say(connection, Bytes.latin1("you said ").plus(heard));
                if (heard.latin1().startsWith("bye")) {
                  return;
                }
              }
            })) {
      Caller.Reply reply =
          caller.post(
              "/api/v1/exchanges",
              """
              {"endpoint": "127.0.0.1:%d",
               "turns": [{}, {"text": "one\\r\\n"}, {"hex": "00 ff"}, {"template": "\\"bye\\" {length:1} 01 02"}, {"text": "more"}]}
              """
                  .formatted(peer.port()));

      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.text("state")).isEqualTo("open");
      List<JsonNode> turns = List.copyOf(reply.json().path("turns").values());
      assertThat(turns)
          .extracting(turn -> bytes(turn, "received"))
          .containsExactly(
              "hello\r\n", "you said one\r\n", "you said \0\u00ff", "you said bye\2\1\2");
      assertThat(turns).extracting(turn -> bytes(turn, "sent")).startsWith("", "one\r\n");
      assertThat(turns.getLast().path("ending").asString()).isEqualTo("closed");
      assertThat(turns.get(2).path("text").asString()).isEqualTo("you said \\x00\\xff");
    }
  }

  @Test
  void overUdpAnAnswerTellsThatSomebodyIsThere() {
    try (LoopbackPeer echo = LoopbackPeer.udp((said, sender) -> List.of(said));
        LoopbackPeer silent = LoopbackPeer.udp((said, sender) -> List.of())) {
      String body =
          """
          {"endpoint": "127.0.0.1:%d/udp", "turns": [{"hex": "0102"}], "patience": "PT0.2S"}
          """;

      assertThat(caller.post("/api/v1/exchanges", body.formatted(echo.port())).text("state"))
          .isEqualTo("open");
      assertThat(caller.post("/api/v1/exchanges", body.formatted(silent.port())).text("state"))
          .isEqualTo("openOrFiltered");
      assertThat(caller.post("/api/v1/exchanges", body.formatted(2)).text("state"))
          .isEqualTo("closed");
    }
  }

  @Test
  void aClosedPortIsAnAnswer() {
    Caller.Reply reply =
        caller.post(
            "/api/v1/exchanges", "{\"endpoint\": \"127.0.0.1:2\", \"turns\": [{\"text\": \"a\"}]}");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text("state")).isEqualTo("closed");
    assertThat(reply.json().path("turns").isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"turns\": [{}]} | 400 | endpoint",
        "{\"endpoint\": \"127.0.0.1\", \"turns\": [{}]} | 400 | endpoint",
        "{\"endpoint\": \"192.0.2.1:1\", \"turns\": [{}]} | 403 | endpoint",
        "{\"endpoint\": \"127.0.0.1:1\"} | 400 | turns",
        "{\"endpoint\": \"127.0.0.1:1\", \"turns\": []} | 400 | turns",
        "{\"endpoint\": \"127.0.0.1:1\", \"turns\": [null]} | 400 | turns[0]",
        "{\"endpoint\": \"127.0.0.1:1\", \"turns\": [{\"hex\": \"0\"}]} | 400 | turns[0].hex",
        "{\"endpoint\": \"127.0.0.1:1\", \"turns\": [{\"text\": \"\"}]} | 400 | turns[0].text",
        "{\"endpoint\": \"127.0.0.1:1\", \"turns\": [{\"hex\": \"00\", \"text\": \"a\"}]} | 400 |"
            + " turns[0]",
        "{\"endpoint\": \"127.0.0.1:1\", \"turns\": [{\"template\": \"{size:2}\"}]} | 400 |"
            + " turns[0].template",
        "{\"endpoint\": \"127.0.0.1:1\", \"turns\": [{}], \"patience\": \"PT31S\"} | 400 |"
            + " patience",
        "{\"endpoint\": \"127.0.0.1:1\", \"turns\": [{\"text\": \"PASS x\\r"
            + "\\n"
            + "\"}]} | 400 | turns[0]"
      })
  void whatIsWrongIsToldByItsField(String body, int status, String field) {
    Caller.Reply reply = caller.post("/api/v1/exchanges", body);

    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.text("field")).isEqualTo(field);
    assertThat(reply.text("remedy")).isNotBlank();
  }

  @Test
  void credentialsAreSaidWhereTheClientSaysSo() {
    try (LoopbackPeer peer = LoopbackPeer.tcp(LoopbackPeer::waitForEnd)) {
      Caller.Reply reply =
          caller.post(
              "/api/v1/exchanges",
              """
              {"endpoint": "127.0.0.1:%d", "turns": [{"text": "PASS x\\r\\n"}], "credentials": true, "patience": "PT0.1S"}
              """
                  .formatted(peer.port()));

      assertThat(reply.status()).isEqualTo(200);
    }
  }
}
