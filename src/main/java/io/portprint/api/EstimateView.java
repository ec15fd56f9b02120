package io.portprint.api;

import io.portprint.job.Estimate;
import io.portprint.scope.Census;
import io.swagger.v3.oas.annotations.media.Schema;

/** What a job would be, as a client reads it. */
@Schema(
    name = "JobEstimate",
    description = "What a job would be. Nothing was accepted, and nothing was sent to a target.")
record EstimateView(
    @Schema(description = "All endpoints of the job.", minimum = "1") long endpoints,
    @Schema(
            description = "Different addresses among them; two names of one address are one host.",
            minimum = "1")
        long hosts,
    ByTransport byTransport,
    @Schema(
            description =
                "Whether it would be accepted now. If not, it would be refused with `queue-full`.")
        boolean admissible,
    @Schema(
            description =
                "How long it would take if every endpoint refused at once: what the limits on rates"
                    + " allow, or the machine itself on loopback. An ISO 8601 duration.",
            format = "duration",
            example = "PT6.554S")
        String fastest,
    @Schema(
            description =
                "How long it would take if no endpoint answered, however early a `deadline` cuts it"
                    + " off. Open ones take longer, up to the time of the `effort` each; other jobs"
                    + " are not reckoned with. An ISO 8601 duration.",
            format = "duration",
            example = "PT1M56S")
        String slowest) {

  @Schema(name = "EndpointsByTransport", description = "The endpoints of each transport.")
  record ByTransport(
      @Schema(description = "Those of TCP.", minimum = "0") long tcp,
      @Schema(description = "Those of UDP.", minimum = "0") long udp) {}

  static EstimateView of(Estimate estimate) {
    Census census = estimate.census();
    return new EstimateView(
        census.tcp() + census.udp(),
        census.hosts(),
        new ByTransport(census.tcp(), census.udp()),
        estimate.admissible(),
        Words.wholeMillis(estimate.fastest()),
        Words.wholeMillis(estimate.slowest()));
  }
}
