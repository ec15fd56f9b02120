package io.portprint.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The running service with API keys: "first key" and "second key". */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "portprint.api.keys.first=sha256:dd38fe87fa52119289f4a02e401db807600dbfe87d720b35e6d0aff7343a85ab",
      "portprint.api.keys.second=sha256:2f2d68ba5b8b6487262c33ead2cf950808cca51bb18b2d49509ce2b30f09f80e"
    })
class ApiKeyTest {

  @LocalServerPort private int port;
  private Caller caller;

  @BeforeEach
  void connect() {
    caller = new Caller(port);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/jobs",
        "/api/v1/probes",
        "/actuator/info",
        "/actuator/metrics",
        "/actuator/prometheus",
        "/nothing",
        "/error"
      })
  void aKeyIsNeeded(String path) {
    Caller.Reply reply = caller.get(path);

    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.text("type")).isEqualTo("/problems/missing-key");
    assertThat(reply.text("field")).isEqualTo("X-API-Key");
    assertThat(reply.header("WWW-Authenticate")).startsWith("ApiKey ");
    assertThat(reply.header("Set-Cookie")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "first", "first key ,", "FIRST KEY"})
  void anyKeyWillNotDo(String key) {
    Caller.Reply reply = caller.get("/api/v1/jobs", "X-API-Key", key);

    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.text("type")).isEqualTo("/problems/unknown-key");
    assertThat(reply.header("WWW-Authenticate")).startsWith("ApiKey ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/jobs", "/api/v1/probes", "/actuator/info"})
  void theKeyOpens(String path) {
    assertThat(caller.get(path, "X-API-Key", "first key").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/actuator/health",
        "/actuator/health/liveness",
        "/actuator/health/readiness",
        "/v3/api-docs",
        "/swagger-ui/index.html",
        "/problems",
        "/problems/busy"
      })
  void someDoorsAreOpen(String path) {
    assertThat(caller.get(path).status()).isEqualTo(200);
  }

  @Test
  void detailsOfHealthAreForKnownClients() {
    assertThat(caller.get("/actuator/health").json().has("components")).isFalse();
    assertThat(caller.get("/actuator/health", "X-API-Key", "first key").json().has("components"))
        .isTrue();
  }

  @Test
  void clientsDoNotSeeEachOthersJobs() {
    String job =
        caller
            .post("/api/v1/jobs", "{\"endpoints\": [\"127.0.0.1:1\"]}", "X-API-Key", "first key")
            .header("Location");

    assertThat(caller.get(job, "X-API-Key", "first key").status()).isEqualTo(200);
    for (String path :
        List.of(
            job,
            job + "/fingerprints?format=csv",
            job + "/fingerprints?format=xml",
            job + "/diff/" + job.substring(job.lastIndexOf('/') + 1))) {
      assertThat(caller.get(path, "X-API-Key", "second key").text("type"))
          .as(path)
          .isEqualTo("/problems/no-such-job");
    }
    assertThat(caller.get("/api/v1/jobs", "X-API-Key", "second key").json().path("items").size())
        .isZero();
  }

  @Test
  void withKeysAnyNameOfTheServiceWillDo() {
    String answer =
        caller.raw(
            "GET /api/v1/jobs HTTP/1.1\r\n"
                + "Host: scanner.example\r\n"
                + "X-API-Key: first key\r\n"
                + "Connection: close\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 200 ");
  }
}
