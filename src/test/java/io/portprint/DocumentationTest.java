package io.portprint;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the documents say is so. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class DocumentationTest {

  private static final Path METADATA =
      Path.of("target/classes/META-INF/spring-configuration-metadata.json");
  private static final Pattern METER = Pattern.compile("`(portprint\\.[a-z.]+)`");

  @LocalServerPort private int port;

  @Autowired private MeterRegistry meters;

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<String> propertyRows() throws IOException {
    JsonNode metadata = new JsonMapper().readTree(Files.readString(METADATA));
    List<String> rows = new ArrayList<>();
    for (JsonNode property : metadata.path("properties")) {
      String name = property.path("name").asString();
      if (name.startsWith("portprint.")) {
        JsonNode value = property.path("defaultValue");
        List<String> values = new ArrayList<>();
        value.forEach(one -> values.add(one.asString()));
        String text = value.isArray() ? String.join(", ", values) : value.asString("");
        rows.add("| `%s` | %s |".formatted(name, text.isEmpty() ? "" : "`" + text + "`"));
      }
    }
    return rows.stream();
  }

  @ParameterizedTest
  @MethodSource("propertyRows")
  void everyPropertyIsInTheHelpWithItsDefault(String row) {
    assertThat(read("HELP.md")).contains(row);
  }

  @Test
  void everyMeterOfTheHelpExistsAndEveryMeterIsThere() {
    String help = read("HELP.md");
    String table = help.substring(help.indexOf("## Metrics"), help.indexOf("## Benchmarks"));
    List<String> documented =
        METER.matcher(table).results().map(found -> found.group(1)).sorted().toList();
    List<String> existing =
        meters.getMeters().stream()
            .map(meter -> meter.getId().getName())
            .filter(name -> name.startsWith("portprint."))
            .distinct()
            .sorted()
            .toList();
    assertThat(documented).containsExactlyElementsOf(existing);
  }

  @Test
  void theJobOfTheReadmeIsAccepted() throws IOException, InterruptedException {
    Matcher body = Pattern.compile("-d '(\\{.*?})'").matcher(read("README.md"));
    assertThat(body.find()).isTrue();

    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(uri("/api/v1/jobs"))
                .header("Content-Type", "application/json")
                .header("Prefer", "wait=60")
                .POST(HttpRequest.BodyPublishers.ofString(body.group(1))));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("\"state\":\"completed\"");
  }

  @Test
  void theLookUpOfTheReadmeFindsTheServiceItself() throws IOException, InterruptedException {
    String path = "/api/v1/fingerprints/127.0.0.1/";
    assertThat(read("README.md")).contains("http://127.0.0.1:8080" + path + "8080");

    HttpResponse<String> answer = send(HttpRequest.newBuilder(uri(path + port)));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("\"protocol\":\"http\"");
  }

  private static HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), BodyHandlers.ofString());
    }
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }
}
