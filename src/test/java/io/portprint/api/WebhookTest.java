package io.portprint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portprint.PortprintApplication;
import io.portprint.testing.LoopbackPeer;
import io.portprint.webhook.Receiver;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The running service where webhooks may go to 127.0.0.1. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "portprint.webhooks.secret=a secret of thirty-two characters",
      "portprint.webhooks.allow=127.0.0.1",
      "portprint.webhooks.first-pause=1ms"
    })
@ExtendWith(OutputCaptureExtension.class)
class WebhookTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  @LocalServerPort private int port;
  private final Receiver receiver = new Receiver();
  private Caller caller;

  @BeforeEach
  void connect() {
    caller = new Caller(port);
  }

  @AfterEach
  void close() {
    receiver.close();
  }

  private Caller.Reply submit(int peer, String webhook) {
    return caller.post(
        "/api/v1/jobs",
        "{\"endpoints\": [\"127.0.0.1:%d\"], \"protocols\": [\"ftp\"], \"webhook\": %s}"
            .formatted(peer, webhook));
  }

  private Caller.Reply submitTo(int peer, String url) {
    return submit(peer, "{\"url\": \"%s\"}".formatted(url));
  }

  private JsonNode delivered(String job) {
    await()
        .until(() -> !caller.get(job).json().at("/webhook/state").asString("").equals("pending"));
    return caller.get(job).json();
  }

  private JsonNode notice() {
    return JSON.readTree(new String(receiver.requests().getFirst().body(), StandardCharsets.UTF_8));
  }

  @Test
  void theEndOfAJobIsTold(CapturedOutput output) {
    Caller.Reply submitted =
        submitTo(LoopbackPeer.closedPort(), receiver.url("/in/box?token=hunter2"));
    assertThat(submitted.status()).as(submitted.body()).isEqualTo(202);
    assertThat(submitted.json().at("/webhook/url").asString()).isEqualTo(receiver.url("/in/box"));

    JsonNode job = delivered(submitted.header("Location"));

    assertThat(job.path("webhook"))
        .isEqualTo(
            JSON.readTree(
                """
                {"url": "%s", "state": "delivered", "attempts": 1, "lastStatus": 204, "lastFailure": null}\
                """
                    .formatted(receiver.url("/in/box"))));
    assertThat(receiver.requests()).hasSize(1);
    JsonNode notice = notice();
    assertThat(notice.propertyNames()).containsExactly("id", "type", "timestamp", "data");
    assertThat(notice.path("id").asString())
        .isEqualTo(receiver.requests().getFirst().header("webhook-id"));
    assertThat(notice.path("type").asString()).isEqualTo("job.ended");
    assertThat(notice.path("timestamp")).isEqualTo(job.path("finishedAt"));
    assertThat(notice.at("/data/id")).isEqualTo(job.path("id"));
    assertThat(notice.at("/data/state").asString()).isEqualTo("completed");
    assertThat(notice.at("/data/counts")).isEqualTo(job.path("counts"));
    assertThat(output.getAll())
        .contains("webhook delivered")
        .doesNotContain("hunter2", "a secret of thirty-two characters");
  }

  @Test
  void soIsTheEndOfAJobThatIsCancelled() {
    try (LoopbackPeer silent = LoopbackPeer.tcp(LoopbackPeer::waitForEnd)) {
      receiver.thenAnswer(503);
      String job = submitTo(silent.port(), receiver.url("/")).header("Location");
      assertThat(caller.get(job).json().at("/webhook/state").asString()).isEqualTo("pending");
      caller.send("DELETE", job, "");

      assertThat(delivered(job).at("/webhook/attempts").asInt()).isEqualTo(2);
      assertThat(notice().at("/data/state").asString()).isEqualTo("cancelled");
      assertThat(notice().at("/data/ending").asString()).isEqualTo("cancelled by the client");
    }
  }

  @Test
  void soIsTheEndOfAJobThatAShutdownCuts() {
    try (LoopbackPeer silent = LoopbackPeer.tcp(LoopbackPeer::waitForEnd);
        ConfigurableApplicationContext service =
            SpringApplication.run(
                PortprintApplication.class,
                "--server.port=0",
                "--portprint.engine.shutdown-grace=10ms",
                "--portprint.webhooks.allow=127.0.0.1",
                "--portprint.webhooks.secret=a secret of thirty-two characters",
                "--portprint.webhooks.shutdown-grace=1m")) {
      caller =
          new Caller(service.getEnvironment().getRequiredProperty("local.server.port", int.class));
      assertThat(submitTo(silent.port(), receiver.url("/")).status()).isEqualTo(202);
      service.close();

      assertThat(receiver.requests()).hasSize(1);
      assertThat(notice().at("/data/ending").asString()).isEqualTo("the service was shut down");
    }
  }

  @Test
  void withoutAWebhookNothingIsTold() {
    String job =
        caller
            .post(
                "/api/v1/jobs",
                "{\"endpoints\": [\"127.0.0.1:1\"], \"webhook\": null}",
                "Prefer",
                "wait=30")
            .header("Location");

    assertThat(caller.get(job).json().path("webhook").isNull()).isTrue();
  }

  @Test
  void aRepeatedRequestIsToldOnce() {
    String body =
        "{\"endpoints\": [\"127.0.0.1:1\"], \"webhook\": {\"url\": \"%s\"}}"
            .formatted(receiver.url("/"));
    String first = caller.post("/api/v1/jobs", body, "Idempotency-Key", "w").header("Location");
    String second = caller.post("/api/v1/jobs", body, "Idempotency-Key", "w").header("Location");

    delivered(first);
    assertThat(second).isEqualTo(first);
    assertThat(receiver.requests()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"url\": \"http://127.0.0.2/\"} | 403 | webhook-not-allowed | webhook.url",
        "{\"url\": \"http://192.0.2.1/\"} | 403 | webhook-not-allowed | webhook.url",
        "{\"url\": \"http://[::ffff:169.254.169.254]/\"} | 403 | webhook-not-allowed | webhook.url",
        "{\"url\": \"ftp://127.0.0.1/\"} | 400 | invalid-value | webhook.url",
        "{\"url\": \"http://a:b@127.0.0.1/\"} | 400 | invalid-value | webhook.url",
        "{\"url\": \"\"} | 400 | invalid-value | webhook.url",
        "{\"url\": null} | 400 | invalid-value | webhook.url",
        "{} | 400 | invalid-value | webhook.url",
        "{\"url\": 1} | 400 | invalid-value | webhook.url",
        "{\"url\": {}} | 400 | invalid-value | webhook.url",
        "{\"urls\": \"http://127.0.0.1/\"} | 400 | unknown-field | webhook.urls",
        "\"http://127.0.0.1/\" | 400 | invalid-value | webhook",
        "[] | 400 | invalid-value | webhook"
      })
  void refusalsNameWhatIsWrong(String webhook, int status, String type, String field) {
    Caller.Reply reply = submit(1, webhook);

    assertThat(reply.status()).as(reply.body()).isEqualTo(status);
    assertThat(reply.text("type")).isEqualTo("/problems/" + type);
    assertThat(reply.text("field")).isEqualTo(field);
    assertThat(reply.text("detail")).doesNotContain("io.portprint.", "a:b");
  }
}
