package io.portprint.api;

import io.portprint.api.FingerprintView.EndpointView;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Service;
import io.portprint.job.Difference;
import io.portprint.job.Differences;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A difference between two jobs as a client reads it. */
@Schema(name = "Difference", description = "An endpoint that two jobs found different.")
record DiffView(
    @Schema(
            description =
                "`appeared`: open after, and probed before without being open. `vanished`: the"
                    + " reverse. `changed`: open in both, with something else behind it.",
            allowableValues = {"appeared", "vanished", "changed"})
        String change,
    EndpointView endpoint,
    @Schema(
            description =
                "What differs of `protocol`, `product`, `version`, `tls` and `impostor`, where the"
                    + " endpoint is open in both jobs; else empty.")
        List<String> fields,
    SideView before,
    SideView after) {

  @Schema(name = "DifferenceSide", description = "What one of the jobs found there.")
  record SideView(
      @Schema(
              description =
                  "What the endpoint does. `filtered` and `openOrFiltered` are silence, which one"
                      + " lost packet can be too.",
              allowableValues = {"open", "closed", "filtered", "openOrFiltered", "unreachable"})
          String state,
      @Schema(description = "Null where it is unknown, or the endpoint is not open.")
          @Nullable String protocol,
      @Nullable String product,
      @Nullable String version,
      @Schema(description = "Whether the protocol is spoken inside TLS from the first byte.")
          boolean tls,
      @Schema(
              description =
                  "What an impostor claims to be, `anything` where it claims nothing in particular;"
                      + " null of what is none.")
          @Nullable String impostor,
      @Schema(description = "When the probing ended; null of closed endpoints.")
          @Nullable Instant observedAt) {

    static SideView of(Difference.Side side) {
      Fingerprint fingerprint = side.fingerprint();
      Service service = fingerprint == null ? null : fingerprint.service();
      Service known = service == null ? Service.UNKNOWN : service;
      return new SideView(
          Words.of(side.state()),
          known.protocol(),
          known.product(),
          known.version(),
          known.tls(),
          fingerprint == null ? null : FingerprintCsv.claim(fingerprint.impostor()),
          fingerprint == null ? null : Words.millis(fingerprint.observedAt()));
    }
  }

  @Schema(
      name = "DifferenceCounts",
      description = "How many endpoints there are of each kind, whichever of them are listed.")
  record Counts(
      @Schema(minimum = "0") long appeared,
      @Schema(minimum = "0") long vanished,
      @Schema(minimum = "0") long changed,
      @Schema(description = "Open in both, and no field differs.", minimum = "0") long unchanged,
      @Schema(
              description =
                  "Open before, and the later job has no verdict: it did not ask for the endpoint,"
                      + " was cut off before it, or could not keep the verdict.",
              minimum = "0")
          long onlyInBefore,
      @Schema(
              description = "Open after, and the earlier job has no verdict, likewise.",
              minimum = "0")
          long onlyInAfter) {}

  @Schema(name = "DifferencePage", description = "A stretch of the list of differences.")
  record Page(
      Counts counts,
      List<DiffView> items,
      @Schema(description = "What to pass as `cursor` for the next page; null at the end.")
          @Nullable String nextCursor) {}

  static DiffView of(Difference difference) {
    return new DiffView(
        Words.of(difference.change()),
        EndpointView.of(difference.endpoint()),
        difference.fields().stream().map(Words::of).toList(),
        SideView.of(difference.before()),
        SideView.of(difference.after()));
  }

  static Page page(Differences differences) {
    Differences.Counts counts = differences.counts();
    return new Page(
        new Counts(
            counts.appeared(),
            counts.vanished(),
            counts.changed(),
            counts.unchanged(),
            counts.onlyInBefore(),
            counts.onlyInAfter()),
        differences.items().stream().map(DiffView::of).toList(),
        differences.nextCursor());
  }
}
