package io.portprint.api;

import io.portprint.api.FingerprintView.EndpointView;
import io.portprint.api.FingerprintView.EvidenceView;
import io.portprint.api.FingerprintView.ServiceView;
import io.portprint.api.FingerprintView.SpanView;
import io.portprint.fingerprint.Bytes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The examples of the API document. Requests aim at the service itself, so that they get a real
 * answer on default settings; answers are made of the types that real ones are made of.
 */
final class Examples {

  /** Requests by name, the simplest first; each can be posted as it is. */
  static final List<Map.Entry<String, String>> JOB_REQUESTS =
      List.of(
          Map.entry(
              "The service itself",
              """
              {"targets": ["127.0.0.1"], "ports": "8080"}\
              """),
          Map.entry(
              "Single endpoints, two protocols, quickly",
              """
              {"endpoints": ["127.0.0.1:8080/tcp", "127.0.0.1:8080/udp"], "protocols": ["http", "skype"],
               "effort": "quick"}\
              """),
          Map.entry(
              "Several ports, probed afresh, within a minute",
              """
              {"targets": ["127.0.0.1"], "ports": "21,80,8080-8090,U:53", "maxAge": "PT0S", "deadline": "PT1M"}\
              """),
          Map.entry(
              "The common ports, and one more",
              """
              {"targets": ["127.0.0.1"], "ports": "top-100,8099", "effort": "quick"}\
              """),
          Map.entry(
              "A block without some of its addresses",
              """
              {"targets": ["127.0.0.0/29"], "ports": "8080", "exclude": ["127.0.0.0", "127.0.0.4-127.0.0.7"]}\
              """),
          Map.entry(
              "Every address of a name",
              """
              {"targets": ["localhost"], "ports": "8080", "allAddresses": true}\
              """));

  private static final Instant THEN = Instant.parse("2026-11-22T20:00:00Z");

  private Examples() {}

  static JobView job() {
    return new JobView(
        UUID.fromString("0198f3c2-7b1e-7cc3-98c4-dc0c0c07398f"),
        "completed",
        THEN,
        THEN.plusMillis(2),
        THEN.plusMillis(73),
        THEN.plusMillis(73).plusSeconds(3600),
        null,
        null,
        null,
        null,
        new JobView.Counts(1, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0));
  }

  static EstimateView estimate() {
    return new EstimateView(
        65_536, 256, new EstimateView.ByTransport(65_280, 256), true, "PT6.554S", "PT1M56S");
  }

  static FingerprintView fingerprint() {
    Bytes greeting = Bytes.latin1("220 (vsFTPd 3.0.3)\r\n");
    return new FingerprintView(
        new EndpointView("127.0.0.1", "127.0.0.1", 20_017, "tcp"),
        "open",
        new ServiceView(
            "ftp",
            "vsFTPd",
            "3.0.3",
            null,
            null,
            null,
            null,
            List.of("cpe:2.3:a:vsftpd_project:vsftpd:3.0.3:*:*:*:*:*:*:*"),
            false),
        0.99,
        List.of(),
        null,
        null,
        Map.of("features", List.of("EPRT", "EPSV")),
        List.of(
            new EvidenceView(
                "greeting",
                new byte[0],
                greeting.toArray(),
                greeting.escaped(),
                "ftp/vsftpd",
                List.of(new SpanView(0, 18)),
                "greeting names vsFTPd",
                0.4,
                false)),
        THEN,
        3.1,
        false);
  }

  static ProbeView probe() {
    return new ProbeView(
        "skype-udp",
        "skype",
        "udp",
        "Skype (peer-to-peer)",
        "Sends datagrams that a node can't decrypt, and checks the NAck that tells the sender its"
            + " own address.",
        List.of("Biondi and Desclaux, Silver Needle in the Skype (2006)"));
  }
}
