package io.portprint.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The API document: it does not change by accident, and what it shows can be done. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class OpenApiTest {

  /** Set to {@code true}, it makes the document as it is now the one that is expected. */
  private static final String ACCEPT = "portprint.openapi.accept";

  private static final Path ACCEPTED = Path.of("src/test/resources/openapi.json");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(
              SerializationFeature.INDENT_OUTPUT, SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  @LocalServerPort private int port;
  private Caller caller;

  @BeforeEach
  void connect() {
    caller = new Caller(port);
  }

  private JsonNode document() {
    return caller.get("/v3/api-docs").json();
  }

  @Test
  void changesOnPurposeOnly() throws IOException {
    ObjectNode document = (ObjectNode) document();
    document.putArray("servers");
    ((ObjectNode) document.path("info")).put("version", "0");
    // read as maps, so that the members are sorted
    String now =
        JSON.writeValueAsString(JSON.convertValue(document, TreeMap.class)).replace("\r\n", "\n")
            + "\n";

    if (Boolean.getBoolean(ACCEPT)) {
      Files.writeString(ACCEPTED, now);
    }

    assertThat(now)
        .as(
            "The API document has changed. If that is meant, accept it with"
                + " ./mvnw -Dtest=OpenApiTest -D%s=true test, and commit %s.",
            ACCEPT, ACCEPTED)
        .isEqualTo(accepted());
  }

  private static String accepted() throws IOException {
    try (InputStream stream = Files.newInputStream(ACCEPTED)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    }
  }

  @Test
  void everyRequestExampleGetsADocumentedAnswer() {
    JsonNode submit = document().at("/paths/~1api~1v1~1jobs/post");
    JsonNode examples = submit.at("/requestBody/content/application~1json/examples");
    assertThat(examples.size()).isGreaterThanOrEqualTo(3);

    examples
        .properties()
        .forEach(
            example -> {
              Caller.Reply reply =
                  caller.post("/api/v1/jobs", example.getValue().path("value").toString());

              assertThat(reply.status()).as(example.getKey() + reply.body()).isEqualTo(202);
              assertThat(submit.path("responses").has("202")).isTrue();
            });
  }

  @Test
  void theLookUpOfTheExampleIsAnswered() {
    JsonNode parameters =
        document().at("/paths/~1api~1v1~1fingerprints~1{host}~1{port}/get/parameters");
    String host = parameters.path(0).path("example").asString();
    String example = parameters.path(1).path("example").asString();

    assertThat(caller.get("/api/v1/fingerprints/%s/%s".formatted(host, example)).status())
        .isEqualTo(200);
  }

  @Test
  void theExamplesOfAnswersHaveEveryMember() {
    JsonNode schemas = document().at("/components/schemas");

    for (String name : List.of("Job", "JobEstimate", "Fingerprint", "Probe")) {
      JsonNode schema = schemas.path(name);
      assertThat(schema.path("example").propertyNames())
          .as(name)
          .containsExactlyInAnyOrderElementsOf(schema.path("properties").propertyNames())
          .containsExactlyInAnyOrderElementsOf(strings(schema.path("required")));
    }
  }

  @Test
  void whatCanBeNullSaysSo() {
    JsonNode schemas = document().at("/components/schemas");

    assertThat(strings(schemas.at("/Service/properties/protocol/type"))).contains("null");
    assertThat(schemas.at("/Fingerprint/properties/service/oneOf/1/type").asString())
        .isEqualTo("null");
    assertThat(schemas.at("/Job/properties/createdAt/type").asString()).isEqualTo("string");
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    JsonNode document = document();

    for (JsonNode reference : document.findValues("$ref")) {
      assertThat(document.at(reference.asString().substring(1)).isMissingNode())
          .as(reference.asString())
          .isFalse();
    }
  }

  private static List<String> strings(JsonNode array) {
    List<String> strings = new ArrayList<>();
    array.forEach(one -> strings.add(one.asString()));
    return strings;
  }
}
