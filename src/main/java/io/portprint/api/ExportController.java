package io.portprint.api;

import io.portprint.fingerprint.Transport;
import io.portprint.job.Jobs;
import io.portprint.job.ResultFilter;
import io.portprint.job.Survey;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.time.InstantSource;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The results of a job in the forms of other tools. Written on the request's own (virtual) thread,
 * as it is read; documented with {@link ResultController#page}.
 */
@RestController
@RequestMapping(JobController.PATH + "/{id}/fingerprints")
@Hidden
class ExportController {

  private final Jobs jobs;
  private final InstantSource clock;
  private final String version;

  ExportController(Jobs jobs, InstantSource clock, ObjectProvider<BuildProperties> build) {
    this.jobs = jobs;
    this.clock = clock;
    BuildProperties known = build.getIfAvailable();
    this.version = known == null ? "unbuilt" : String.valueOf(known.getVersion());
  }

  @GetMapping(produces = FingerprintCsv.MEDIA_TYPE)
  void csv(
      @PathVariable("id") String id,
      @RequestParam(name = "state", required = false) @Nullable String state,
      @RequestParam(name = "protocol", required = false) @Nullable String protocol,
      @RequestParam(name = Forms.PARAMETER, required = false) @Nullable String format,
      Principal client,
      HttpServletResponse response)
      throws IOException {
    Forms.check(format);
    UUID job = Words.uuid("id", id);
    ResultFilter filter = new ResultFilter(Words.state("state", state), protocol);
    jobs.get(job, client.getName()); // refused while it can be: the status is sent next
    attach(response, job, FingerprintCsv.MEDIA_TYPE + ";charset=UTF-8;header=present", "csv");
    OutputStream out = response.getOutputStream();
    write(out, FingerprintCsv.HEADER);
    jobs.stream(
        job, client.getName(), filter, fingerprint -> write(out, FingerprintCsv.row(fingerprint)));
  }

  private static void write(OutputStream out, String text) {
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException clientHasGone) {
      throw new UncheckedIOException(clientHasGone);
    }
  }

  /** Grouped by host, so it can't follow the job: it holds what is there when it is asked for. */
  @GetMapping(produces = NmapXml.MEDIA_TYPE)
  void xml(
      @PathVariable("id") String id,
      @RequestParam(name = Forms.PARAMETER, required = false) @Nullable String format,
      Principal client,
      HttpServletResponse response)
      throws IOException {
    Forms.check(format);
    UUID job = Words.uuid("id", id);
    Survey survey = jobs.survey(job, client.getName());
    attach(response, job, NmapXml.MEDIA_TYPE, "xml");
    NmapXml xml = new NmapXml(response.getOutputStream(), version, clock.instant());
    Map<Transport, BitSet> ports = new EnumMap<>(Transport.class);
    for (Transport transport : Transport.values()) {
      ports.put(transport, survey.ports(transport));
    }
    xml.begin(survey.job(), ports);
    survey.forEachHost(xml::host);
    xml.end(survey.job(), survey.hosts());
  }

  private static void attach(
      HttpServletResponse response, UUID job, String mediaType, String extension) {
    response.setContentType(mediaType);
    response.setHeader(
        HttpHeaders.CONTENT_DISPOSITION,
        ContentDisposition.attachment()
            .filename("portprint-" + job + "." + extension)
            .build()
            .toString());
  }
}
