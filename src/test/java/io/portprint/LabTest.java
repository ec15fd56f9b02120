package io.portprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Real servers and decoys on loopback, asked about over REST as a client would, and held against
 * the table of what they are. One test per row.
 */
@EnabledIfEnvironmentVariable(
    named = "PORTPRINT_LAB_TRUTH",
    matches = ".+",
    disabledReason = "PORTPRINT_LAB_TRUTH names no truth table: no lab of real servers is up")
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class LabTest {

  private final JsonMapper json = new JsonMapper();
  private final HttpClient client = HttpClient.newHttpClient();

  @LocalServerPort private int port;

  @TestFactory
  Stream<DynamicTest> everyRow() throws IOException, InterruptedException {
    JsonNode truth = json.readTree(Path.of(System.getenv("PORTPRINT_LAB_TRUTH")));
    List<String> endpoints = new ArrayList<>();
    truth.forEach(row -> endpoints.add(endpoint(row)));
    Map<String, JsonNode> verdicts = fingerprints(endpoints);
    Map<String, Set<String>> known = known();
    return truth
        .valueStream()
        .map(
            row ->
                dynamicTest(
                    row.path("id").asString(),
                    () ->
                        check(
                            row.path("expect"),
                            verdicts.get(endpoint(row)),
                            known.getOrDefault(row.path("transport").asString(), Set.of()))));
  }

  private static String endpoint(JsonNode row) {
    return "127.0.0.1:%d/%s".formatted(row.path("port").asInt(), row.path("transport").asString());
  }

  /**
   * A wrong name is a defect, whatever is there; a missing one only where a probe looks for the
   * protocol.
   */
  private static void check(JsonNode expected, @Nullable JsonNode verdict, Set<String> known) {
    assertThat(verdict).as("an open port is listed").isNotNull();
    JsonNode service = verdict.path("service");
    String said = text(service, "protocol");
    Set<String> accepted = new HashSet<>();
    expected.path("protocol").forEach(name -> accepted.add(name.asString("none")));
    boolean lookedFor = accepted.stream().anyMatch(known::contains) && !accepted.contains("none");
    if (said == null && !lookedFor) {
      return; // unknown is an answer
    }
    if (expected.path("kind").asString().equals("decoy")) {
      assertThat(said).as("what a decoy is called").isNotIn("ftp", "http", "skype", "tls");
    }
    assertThat(accepted).as("protocol of %s", service).contains(said == null ? "none" : said);
    if (lookedFor) {
      checkProduct(expected, service);
    }
    assertThat(expected.path("tls").asBoolean(service.path("tls").asBoolean()))
        .as("tls")
        .isEqualTo(service.path("tls").asBoolean());
  }

  private static void checkProduct(JsonNode expected, JsonNode service) {
    String product = text(expected, "product");
    if (product != null) {
      assertThat(text(service, "product"))
          .as("product")
          .isNotNull()
          .containsPattern(Pattern.compile(product, Pattern.CASE_INSENSITIVE));
    }
    String version = text(expected, "version");
    if (version != null) {
      assertThat(text(service, "version"))
          .as("version")
          .isNotNull()
          .matches(Pattern.compile(Pattern.quote(version) + "(?![\\w.]).*", Pattern.DOTALL));
    }
  }

  private static @Nullable String text(JsonNode node, String name) {
    JsonNode value = node.path(name);
    return value.isNull() || value.isMissingNode() ? null : value.asString();
  }

  private Map<String, JsonNode> fingerprints(List<String> endpoints)
      throws IOException, InterruptedException {
    String body =
        json.writeValueAsString(
            Map.of("endpoints", endpoints, "effort", "normal", "maxAge", "PT0S"));
    HttpRequest post =
        HttpRequest.newBuilder(uri("/api/v1/jobs"))
            .header("Content-Type", "application/json")
            .header("Prefer", "wait=60")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    JsonNode job = json.readTree(client.send(post, BodyHandlers.ofString()).body());
    HttpRequest stream =
        HttpRequest.newBuilder(uri("/api/v1/jobs/" + job.path("id").asString() + "/fingerprints"))
            .header("Accept", "application/x-ndjson")
            .build();
    Map<String, JsonNode> verdicts = new HashMap<>();
    client
        .send(stream, BodyHandlers.ofLines())
        .body()
        .filter(line -> !line.isBlank())
        .map(json::readTree)
        .forEach(verdict -> verdicts.put(endpoint(verdict.path("endpoint")), verdict));
    return verdicts;
  }

  /** The protocols that some probe looks for, by transport. */
  private Map<String, Set<String>> known() throws IOException, InterruptedException {
    HttpRequest get = HttpRequest.newBuilder(uri("/api/v1/probes")).build();
    JsonNode probes = json.readTree(client.send(get, BodyHandlers.ofString()).body());
    Map<String, Set<String>> names = new HashMap<>();
    for (JsonNode probe : probes.path("items")) {
      names
          .computeIfAbsent(probe.path("transport").asString(), _ -> new HashSet<>())
          .add(probe.path("protocol").asString());
    }
    return names;
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }
}
