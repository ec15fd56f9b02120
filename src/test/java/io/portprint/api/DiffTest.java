package io.portprint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.testing.LoopbackPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Comparing jobs of the running service, whose peers change between them. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class DiffTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String NOBODY = "0198f3c2-7b1e-7cc3-98c4-dc0c0c07398f";

  @LocalServerPort private int port;
  private Caller caller;

  @BeforeEach
  void connect() {
    caller = new Caller(port);
  }

  private static LoopbackPeer ftp(AtomicReference<String> greeting) {
    return LoopbackPeer.tcp(connection -> Exports.ftp(connection, greeting.get()));
  }

  private String submit(int... ports) {
    List<String> names = new ArrayList<>();
    for (int one : ports) {
      names.add("\"127.0.0.1:%d/tcp\"".formatted(one));
    }
    return caller
        .post(
            "/api/v1/jobs",
            "{\"endpoints\": [%s], \"protocols\": [\"ftp\"], \"maxAge\": \"PT0S\"}"
                .formatted(String.join(",", names)),
            "Prefer",
            "wait=60")
        .text("id");
  }

  private JsonNode diff(String before, String after, String query) {
    Caller.Reply reply = caller.get("/api/v1/jobs/%s/diff/%s%s".formatted(before, after, query));
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return reply.json();
  }

  @Test
  void tellsWhatAppearedVanishedAndChanged() {
    AtomicReference<String> greeting = new AtomicReference<>("220 (vsFTPd 3.0.3)\r\n");
    AtomicReference<String> same = new AtomicReference<>("220 (vsFTPd 3.0.2)\r\n");
    try (LoopbackPeer changing = ftp(greeting);
        LoopbackPeer passing = ftp(same);
        LoopbackPeer staying = ftp(same);
        LoopbackPeer onlyFirst = ftp(same);
        LoopbackPeer onlySecond = ftp(same)) {
      String first = submit(changing.port(), passing.port(), staying.port(), onlyFirst.port());
      greeting.set("220 (vsFTPd 3.0.5)\r\n");
      passing.close();
      String second = submit(changing.port(), passing.port(), staying.port(), onlySecond.port());

      JsonNode there = diff(first, second, "");
      JsonNode back = diff(second, first, "");

      assertThat(there.propertyNames()).containsExactly("counts", "items", "nextCursor");
      assertThat(there.path("nextCursor").isNull()).isTrue();
      assertThat(there.path("counts"))
          .isEqualTo(
              JSON.readTree(
                  """
                  {"appeared": 0, "vanished": 1, "changed": 1, "unchanged": 1, "onlyInBefore": 1, "onlyInAfter": 1}\
                  """));
      JsonNode changed = there.path("items").path(0);
      assertThat(changed.propertyNames())
          .containsExactly("change", "endpoint", "fields", "before", "after");
      assertThat(changed.path("change").asString()).isEqualTo("changed");
      assertThat(changed.at("/endpoint/port").asInt()).isEqualTo(changing.port());
      assertThat(changed.path("fields")).hasToString("[\"version\"]");
      assertThat(changed.path("before").propertyNames())
          .containsExactly(
              "state", "protocol", "product", "version", "tls", "impostor", "observedAt");
      assertThat(changed.at("/before/version").asString()).isEqualTo("3.0.3");
      assertThat(changed.at("/after/version").asString()).isEqualTo("3.0.5");
      JsonNode vanished = there.path("items").path(1);
      assertThat(vanished.path("change").asString()).isEqualTo("vanished");
      assertThat(vanished.at("/endpoint/port").asInt()).isEqualTo(passing.port());
      assertThat(vanished.path("fields").isEmpty()).isTrue();
      assertThat(vanished.at("/before/product").asString()).isEqualTo("vsFTPd");
      assertThat(vanished.path("after"))
          .isEqualTo(
              JSON.readTree(
                  """
                  {"state": "closed", "protocol": null, "product": null, "version": null, "tls": false, "impostor": null,
                   "observedAt": null}\
                  """));

      assertThat(back.at("/counts/appeared").asInt()).isEqualTo(1);
      assertThat(back.path("items").values())
          .extracting(one -> one.path("change").asString())
          .containsExactlyInAnyOrder("appeared", "changed");

      assertThat(diff(first, second, "?change=vanished").path("items")).hasSize(1);
      JsonNode page = diff(first, second, "?limit=1");
      assertThat(page.path("items")).hasSize(1);
      JsonNode next = diff(first, second, "?limit=1&cursor=" + page.path("nextCursor").asString());
      assertThat(next.path("items").path(0)).isEqualTo(vanished);
      assertThat(next.path("nextCursor").isNull()).isTrue();
    }
  }

  @Test
  void aJobDoesNotDifferFromItself() {
    try (LoopbackPeer peer = ftp(new AtomicReference<>("220 (vsFTPd 3.0.3)\r\n"))) {
      String job = submit(peer.port());

      JsonNode none = diff(job, job, "");

      assertThat(none.path("items").isEmpty()).isTrue();
      assertThat(none.at("/counts/unchanged").asInt()).isEqualTo(1);
    }
  }

  @Test
  void nothingHasChangedWhereOneDidNotLook() {
    try (LoopbackPeer peer = ftp(new AtomicReference<>("220 (vsFTPd 3.0.3)\r\n"))) {
      String known = submit(peer.port());
      String swept =
          caller
              .post(
                  "/api/v1/jobs",
                  "{\"endpoints\": [\"127.0.0.1:%d\"], \"identify\": false, \"maxAge\": \"PT0S\"}"
                      .formatted(peer.port()),
                  "Prefer",
                  "wait=60")
              .text("id");

      JsonNode counts = diff(known, swept, "").path("counts");

      assertThat(counts.path("unchanged").asInt()).isEqualTo(1);
      assertThat(counts.path("changed").asInt()).isZero();
    }
  }

  @Test
  void bothMustHaveEnded() {
    try (LoopbackPeer silent = LoopbackPeer.tcp(LoopbackPeer::waitForEnd)) {
      String ended = submit(LoopbackPeer.closedPort());
      String running =
          caller
              .post(
                  "/api/v1/jobs",
                  "{\"endpoints\": [\"127.0.0.1:%d\"], \"effort\": \"thorough\"}"
                      .formatted(silent.port()))
              .text("id");

      for (String path : List.of(ended + "/diff/" + running, running + "/diff/" + ended)) {
        Caller.Reply reply = caller.get("/api/v1/jobs/" + path);
        assertThat(reply.status()).isEqualTo(409);
        assertThat(reply.text("type")).isEqualTo("/problems/job-not-ended");
        assertThat(reply.text("detail")).contains(running);
        assertThat(reply.text("remedy")).contains("DELETE");
      }
      caller.send("DELETE", "/api/v1/jobs/" + running, "");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "%1$s/diff/" + NOBODY + ", 404, no-such-job, ''",
    NOBODY + "/diff/%1$s, 404, no-such-job, ''",
    "%1$s/diff/7, 400, invalid-value, other",
    "7/diff/%1$s, 400, invalid-value, id",
    "%1$s/diff/%1$s?change=CHANGED, 400, invalid-value, change",
    "%1$s/diff/%1$s?limit=1001, 400, invalid-value, limit",
    "%1$s/diff/%1$s?cursor=x, 400, invalid-cursor, cursor",
    "%1$s/diff/%1$s?state=open, 400, unknown-parameter, ''",
    "%1$s/diff, 404, no-such-path, ''"
  })
  void refusalsNameWhatIsWrong(String path, int status, String type, String field) {
    String job = submit(LoopbackPeer.closedPort());

    Caller.Reply reply = caller.get("/api/v1/jobs/" + path.formatted(job));

    assertThat(reply.status()).as(reply.body()).isEqualTo(status);
    assertThat(reply.text("type")).isEqualTo("/problems/" + type);
    if (!field.isEmpty()) {
      assertThat(reply.text("field")).isEqualTo(field);
    }
  }
}
