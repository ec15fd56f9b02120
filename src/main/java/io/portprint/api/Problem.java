package io.portprint.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A refusal as the client reads it (RFC 9457). Members that say nothing are left out. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
    name = "Problem",
    description = "A refusal, as problem details (RFC 9457). Members that don't apply are absent.")
record Problem(
    @Schema(
            description =
                "The kind of problem: stable, and documented at this path of the service.",
            format = "uri-reference",
            example = "/problems/invalid-value")
        String type,
    @Schema(description = "The kind of problem, for people.", example = "A value is not valid")
        String title,
    @Schema(description = "The HTTP status code.", example = "400") int status,
    @Schema(description = "What is wrong with this request.", example = "limit: 0 is out of 1..500")
        String detail,
    @Schema(
            description = "The path that was asked for.",
            format = "uri-reference",
            example = "/api/v1/jobs")
        String instance,
    @Schema(description = "The field, parameter or header that is wrong.", example = "limit")
        @Nullable String field,
    @Schema(description = "Why it is wrong.", example = "0 is out of 1..500")
        @Nullable String reason,
    @Schema(
            description = "What to do about it.",
            example = "Correct the value that the problem names.")
        String remedy,
    @Schema(description = "What would be known in its place.") @Nullable List<String> known,
    @Schema(description = "How many there are.") @Nullable Long count,
    @Schema(description = "How many there may be.") @Nullable Long limit,
    @Schema(description = "Line of the body, from 1.") @Nullable Integer line,
    @Schema(description = "Column of that line, from 1.") @Nullable Integer column,
    @Schema(description = "What the service logged the incident as.") @Nullable String incident) {

  static Problem of(ProblemType type, String detail) {
    return new Problem(
        type.uri(),
        type.title(),
        type.status(),
        detail,
        "",
        null,
        null,
        type.remedy(),
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** A problem with one part of the request, which is named by its field, parameter or header. */
  static Problem of(ProblemType type, String field, String reason) {
    return of(type, field + ": " + reason).with(field, reason);
  }

  private Problem with(String name, String why) {
    return new Problem(
        type, title, status, detail, instance, name, why, remedy, known, count, limit, line, column,
        incident);
  }

  Problem at(String path) {
    return new Problem(
        type, title, status, detail, path, field, reason, remedy, known, count, limit, line, column,
        incident);
  }

  Problem withRemedy(String advice) {
    return new Problem(
        type, title, status, detail, instance, field, reason, advice, known, count, limit, line,
        column, incident);
  }

  Problem withKnown(Collection<String> names) {
    return new Problem(
        type,
        title,
        status,
        detail,
        instance,
        field,
        reason,
        remedy,
        List.copyOf(names),
        count,
        limit,
        line,
        column,
        incident);
  }

  Problem withCount(long there, long most) {
    return new Problem(
        type, title, status, detail, instance, field, reason, remedy, known, there, most, line,
        column, incident);
  }

  Problem withLimit(long most) {
    return new Problem(
        type, title, status, detail, instance, field, reason, remedy, known, count, most, line,
        column, incident);
  }

  Problem withPosition(int atLine, int atColumn) {
    return new Problem(
        type, title, status, detail, instance, field, reason, remedy, known, count, limit, atLine,
        atColumn, incident);
  }

  Problem withIncident(String id) {
    return new Problem(
        type, title, status, detail, instance, field, reason, remedy, known, count, limit, line,
        column, id);
  }
}
