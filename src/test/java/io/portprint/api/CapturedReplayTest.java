package io.portprint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.portprint.fingerprint.Bytes;
import io.portprint.testing.LoopbackPeer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Replays of what the client of a captured flow said. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = "portprint.exchanges.clients=anonymous")
class CapturedReplayTest {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Bytes REQUEST = Bytes.hex("924002a16665ea0d8c82c30c27cdc5e74e78fea150a6");

  @LocalServerPort private int port;
  private Caller caller;

  @BeforeEach
  void call() {
    caller = new Caller(port);
  }

  /** A capture of raw IPv4 packets as it grows. */
  private static final class Recording {

    private final ByteArrayOutputStream file = new ByteArrayOutputStream();
    private int fromClient = 101;
    private int fromServer = 501;

    Recording() {
      file.writeBytes(
          ByteBuffer.allocate(24)
              .putInt(0xa1b2c3d4)
              .putInt(0x20004)
              .position(16)
              .putInt(65_535)
              .putInt(101)
              .array());
    }

    private Recording packet(int protocol, boolean client, byte[] payload, int captured) {
      ByteBuffer packet = ByteBuffer.allocate(20 + payload.length);
      packet.put((byte) 0x45).put((byte) 0).putShort((short) packet.capacity()).putInt(0);
      packet.put((byte) 64).put((byte) protocol).putShort((short) 0);
      packet.put(Bytes.hex(client ? "c0000201c0000202" : "c0000202c0000201").toArray());
      packet.put(payload);
      int kept = Math.min(captured, packet.capacity());
      file.writeBytes(
          ByteBuffer.allocate(16)
              .putInt(9)
              .putInt(5)
              .putInt(kept)
              .putInt(packet.capacity())
              .array());
      file.write(packet.array(), 0, kept);
      return this;
    }

    Recording datagram(boolean client, int clientPort, Bytes data) {
      return datagram(client, clientPort, data, 65_535);
    }

    Recording datagram(boolean client, int clientPort, Bytes data, int captured) {
      ByteBuffer udp = ByteBuffer.allocate(8 + data.length());
      udp.putShort((short) (client ? clientPort : 9));
      udp.putShort((short) (client ? 9 : clientPort));
      udp.putShort((short) udp.capacity()).putShort((short) 0).put(data.toArray());
      return packet(17, client, udp.array(), captured);
    }

    private Recording segment(boolean client, int sequence, int flags, String text) {
      byte[] data = text.getBytes(StandardCharsets.ISO_8859_1);
      ByteBuffer tcp = ByteBuffer.allocate(20 + data.length);
      tcp.putShort((short) (client ? 40_000 : 21)).putShort((short) (client ? 21 : 40_000));
      tcp.putInt(sequence).putInt(0).put((byte) 0x50).put((byte) flags);
      return packet(6, client, tcp.position(20).put(data).array(), 65_535);
    }

    Recording connect() {
      return segment(true, 100, 2, "").segment(false, 500, 18, "");
    }

    Recording say(boolean client, String text) {
      int sequence = client ? fromClient : fromServer;
      fromClient += client ? text.length() : 0;
      fromServer += client ? 0 : text.length();
      return segment(client, sequence, 16, text);
    }
  }

  private String upload(Recording recording) {
    return upload(recording.file.toByteArray());
  }

  private String upload(byte[] file) {
    Caller.Reply reply =
        caller.send(
            caller
                .request("/api/v1/captures", "Content-Type", "application/octet-stream")
                .POST(BodyPublishers.ofByteArray(file))
                .build());
    assertThat(reply.status()).as(reply.body()).isEqualTo(201);
    return reply.text("id");
  }

  private JsonNode replay(String body, Object... values) {
    Caller.Reply accepted = caller.post("/api/v1/replays", body.formatted(values));
    assertThat(accepted.status()).as(accepted.body()).isEqualTo(202);
    String location = accepted.header("Location");
    await().atMost(SOON).until(() -> !caller.get(location).text("state").equals("running"));
    return caller.get(location).json();
  }

  private static String latin1(JsonNode base64) {
    return new String(Base64.getDecoder().decode(base64.asString()), StandardCharsets.ISO_8859_1);
  }

  private static JsonNode firstRepeat(JsonNode replay) {
    return replay.path("trials").values().stream()
        .filter(trial -> trial.path("change").asString().equals("none"))
        .findFirst()
        .orElseThrow();
  }

  /** As a Skype node answers what it can't decrypt; see the facts of the SkypeUdpProbe. */
  private static LoopbackPeer skypeNode() {
    Random random = new Random(5);
    return LoopbackPeer.udp(
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
        });
  }

  /** From the real capture of Skype's traffic to the pattern, without a byte written by hand. */
  @Test
  void whatARealClientSaidIsLearntFrom() throws IOException {
    Path path = Path.of("../shared/captures/SkypeIRC.cap");
    assumeTrue(Files.isRegularFile(path), "no captures beside the checkout");
    String capture = upload(Files.readAllBytes(path));
    int flow =
        caller
            .get("/api/v1/captures/" + capture + "/flows?protocol=skype&limit=1")
            .json()
            .at("/items/0/number")
            .asInt();
    try (LoopbackPeer node = skypeNode()) {
      JsonNode replay =
          replay(
              """
              {"endpoint": "127.0.0.1:%d/udp", "capture": "%s", "flow": %d, "pace": "PT0S", "patience": "PT0.05S"}
              """,
              node.port(), capture, flow);

      assertThat(node.datagrams().getFirst())
          .isEqualTo(Bytes.hex("15f202e2b459e6644a654d81763ac9dbf536"));
      assertThat(replay.path("lesson").path("fields").values())
          .extracting(field -> field.path("kind").asString())
          .containsExactly("echo", "constant", "address", "mustVary");
    }
  }

  @Test
  void aDatagramThatWasAnsweredIsLearntFrom() {
    Recording recording =
        new Recording()
            .datagram(true, 4000, Bytes.latin1("unanswered"))
            .datagram(true, 4000, REQUEST)
            .datagram(false, 4000, Bytes.hex("924017c0a8001374a041f0"))
            .datagram(true, 4000, Bytes.latin1("not said"));
    try (LoopbackPeer node = skypeNode()) {
      JsonNode replay =
          replay(
              """
              {"endpoint": "127.0.0.1:%d/udp", "capture": "%s", "flow": 1, "pace": "PT0S", "patience": "PT0.05S"}
              """,
              node.port(), upload(recording));

      assertThat(replay.path("lesson").path("fields").values())
          .extracting(field -> field.path("kind").asString())
          .containsExactly("echo", "constant", "address", "mustVary");
      assertThat(node.datagrams())
          .contains(Bytes.latin1("unanswered"))
          .doesNotContain(Bytes.latin1("not said"));
    }
  }

  @Test
  void aServerThatGreetsIsListenedToFirst() {
    Recording recording =
        new Recording()
            .connect()
            .say(false, "220 then\r\n")
            .say(true, "SYST\r\n")
            .say(false, "215 UNIX\r\n")
            .say(true, "FEAT\r\n")
            .say(false, "211 none\r\n");
    String capture = upload(recording);
    try (LoopbackPeer ftp =
        LoopbackPeer.tcp(
            connection -> {
              LoopbackPeer.say(connection, "220 ExampleFTPd/2.7.1 ready\r\n");
              String first = LoopbackPeer.hear(connection).latin1();
              LoopbackPeer.say(
                  connection, first.equals("SYST\r\n") ? "215 UNIX Type: L8\r\n" : "500 what\r\n");
              LoopbackPeer.hear(connection);
              LoopbackPeer.say(connection, "211 no features\r\n");
              LoopbackPeer.waitForEnd(connection);
            })) {
      String body =
          """
          {"endpoint": "127.0.0.1:%d", "capture": "%s", "flow": 1, %s "pace": "PT0S", "patience": "PT2S"}
          """;

      JsonNode first = firstRepeat(replay(body, ftp.port(), capture, ""));
      JsonNode second = firstRepeat(replay(body, ftp.port(), capture, "\"learnFrom\": 2,"));

      assertThat(latin1(first.path("sent"))).isEqualTo("SYST\r\n");
      assertThat(latin1(first.path("received"))).isEqualTo("215 UNIX Type: L8\r\n");
      assertThat(latin1(second.path("sent"))).isEqualTo("FEAT\r\n");
      assertThat(latin1(second.path("received"))).isEqualTo("211 no features\r\n");
    }
  }

  @Test
  void aClientThatSaysNothingIsOneThatListens() {
    String capture = upload(new Recording().connect().say(false, "220 then\r\n"));
    try (LoopbackPeer ftp =
        LoopbackPeer.tcp(
            connection -> {
              LoopbackPeer.say(connection, "220 ExampleFTPd/2.7.1 ready\r\n");
              LoopbackPeer.waitForEnd(connection);
            })) {
      JsonNode replay =
          replay(
              "{\"endpoint\": \"127.0.0.1:%d\", \"capture\": \"%s\", \"flow\": 1, \"pace\":"
                  + " \"PT0S\"}",
              ftp.port(), capture);

      assertThat(latin1(firstRepeat(replay).path("sent"))).isEmpty();
      assertThat(replay.path("lesson").path("text").values())
          .extracting(token -> token.path("kind").asString())
          .contains("product", "version");
    }
  }

  private Recording severalFlows() {
    return new Recording()
        .datagram(true, 4001, Bytes.latin1("USER x\r\n"))
        .datagram(true, 4002, Bytes.latin1("whole"))
        .datagram(true, 4002, Bytes.latin1("not captured to its end"), 40)
        .datagram(true, 4003, Bytes.of(new byte[16_385]));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'endpoint':'127.0.0.1:9/udp' | 422 | not-replayable | turns",
        "'endpoint':'127.0.0.1:9/udp','turns':[{}],'capture':'ID','flow':1 | 422 | not-replayable |"
            + " turns",
        "'endpoint':'127.0.0.1:9/udp','turns':[{}],'flow':1 | 422 | not-replayable | flow",
        "'endpoint':'127.0.0.1:9/udp','turns':[{}],'learnFrom':1 | 422 | not-replayable |"
            + " learnFrom",
        "'endpoint':'127.0.0.1:9/udp','capture':'ID' | 422 | not-replayable | flow",
        "'endpoint':'127.0.0.1:9/udp','capture':'x','flow':1 | 400 | invalid-value | capture",
        "'endpoint':'127.0.0.1:9/udp','capture':'0198f3c2-7b1e-7cc3-98c4-dc0c0c07398f','flow':1 |"
            + " 404 | no-such-capture | capture",
        "'endpoint':'127.0.0.1:9/udp','capture':'ID','flow':0 | 400 | invalid-value | flow",
        "'endpoint':'127.0.0.1:9/udp','capture':'ID','flow':4 | 404 | no-such-flow | flow",
        "'endpoint':'127.0.0.1:9/udp','capture':'ID','flow':1.5 | 400 | invalid-value | flow",
        "'endpoint':'127.0.0.1:9/udp','capture':'ID','flow':'x' | 400 | invalid-value | flow",
        "'capture':'ID','flow':2 | 400 | invalid-value | endpoint",
        "'endpoint':'127.0.0.1:9','capture':'ID','flow':2 | 422 | not-replayable | endpoint",
        "'endpoint':'192.0.2.7:9/udp','capture':'ID','flow':2 | 403 | out-of-scope | endpoint",
        "'endpoint':'127.0.0.1:9/udp','capture':'ID','flow':1 | 400 | invalid-value | flow",
        "'endpoint':'127.0.0.1:9/udp','capture':'ID','flow':2,'learnFrom':2 | 422 | not-replayable"
            + " | flow",
        "'endpoint':'127.0.0.1:9/udp','capture':'ID','flow':2,'learnFrom':3 | 400 | invalid-value |"
            + " learnFrom",
        "'endpoint':'127.0.0.1:9/udp','capture':'ID','flow':3 | 422 | not-replayable | flow",
      })
  void whatCantBeReplayedIsRefusedByName(String body, int status, String type, String field) {
    String id = upload(severalFlows());

    Caller.Reply reply =
        caller.post("/api/v1/replays", ("{" + body + "}").replace('\'', '"').replace("ID", id));

    assertThat(reply.status()).as(reply.body()).isEqualTo(status);
    assertThat(reply.text("type")).isEqualTo("/problems/" + type);
    assertThat(reply.text("field")).isEqualTo(field);
    assertThat(reply.text("reason")).isNotBlank();
    assertThat(reply.text("remedy")).isNotBlank();
  }

  @Test
  void credentialsAreSaidOnlyWhereThatIsAskedFor() {
    String capture = upload(severalFlows());
    try (LoopbackPeer silent = LoopbackPeer.udp((said, sender) -> List.of())) {
      JsonNode replay =
          replay(
              """
              {"endpoint": "127.0.0.1:%d/udp", "capture": "%s", "flow": 1, "credentials": true, "pace": "PT0S", "patience": "PT0.01S"}
              """,
              silent.port(), capture);

      assertThat(replay.path("state").asString()).isEqualTo("completed");
      assertThat(silent.datagrams()).contains(Bytes.latin1("USER x\r\n"));
    }
  }
}
