package io.portprint.api;

import io.portprint.probe.Probe;
import io.portprint.probe.Repertoire;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Comparator;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What can be recognised. */
@RestController
@Tag(name = "Knowledge")
class ProbeController {

  private final Repertoire repertoire;

  ProbeController(Repertoire repertoire) {
    this.repertoire = repertoire;
  }

  @GetMapping(path = "/api/v1/probes", produces = MediaType.APPLICATION_JSON_VALUE)
  @Operation(
      operationId = "listProbes",
      summary = "List what can be recognised",
      description = "Every probe, those of published signatures too, by protocol and name.")
  @ApiResponse(responseCode = "200", description = "All probes.")
  @Refuses(ProblemType.UNKNOWN_PARAMETER)
  ProbeView.Page list() {
    return new ProbeView.Page(
        repertoire.probes().stream()
            .map(Probe::description)
            .map(ProbeView::of)
            .sorted(Comparator.comparing(ProbeView::protocol).thenComparing(ProbeView::name))
            .toList(),
        null);
  }
}
