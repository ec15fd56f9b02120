package io.portprint.api;

import io.portprint.job.Job;
import io.portprint.job.JobNotice;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Writes notices as clients read jobs. */
@Component
final class JobNoticeWriter implements JobNotice {

  private final JsonMapper json;

  JobNoticeWriter(JsonMapper json) {
    this.json = json;
  }

  @Override
  public byte[] write(UUID id, Job job) {
    Instant ended = Objects.requireNonNullElse(job.finishedAt(), job.createdAt());
    return json.writeValueAsBytes(
        new JobNoticeView(id, JobNoticeView.ENDED, Words.millis(ended), JobView.of(job)));
  }
}
