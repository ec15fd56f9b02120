package io.portprint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portprint.engine.QueueFullException;
import io.portprint.engine.ShuttingDownException;
import io.portprint.job.LookupTimeoutException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ProblemsTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Problems problems = new Problems(JSON);
  private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/api/v1/jobs");
  private final MockHttpServletResponse response = new MockHttpServletResponse();

  record Row(Exception refusal, int status, String type, String retryAfter) {}

  static List<Row> comeAgain() {
    return List.of(
        new Row(new QueueFullException("full", Duration.ofMillis(1)), 429, "queue-full", "1"),
        new Row(new QueueFullException("full", Duration.ofMillis(5001)), 429, "queue-full", "6"),
        new Row(new ShuttingDownException(), 503, "shutting-down", "30"),
        new Row(new LookupTimeoutException(), 503, "busy", "5"));
  }

  @ParameterizedTest
  @MethodSource("comeAgain")
  void someRefusalsSayWhenToComeAgain(Row row) throws Exception {
    problems.refuse(row.refusal(), request, response);

    assertThat(response.getStatus()).isEqualTo(row.status());
    assertThat(response.getHeader("Retry-After")).isEqualTo(row.retryAfter());
    assertThat(body().path("type").asString()).isEqualTo("/problems/" + row.type());
  }

  @Test
  @ExtendWith(OutputCaptureExtension.class)
  void aDefectIsLoggedUnderAnIdAndNotShown(CapturedOutput output) throws Exception {
    problems.refuse(new IllegalStateException("inner workings"), request, response);

    assertThat(response.getStatus()).isEqualTo(500);
    assertThat(response.getContentAsString()).doesNotContain("inner workings", "IllegalState");
    assertThat(output).contains("inner workings");
    assertThat(body().path("incident").asString()).matches("[0-9a-f-]{36}");
  }

  @Test
  void anAnswerUnderWayIsBrokenOff() {
    response.setCommitted(true);
    IllegalStateException defect = new IllegalStateException();

    assertThatThrownBy(() -> problems.refuse(defect, request, response)).isSameAs(defect);
  }

  @Test
  void aClientThatHasGoneIsNotAnswered() throws Exception {
    problems.refuse(new IOException("Broken pipe"), request, response);

    assertThat(response.getContentAsByteArray()).isEmpty();
  }

  @Test
  void aStatusWithoutATypeOfItsOwnIsStillAProblem() throws Exception {
    problems.write(request, response, problems.ofStatus(431, null));

    assertThat(response.getContentType()).isEqualTo("application/problem+json");
    assertThat(body().path("type").asString()).isEqualTo("about:blank");
    assertThat(body().path("status").asInt()).isEqualTo(431);
  }

  private JsonNode body() throws Exception {
    return JSON.readTree(response.getContentAsString());
  }
}
