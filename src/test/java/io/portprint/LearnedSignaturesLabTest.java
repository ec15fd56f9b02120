package io.portprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.portprint.probe.Probe;
import io.portprint.probe.Repertoire;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Protocols that the book is made to forget, learned anew over REST from one request to a real
 * server, and published: then looked for, time and again, on the ports of all other servers and
 * decoys.
 */
@EnabledIfEnvironmentVariable(
    named = "PORTPRINT_LAB_TRUTH",
    matches = ".+",
    disabledReason = "PORTPRINT_LAB_TRUTH names no truth table: no lab of real servers is up")
@EnabledIfEnvironmentVariable(
    named = "PORTPRINT_LAB_TWINS",
    matches = ".+",
    disabledReason = "PORTPRINT_LAB_TWINS names no truth table: no second lab to learn from is up")
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = "portprint.exchanges.clients=anonymous")
class LearnedSignaturesLabTest {

  /**
   * A protocol to be learned.
   *
   * @param row of the servers that it is learned from
   * @param turn what is said to it
   */
  private record Lesson(String protocol, String row, String turn) {}

  private static final List<Lesson> LESSONS =
      List.of(
          new Lesson(
              "skype", "skype-udp", "{\"hex\": \"924002a16665ea0d8c82c30c27cdc5e74e78fea150a6\"}"),
          new Lesson(
              "stun", "coturn-udp", "{\"hex\": \"000100002112a442b7e7a701bc34d686fa87dfae\"}"),
          new Lesson(
              "bittorrent-udp-tracker",
              "opentracker-udp",
              "{\"hex\": \"0000041727101980000000005e2a91c7\"}"),
          new Lesson(
              "memcache", "memcached-udp", "{\"hex\": \"1f8a00000001000076657273696f6e0d0a\"}"),
          new Lesson("redis", "redis", "{\"text\": \"INFO server\\r\\n\"}"));

  private static final Duration SOON = Duration.ofMinutes(2);
  private static final int ROUNDS = rounds(100);

  /** Decoys hold on to who talks to them over TCP, so each round takes long. */
  private static final int ROUNDS_OVER_TCP = rounds(2);

  private static int rounds(int otherwise) {
    String wanted = System.getenv("PORTPRINT_LAB_ROUNDS");
    return wanted == null ? otherwise : Integer.parseInt(wanted);
  }

  @TempDir private static Path folder;

  @LocalServerPort private int port;

  private final JsonMapper json = new JsonMapper();
  private final HttpClient client = HttpClient.newHttpClient();

  @DynamicPropertySource
  static void keep(DynamicPropertyRegistry registry) {
    registry.add("portprint.publications.folder", folder::toString);
  }

  @TestConfiguration
  static class Forgetful {

    @Bean
    @Primary
    Repertoire without(List<Probe> probes) {
      Set<String> forgotten = Set.copyOf(LESSONS.stream().map(Lesson::protocol).toList());
      return new Repertoire(
          probes.stream()
              .filter(probe -> !forgotten.contains(probe.description().protocol()))
              .toList());
    }
  }

  @TestFactory
  Stream<DynamicTest> isRecognisedElsewhereAndNothingElseIs()
      throws IOException, InterruptedException {
    JsonNode truth = json.readTree(Path.of(System.getenv("PORTPRINT_LAB_TRUTH")));
    List<JsonNode> twins = new ArrayList<>();
    for (String table : System.getenv("PORTPRINT_LAB_TWINS").split(":")) {
      json.readTree(Path.of(table)).forEach(twins::add);
    }
    for (Lesson lesson : LESSONS) {
      List<String> servers =
          twins.stream()
              .filter(row -> row.path("id").asString().equals(lesson.row()))
              .map(LearnedSignaturesLabTest::endpoint)
              .toList();
      learn(lesson, servers);
    }
    Map<String, Map<String, Integer>> said = new HashMap<>();
    for (String transport : List.of("udp", "tcp")) {
      List<String> endpoints =
          truth
              .valueStream()
              .map(LearnedSignaturesLabTest::endpoint)
              .filter(one -> one.endsWith(transport))
              .toList();
      for (int i = 0; i < (transport.equals("udp") ? ROUNDS : ROUNDS_OVER_TCP); i++) {
        look(endpoints)
            .forEach(
                (endpoint, name) ->
                    said.computeIfAbsent(endpoint, _ -> new HashMap<>())
                        .merge(name, 1, Integer::sum));
      }
    }
    return truth
        .valueStream()
        .map(row -> dynamicTest(row.path("id").asString(), () -> check(row, said)));
  }

  private static void check(JsonNode row, Map<String, Map<String, Integer>> said) {
    boolean udp = row.path("transport").asString().equals("udp");
    Map<String, Integer> names = said.getOrDefault(endpoint(row), Map.of());
    for (Lesson lesson : LESSONS) {
      boolean learnedFromItsTwin = row.path("id").asString().equals(lesson.row());
      List<String> accepted =
          row.path("expect").path("protocol").valueStream().map(JsonNode::asString).toList();
      int times = names.getOrDefault(lesson.protocol(), 0);
      if (learnedFromItsTwin) {
        assertThat(times).as("%s in %s", lesson, names).isEqualTo(udp ? ROUNDS : ROUNDS_OVER_TCP);
      } else if (!accepted.contains(lesson.protocol())) {
        assertThat(times).as("%s in %s", lesson, names).isZero();
      }
    }
  }

  private static String endpoint(JsonNode row) {
    return "127.0.0.1:%d/%s".formatted(row.path("port").asInt(), row.path("transport").asString());
  }

  private void learn(Lesson lesson, List<String> servers) throws IOException, InterruptedException {
    JsonNode replay =
        post(
            "/api/v1/replays",
            202,
            """
            {"endpoint": "%s", "alsoAt": %s, "turns": [%s], "pace": "PT0S", "patience": "PT1S"}
            """
                .formatted(
                    servers.getFirst(),
                    json.writeValueAsString(servers.subList(1, servers.size())),
                    lesson.turn()));
    String path = "/api/v1/replays/" + replay.path("id").asString();
    await().atMost(SOON).until(() -> !get(path).path("state").asString().equals("running"));
    post(
        "/api/v1/signatures",
        201,
        """
        {"replay": "%s", "name": "learned-%s", "protocol": "%s"}
        """
            .formatted(replay.path("id").asString(), lesson.protocol(), lesson.protocol()));
  }

  /** What each endpoint is called where nothing but what was learned is looked for. */
  private Map<String, String> look(List<String> endpoints)
      throws IOException, InterruptedException {
    List<String> protocols = new ArrayList<>();
    LESSONS.forEach(lesson -> protocols.add(lesson.protocol()));
    JsonNode job =
        post(
            "/api/v1/jobs",
            202,
            json.writeValueAsString(
                Map.of("endpoints", endpoints, "maxAge", "PT0S", "protocols", protocols)));
    HttpRequest stream =
        HttpRequest.newBuilder(uri("/api/v1/jobs/" + job.path("id").asString() + "/fingerprints"))
            .header("Accept", "application/x-ndjson")
            .build();
    Map<String, String> names = new HashMap<>();
    client
        .send(stream, BodyHandlers.ofLines())
        .body()
        .filter(line -> !line.isBlank())
        .map(json::readTree)
        .forEach(
            verdict ->
                names.put(
                    endpoint(verdict.path("endpoint")),
                    verdict.path("service").path("protocol").asString("none")));
    return names;
  }

  private JsonNode post(String path, int status, String body)
      throws IOException, InterruptedException {
    var reply =
        client.send(
            HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(status);
    return json.readTree(reply.body());
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    return json.readTree(
        client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString()).body());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }
}
