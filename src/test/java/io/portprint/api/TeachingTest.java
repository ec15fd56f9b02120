package io.portprint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portprint.fingerprint.Bytes;
import io.portprint.testing.LoopbackPeer;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The README's way from a capture to a signature, with the README's own words. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = "portprint.exchanges.clients=anonymous")
class TeachingTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir private static Path folder;

  @LocalServerPort private int port;
  private Caller caller;

  @DynamicPropertySource
  static void keep(DynamicPropertyRegistry registry) {
    registry.add("portprint.publications.folder", folder::toString);
  }

  @BeforeEach
  void call() {
    caller = new Caller(port);
  }

  /** What the README posts to a path, between its single quotes. */
  private static String body(String path) throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    var posted = Pattern.compile("8080" + path + " \\\\\\n {2}-d '(\\{.*})'").matcher(readme);
    assertThat(posted.find()).as("an example that posts to %s", path).isTrue();
    return posted.group(1);
  }

  private static LoopbackPeer acme() {
    Random random = new Random(8);
    return LoopbackPeer.udp(
        (said, sender) -> {
          if (said.length() < 8 || !said.startsWith(Bytes.latin1("ACME"))) {
            return List.of();
          }
          byte[] nonce = new byte[4];
          random.nextBytes(nonce);
          return List.of(Bytes.latin1("ACMR").plus(said.slice(4, 8)).plus(Bytes.of(nonce)));
        });
  }

  private String replay(String body) {
    Caller.Reply accepted = caller.post("/api/v1/replays", body);
    assertThat(accepted.status()).as(accepted.body()).isEqualTo(202);
    String location = accepted.header("Location");
    await().atMost(SOON).until(() -> !caller.get(location).text("state").equals("running"));
    return accepted.text("id");
  }

  /**
   * A capture of somebody who speaks the protocol: conversations of a replay, as Wireshark sees
   * them.
   */
  private byte[] captured(LoopbackPeer peer) throws IOException, InterruptedException {
    String id =
        replay(
            """
            {"endpoint": "127.0.0.1:%d/udp", "turns": [{"text": "ACME%s"}], "pace": "PT0S", "patience": "PT0.1S"}
            """
                .formatted(peer.port(), "1234and more"));
    return caller
        .http()
        .send(
            caller.request("/api/v1/replays/" + id + "/evidence.pcapng").build(),
            BodyHandlers.ofByteArray())
        .body();
  }

  @Test
  void fromACaptureToASignature() throws IOException, InterruptedException {
    try (LoopbackPeer one = acme();
        LoopbackPeer other = acme()) {
      Caller.Reply capture =
          caller.send(
              caller
                  .request("/api/v1/captures", "Content-Type", "application/octet-stream")
                  .POST(BodyPublishers.ofByteArray(captured(one)))
                  .build());
      assertThat(capture.status()).as(capture.body()).isEqualTo(201);

      String replay =
          replay(
              body("/api/v1/replays")
                  .replace("'$CAPTURE'", capture.text("id"))
                  .replace("127.0.0.1:33033", "127.0.0.1:" + one.port()));
      assertThat(caller.get("/api/v1/replays/" + replay + "/report").body())
          .contains("<h1>")
          .contains("What the answers are made of");

      Caller.Reply published =
          caller.post(
              "/api/v1/signatures", body("/api/v1/signatures").replace("'$REPLAY'", replay));
      assertThat(published.status()).as(published.body()).isEqualTo(201);

      Caller.Reply found =
          caller.get("/api/v1/fingerprints/127.0.0.1/" + other.port() + "?transport=udp");
      assertThat(found.json().path("service").path("protocol").asString())
          .isEqualTo("acme-telemetry");
    }
  }
}
