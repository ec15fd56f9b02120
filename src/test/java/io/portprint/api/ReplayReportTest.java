package io.portprint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portprint.fingerprint.Bytes;
import io.portprint.testing.LoopbackPeer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The page of a replay as the service gives it out; what is on it is tested where it is made. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = "portprint.exchanges.clients=anonymous")
class ReplayReportTest {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String UNKNOWN = "/api/v1/replays/0198f3c2-7b1e-7cc3-98c4-dc0c0c07398f";

  @LocalServerPort private int port;
  private Caller caller;

  @BeforeEach
  void call() {
    caller = new Caller(port);
  }

  private String begun(String body) {
    Caller.Reply accepted = caller.post("/api/v1/replays", body);
    assertThat(accepted.status()).as(accepted.body()).isEqualTo(202);
    return accepted.header("Location");
  }

  private Caller.Reply ended(String location) {
    await().atMost(SOON).until(() -> !caller.get(location).text("state").equals("running"));
    Caller.Reply reply = caller.get(location + "/report", "Accept", "text/html");
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return reply;
  }

  private static String hash(String sheet) throws NoSuchAlgorithmException {
    return Base64.getEncoder()
        .encodeToString(
            MessageDigest.getInstance("SHA-256").digest(sheet.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void showsWhatAReplayHasTaughtAndAllowsNothingButItsOwnStyle() throws NoSuchAlgorithmException {
    try (LoopbackPeer peer =
        LoopbackPeer.udp((said, _) -> List.of(Bytes.hex("c0ffee").plus(said.head(4))))) {
      Caller.Reply reply =
          ended(
              begun(
                  """
                  {"endpoint": "127.0.0.1:%d/udp", "turns": [{"hex": "0102030405060708"}], "pace": "PT0S", "patience": "PT0.3S"}
                  """
                      .formatted(peer.port())));

      Page page = Page.of(reply.body());
      assertThat(page.grid("a").marks())
          .startsWith("m-constant", "m-constant", "m-constant")
          .contains("m-echo");
      assertThat(page.grid("q").lines()).containsExactly(Bytes.hex("0102030405060708"));
      assertThat(page.texts("a")).anyMatch(one -> one.contains("Wireshark"));
      assertThat(reply.header("Content-Type")).isEqualTo("text/html;charset=UTF-8");
      assertThat(reply.header("Content-Security-Policy"))
          .isEqualTo(
              "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none';"
                  + " frame-ancestors 'none'",
              hash(page.style()));
      assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(reply.header("Referrer-Policy")).isEqualTo("no-referrer");
      assertThat(reply.header("Cache-Control")).contains("no-store");
      assertThat(reply.header("Refresh")).isEmpty();
    }
  }

  @Test
  void asksAgainWhileItRuns() {
    try (LoopbackPeer peer = LoopbackPeer.udp((said, _) -> List.of(said))) {
      String location =
          begun(
              """
              {"endpoint": "127.0.0.1:%d/udp", "turns": [{"text": "<b>"}], "pace": "PT10S"}
              """
                  .formatted(peer.port()));
      await()
          .atMost(SOON)
          .until(() -> caller.get(location + "/report").body().contains("1 of them answered"));

      Caller.Reply running = caller.get(location + "/report");

      assertThat(running.header("Refresh")).isEqualTo("2");
      Page page = Page.of(running.body());
      assertThat(page.elements("progress")).hasSize(1);
      assertThat(page.grid("a").lines()).containsExactly(Bytes.latin1("<b>"));

      caller.send("DELETE", location, "");
      Caller.Reply cut = ended(location);
      assertThat(cut.header("Refresh")).isEmpty();
      assertThat(Page.of(cut.body()).texts("dd")).contains("cancelled by the client");
    }
  }

  @Test
  void saysWhatToDoWhereNoConversationCameAbout() {
    Page page =
        Page.of(
            ended(
                    begun(
                        """
                        {"endpoint": "127.0.0.1:%d", "turns": [{"text": "a"}], "pace": "PT0S", "patience": "PT0.01S"}
                        """
                            .formatted(LoopbackPeer.closedPort())))
                .body());

    assertThat(page.text()).contains("Nothing answered", "Not one conversation came about");
    assertThat(page.texts("a")).contains("look it up").noneMatch(one -> one.contains("Wireshark"));
  }

  @Test
  void refusals() {
    Caller.Reply unknown = caller.get(UNKNOWN + "/report", "Accept", "text/html");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(unknown.text("type")).isEqualTo("/problems/no-such-replay");
    assertThat(caller.get("/api/v1/replays/x/report").text("field")).isEqualTo("id");
    assertThat(caller.get(UNKNOWN + "/report?format=html").text("type"))
        .isEqualTo("/problems/unknown-parameter");
    assertThat(caller.get(UNKNOWN + "/report", "Accept", "application/json").status())
        .isEqualTo(406);
  }

  @Test
  void swaggerUiKeepsItsOwnPolicy() {
    Caller.Reply ui = caller.get("/swagger-ui/index.html");

    assertThat(ui.status()).isEqualTo(200);
    assertThat(ui.header("Content-Security-Policy"))
        .contains("script-src 'self'", "style-src 'self' 'unsafe-inline'");
  }
}
