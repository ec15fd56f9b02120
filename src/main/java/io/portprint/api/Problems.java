package io.portprint.api;

import io.portprint.capture.CaptureException;
import io.portprint.engine.QueueFullException;
import io.portprint.engine.ShuttingDownException;
import io.portprint.job.IdempotencyConflictException;
import io.portprint.job.InvalidCursorException;
import io.portprint.job.JobNotEndedException;
import io.portprint.job.JobNotFoundException;
import io.portprint.job.LookupTimeoutException;
import io.portprint.job.ReplayNotFoundException;
import io.portprint.job.TooManyEndpointsException;
import io.portprint.job.UnknownProtocolException;
import io.portprint.publication.PublicationException;
import io.portprint.scope.InvalidTargetException;
import io.portprint.scope.OutOfScopeException;
import io.portprint.scope.ScopeException;
import io.portprint.scope.UnresolvableHostException;
import io.portprint.webhook.WebhookException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.coyote.BadRequestException;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.util.DisconnectedClientHelper;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Turns every refusal into problem details (RFC 9457), wherever it arises: in a handler, in a
 * filter, in the security chain, or in the container.
 */
@RestControllerAdvice
class Problems {

  private static final Logger log = LoggerFactory.getLogger(Problems.class);

  /** A restart takes about as long; there is no better guess. */
  private static final Duration AFTER_RESTART = Duration.ofSeconds(30);

  /** Room comes by deletion or by expiry, neither of which is known beforehand. */
  private static final Duration WHEN_FULL = Duration.ofMinutes(1);

  private static final Duration WHEN_BUSY = Duration.ofSeconds(5);

  private final JsonMapper json;

  Problems(JsonMapper json) {
    this.json = json;
  }

  /** A refusal and the header fields that belong to it. */
  private record Answer(Problem problem, HttpHeaders headers) {

    static Answer of(Problem problem) {
      return new Answer(problem, new HttpHeaders());
    }

    static Answer retry(Problem problem, Duration after) {
      Answer answer = of(problem);
      long seconds = Math.max(1, after.plusMillis(999).toSeconds());
      answer.headers.set(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
      return answer;
    }
  }

  /**
   * Answers for an exception.
   *
   * @throws Exception the same one, where part of an answer is already under way: the container
   *     then breaks the connection off, so the client sees that the answer is not whole
   */
  @ExceptionHandler(Exception.class)
  void refuse(Exception e, HttpServletRequest request, HttpServletResponse response)
      throws Exception {
    if (DisconnectedClientHelper.isClientDisconnectedException(e)) {
      log.atDebug().addKeyValue("path", request.getRequestURI()).log("client has gone");
      return;
    }
    if (response.isCommitted()) {
      throw e;
    }
    Answer answer = answer(e, request);
    answer.headers.forEach(
        (name, values) -> values.forEach(value -> response.addHeader(name, value)));
    write(request, response, answer.problem);
  }

  /** Answers with a problem that needs no more header fields than its status asks for. */
  void write(HttpServletRequest request, HttpServletResponse response, Problem problem)
      throws IOException {
    if (problem.status() == HttpServletResponse.SC_UNAUTHORIZED) {
      response.setHeader(
          HttpHeaders.WWW_AUTHENTICATE, "ApiKey realm=\"portprint\", header=\"X-API-Key\"");
    }
    response.resetBuffer();
    response.setStatus(problem.status());
    response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    byte[] body = json.writeValueAsBytes(problem.at(path(request)));
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
    response.flushBuffer();
    log.atDebug()
        .addKeyValue("status", problem.status())
        .addKeyValue("type", problem.type())
        .addKeyValue("detail", problem.detail())
        .log("request refused");
  }

  /** What a bare status code says, where nothing more is known. */
  Problem ofStatus(int status, @Nullable String path) {
    String where = path == null ? "" : path;
    return switch (status) {
      case 400 ->
          Problem.of(ProblemType.BAD_REQUEST, "the request is not well-formed, or not allowed");
      case 404 -> Problem.of(ProblemType.NO_SUCH_PATH, "there is nothing at " + where);
      case 405 ->
          Problem.of(ProblemType.METHOD_NOT_ALLOWED, "the method is not allowed at " + where);
      case 406 -> Problem.of(ProblemType.NOT_ACCEPTABLE, "no acceptable form of the answer");
      case 413 -> Problem.of(ProblemType.BODY_TOO_LARGE, "the body is too large");
      case 415 ->
          Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, "the body's media type is not supported");
      case 500 -> Problem.of(ProblemType.UNEXPECTED, "something went wrong in the service");
      default -> {
        HttpStatus known = HttpStatus.resolve(status);
        String title = known == null ? "Refused" : known.getReasonPhrase();
        yield new Problem(
            "about:blank",
            title,
            status,
            title,
            "",
            null,
            null,
            "See the status code.",
            null,
            null,
            null,
            null,
            null,
            null);
      }
    };
  }

  private static String path(HttpServletRequest request) {
    Object original = request.getAttribute("jakarta.servlet.error.request_uri");
    return original instanceof String uri ? uri : String.valueOf(request.getRequestURI());
  }

  private Answer answer(Exception e, HttpServletRequest request) {
    return switch (e) {
      case Refusal refusal -> Answer.of(refusal.problem());
      case ScopeException refused -> Answer.of(scope(refused));
      case UnknownProtocolException unknown ->
          Answer.of(
              Problem.of(
                      ProblemType.UNKNOWN_PROTOCOL,
                      "protocols",
                      Words.quoted(unknown.name())
                          + " is none of "
                          + String.join(", ", unknown.known()))
                  .withKnown(unknown.known()));
      case InvalidCursorException _ ->
          Answer.of(
              Problem.of(
                  ProblemType.INVALID_CURSOR, "cursor", "it is not one that this list gave out"));
      case TooManyEndpointsException many ->
          Answer.of(
              Problem.of(
                      ProblemType.TOO_MANY_ENDPOINTS,
                      "the job has %,d endpoints, the limit is %,d"
                          .formatted(many.count(), many.limit()))
                  .withCount(many.count(), many.limit()));
      case IdempotencyConflictException _ ->
          Answer.of(
              Problem.of(
                  ProblemType.IDEMPOTENCY_CONFLICT,
                  JobController.IDEMPOTENCY_KEY,
                  "it was used before, with another request"));
      case JobNotFoundException missing ->
          Answer.of(Problem.of(ProblemType.NO_SUCH_JOB, text(missing)));
      case ReplayNotFoundException missing ->
          Answer.of(Problem.of(ProblemType.NO_SUCH_REPLAY, text(missing)));
      case JobNotEndedException unfinished ->
          Answer.of(Problem.of(ProblemType.JOB_NOT_ENDED, text(unfinished)));
      case QueueFullException full ->
          Answer.retry(Problem.of(ProblemType.QUEUE_FULL, text(full)), full.retryAfter());
      case ShuttingDownException down ->
          Answer.retry(Problem.of(ProblemType.SHUTTING_DOWN, text(down)), AFTER_RESTART);
      case CaptureException refused -> capture(refused);
      case PublicationException refused -> Answer.of(publication(refused));
      case WebhookException refused -> Answer.of(webhook(refused));
      case TooManyStreamsException many ->
          Answer.retry(Problem.of(ProblemType.TOO_MANY_STREAMS, text(many)), WHEN_BUSY);
      case LookupTimeoutException busy ->
          Answer.retry(Problem.of(ProblemType.BUSY, text(busy)), WHEN_BUSY);
      case AccessDeniedException denied -> throw denied;
      case HttpMessageNotReadableException unreadable -> Answer.of(unreadable(unreadable));
      case BodyTooLargeException large -> Answer.of(large.problem());
      case BadRequestException broken ->
          Answer.of(Problem.of(ProblemType.BAD_REQUEST, text(broken)));
      case InvalidParameterException _ ->
          Answer.of(Problem.of(ProblemType.BAD_REQUEST, "the query or the form can't be decoded"));
      case ErrorResponse known when known.getStatusCode().value() != 500 ->
          new Answer(
              ofStatus(known.getStatusCode().value(), request.getRequestURI()), known.getHeaders());
      default -> Answer.of(incident(e, request));
    };
  }

  private static String text(Exception e) {
    return String.valueOf(e.getMessage());
  }

  private static Problem scope(ScopeException e) {
    ProblemType type =
        switch (e) {
          case InvalidTargetException _ -> ProblemType.INVALID_TARGET;
          case OutOfScopeException _ -> ProblemType.OUT_OF_SCOPE;
          case UnresolvableHostException _ -> ProblemType.UNRESOLVABLE_HOST;
        };
    return Problem.of(type, e.field(), "'%s' %s".formatted(e.target(), e.reason()))
        .withRemedy(e.remedy());
  }

  private static Answer capture(CaptureException e) {
    return switch (e) {
      case CaptureException.NotACapture _ ->
          Answer.of(Problem.of(ProblemType.NOT_A_CAPTURE, CaptureController.FILE, text(e)));
      case CaptureException.TooLarge large ->
          Answer.of(
              Problem.of(ProblemType.CAPTURE_TOO_LARGE, CaptureController.FILE, text(e))
                  .withLimit(large.limit()));
      case CaptureException.NoRoom _ ->
          Answer.retry(Problem.of(ProblemType.CAPTURES_FULL, text(e)), WHEN_FULL);
      case CaptureException.TooManyUploads _ ->
          Answer.retry(Problem.of(ProblemType.TOO_MANY_UPLOADS, text(e)), WHEN_BUSY);
      case CaptureException.TooSlow _ ->
          Answer.of(Problem.of(ProblemType.UPLOAD_TOO_SLOW, text(e)));
      case CaptureException.NotFound _ ->
          Answer.of(Problem.of(ProblemType.NO_SUCH_CAPTURE, text(e)));
    };
  }

  private static Problem publication(PublicationException e) {
    return switch (e.reason()) {
      case OFF -> Problem.of(ProblemType.PUBLICATIONS_OFF, text(e));
      case NAME_TAKEN -> Problem.of(ProblemType.NAME_TAKEN, "name", text(e));
      case FULL -> Problem.of(ProblemType.SIGNATURES_FULL, text(e));
      case NOT_FIT -> Problem.of(ProblemType.NOT_FIT_TO_PUBLISH, "replay", text(e));
      case UNKNOWN -> Problem.of(ProblemType.NO_SUCH_SIGNATURE, "name", text(e));
      case NOT_KEPT -> Problem.of(ProblemType.SIGNATURE_NOT_KEPT, text(e));
    };
  }

  private static Problem webhook(WebhookException e) {
    return switch (e) {
      case WebhookException.Off _ -> Problem.of(ProblemType.WEBHOOKS_OFF, "webhook", text(e));
      case WebhookException.Malformed _ ->
          Problem.of(ProblemType.INVALID_VALUE, "webhook.url", text(e));
      case WebhookException.NotAllowed _ ->
          Problem.of(ProblemType.WEBHOOK_NOT_ALLOWED, "webhook.url", text(e));
    };
  }

  private Problem incident(Exception e, HttpServletRequest request) {
    String id = UUID.randomUUID().toString();
    log.atError()
        .addKeyValue("incident", id)
        .addKeyValue("method", request.getMethod())
        .addKeyValue("path", request.getRequestURI())
        .setCause(e)
        .log("request failed");
    return Problem.of(
            ProblemType.UNEXPECTED, "the service failed; its log holds the incident " + id)
        .withIncident(id);
  }

  private static Problem unreadable(HttpMessageNotReadableException e) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      switch (cause) {
        case BodyTooLargeException large -> {
          return large.problem();
        }
        case BadRequestException broken -> {
          return Problem.of(ProblemType.BAD_REQUEST, text(broken));
        }
        case UnrecognizedPropertyException unknown -> {
          return unknownField(unknown);
        }
        case MismatchedInputException mismatch -> {
          return mismatch(mismatch);
        }
        case StreamReadException malformed -> {
          return malformed(malformed);
        }
        default -> {}
      }
    }
    return e.getCause() == null
        ? Problem.of(ProblemType.MALFORMED_JSON, "the body is missing")
        : Problem.of(ProblemType.MALFORMED_JSON, "the body can't be read");
  }

  private static Problem malformed(StreamReadException e) {
    TokenStreamLocation at = e.getLocation();
    String reason = String.valueOf(e.getOriginalMessage());
    if (at == null || at.getLineNr() < 1) {
      return Problem.of(ProblemType.MALFORMED_JSON, reason);
    }
    return Problem.of(
            ProblemType.MALFORMED_JSON,
            "line %d, column %d: %s".formatted(at.getLineNr(), at.getColumnNr(), reason))
        .withPosition(at.getLineNr(), at.getColumnNr());
  }

  private static Problem unknownField(UnrecognizedPropertyException e) {
    Collection<Object> ids = e.getKnownPropertyIds();
    TreeSet<String> known = new TreeSet<>();
    if (ids != null) {
      ids.forEach(id -> known.add(String.valueOf(id)));
    }
    return positioned(
        Problem.of(
                ProblemType.UNKNOWN_FIELD,
                field(e),
                "it is none of the known fields " + String.join(", ", known))
            .withKnown(known),
        e);
  }

  private static Problem mismatch(MismatchedInputException e) {
    String field = field(e);
    if (field.isEmpty()) {
      return positioned(
          Problem.of(
              ProblemType.MALFORMED_JSON,
              "the body is not one JSON object of the form that the API document shows"),
          e);
    }
    Class<?> target = e.getTargetType();
    String wanted = "a string";
    if (target != null && Collection.class.isAssignableFrom(target)) {
      wanted = "an array of strings";
    } else if (target == Boolean.class) {
      wanted = "true or false";
    } else if (target == Integer.class) {
      wanted = "a whole number";
    } else if (target != null && target.isRecord()) {
      wanted = "an object";
    }
    return positioned(Problem.of(ProblemType.INVALID_VALUE, field, "it is not " + wanted), e);
  }

  private static Problem positioned(Problem problem, JacksonException e) {
    TokenStreamLocation at = e.getLocation();
    return at == null || at.getLineNr() < 1
        ? problem
        : problem.withPosition(at.getLineNr(), at.getColumnNr());
  }

  /** Where in the body: {@code targets[3]}. */
  private static String field(JacksonException e) {
    StringBuilder path = new StringBuilder();
    for (JacksonException.Reference step : e.getPath()) {
      if (step.getPropertyName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(shown(step.getPropertyName()));
      }
    }
    return path.toString();
  }

  /** A name that the client made up, fit to be shown. */
  private static String shown(String name) {
    String quoted = Words.quoted(name);
    return quoted.equals('\'' + name + '\'') ? name : quoted;
  }
}
