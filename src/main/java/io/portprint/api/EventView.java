package io.portprint.api;

import io.portprint.fingerprint.Fingerprint;
import io.portprint.job.Job;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** An event of a stream: its fields, of which {@code data} is JSON on one line. */
sealed interface EventView {

  String event();

  @Nullable String id();

  Object data();

  @Schema(
      name = "ProgressEvent",
      description =
          "Comes first, and whenever the counts have changed, once a second at most. It has no id.")
  record Progress(@Schema(allowableValues = "progress") String event, ProgressView data)
      implements EventView {

    static Progress of(Job job) {
      return new Progress("progress", ProgressView.of(job));
    }

    @Override
    public @Nullable String id() {
      return null;
    }
  }

  @Schema(name = "FingerprintEvent", description = "A verdict, as soon as it is there.")
  record Found(
      @Schema(allowableValues = "fingerprint") String event,
      @Schema(
              description =
                  "The position in the order of finding, from 1, whatever `state` and `protocol`"
                      + " leave out.",
              example = "17")
          String id,
      FingerprintView data)
      implements EventView {

    static Found of(long position, Fingerprint fingerprint) {
      return new Found("fingerprint", Long.toString(position), FingerprintView.of(fingerprint));
    }
  }

  @Schema(
      name = "EndEvent",
      description = "The job has ended, and every verdict was told. Nothing follows.")
  record End(
      @Schema(allowableValues = "end") String event,
      @Schema(allowableValues = LastEventId.END) String id,
      JobView data)
      implements EventView {

    static End of(Job job) {
      return new End("end", LastEventId.END, JobView.of(job));
    }
  }
}
