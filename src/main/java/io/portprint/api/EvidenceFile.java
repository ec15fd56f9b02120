package io.portprint.api;

import io.portprint.capture.evidence.EvidenceCapture;
import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Fingerprint;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/** Evidence as a file that a client downloads. */
@Component
class EvidenceFile {

  /**
   * What Wireshark tells desktops that its files are. None is registered for pcapng, and {@code
   * application/vnd.tcpdump.pcap} is the older format's.
   */
  static final String MEDIA_TYPE = "application/x-pcapng";

  private final String application;

  EvidenceFile(ObjectProvider<BuildProperties> build) {
    BuildProperties known = build.getIfAvailable();
    this.application = "Portprint " + (known == null ? "unbuilt" : known.getVersion());
  }

  /** Written on the request's own (virtual) thread, packet by packet. */
  void send(Fingerprint fingerprint, HttpServletResponse response) throws IOException {
    EvidenceCapture capture = new EvidenceCapture(fingerprint, application);
    Endpoint endpoint = fingerprint.endpoint();
    if (capture.isEmpty()) {
      throw new Refusal(
          Problem.of(
              ProblemType.NO_EVIDENCE,
              "no evidence is kept of %s, which is %s"
                  .formatted(endpoint, Words.of(fingerprint.state()))));
    }
    response.setContentType(MEDIA_TYPE);
    response.setHeader(
        HttpHeaders.CONTENT_DISPOSITION,
        ContentDisposition.attachment().filename(name(endpoint)).build().toString());
    capture.writeTo(response.getOutputStream());
  }

  /** Without colons, which Windows allows in no name. */
  private static String name(Endpoint endpoint) {
    return "portprint-%s-%d-%s.pcapng"
        .formatted(
            endpoint.addressText().replace(':', '-'),
            endpoint.port(),
            endpoint.transport().label());
  }
}
