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

  /** Whose rows have to be right in all that the server reveals; others are never wrong. */
  private static final Set<String> MAIN =
      Set.of("ftp", "http", "http-proxy", "ipp", "skype", "tls");

  private static final double MOST = 0.9;

  private final JsonMapper json = new JsonMapper();
  private final HttpClient client = HttpClient.newHttpClient();

  @LocalServerPort private int port;

  @TestFactory
  Stream<DynamicTest> everyRow() throws IOException, InterruptedException {
    JsonNode truth = json.readTree(Path.of(System.getenv("PORTPRINT_LAB_TRUTH")));
    List<String> endpoints = new ArrayList<>();
    truth.forEach(row -> endpoints.add(endpoint(row)));
    Map<String, JsonNode> verdicts = fingerprints(endpoints);
    Stream<DynamicTest> rows =
        truth
            .valueStream()
            .map(
                row ->
                    dynamicTest(
                        row.path("id").asString(),
                        () -> check(row.path("expect"), verdicts.get(endpoint(row)))));
    long right =
        truth.valueStream().filter(row -> isRight(row, verdicts.get(endpoint(row)))).count();
    return Stream.concat(
        rows,
        Stream.of(
            dynamicTest(
                "nine rows in ten are right",
                () -> assertThat(right).isGreaterThanOrEqualTo((long) (MOST * truth.size())))));
  }

  private static boolean isRight(JsonNode row, @Nullable JsonNode verdict) {
    return verdict != null && accepted(row.path("expect")).contains(said(verdict));
  }

  private static Set<String> accepted(JsonNode expected) {
    Set<String> accepted = new HashSet<>();
    expected.path("protocol").forEach(name -> accepted.add(name.asString("none")));
    return accepted;
  }

  private static String said(JsonNode verdict) {
    return verdict.path("service").path("protocol").asString("none");
  }

  private static String endpoint(JsonNode row) {
    return "127.0.0.1:%d/%s".formatted(row.path("port").asInt(), row.path("transport").asString());
  }

  /** A wrong name is a defect, whatever is there. */
  private static void check(JsonNode expected, @Nullable JsonNode verdict) {
    Set<String> accepted = accepted(expected);
    boolean main = accepted.stream().anyMatch(MAIN::contains) && !accepted.contains("none");
    if (verdict == null) {
      assertThat(main).as("not listed, though of the main job").isFalse();
      return;
    }
    String said = said(verdict);
    if (expected.path("kind").asString().equals("decoy")) {
      assertThat(said).as("what a decoy is called").isNotIn("ftp", "http", "skype", "tls");
    }
    if (said.equals("none") && !main) {
      return; // unknown is an answer
    }
    JsonNode service = verdict.path("service");
    assertThat(accepted).as("protocol of %s", service).contains(said);
    checkProduct(expected, service, main);
    boolean tls = service.path("tls").asBoolean();
    assertThat(tls).as("tls").isEqualTo(expected.path("tls").asBoolean(tls));
  }

  private static void checkProduct(JsonNode expected, JsonNode service, boolean whole) {
    String product = text(expected, "product");
    String saidProduct = text(service, "product");
    if (product != null && (whole || saidProduct != null)) {
      assertThat(saidProduct)
          .as("product")
          .isNotNull()
          .containsPattern(Pattern.compile(product, Pattern.CASE_INSENSITIVE));
    }
    String version = text(expected, "version");
    String saidVersion = text(service, "version");
    if (version != null && (whole || saidVersion != null)) {
      assertThat(saidVersion)
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

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }
}
