package io.portprint.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tomcat's own refusals, of requests that never reach the application, as problem details instead
 * of a page of HTML.
 */
final class ProblemReportValve extends ErrorReportValve {

  private static final Logger log = LoggerFactory.getLogger(ProblemReportValve.class);

  private final Problems problems;
  private final JsonMapper json;

  ProblemReportValve(Problems problems, JsonMapper json) {
    this.problems = problems;
    this.json = json;
  }

  @Override
  protected void report(Request request, Response response, @Nullable Throwable failure) {
    int status = response.getStatus();
    if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
      return;
    }
    String path = request.getDecodedRequestURI();
    Problem problem =
        problems.ofStatus(status, path).at(path == null ? "" : request.getRequestURI());
    try {
      response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
      response
          .getReporter()
          .write(new String(json.writeValueAsBytes(problem), StandardCharsets.UTF_8));
      response.finishResponse();
    } catch (IOException | IllegalStateException e) {
      log.atDebug().addKeyValue("status", status).setCause(e).log("refusal could not be written");
    }
  }
}
