package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Description;
import io.portprint.probe.Finding;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/**
 * Finds UPnP devices by their answer to a search sent to them alone (UPnP Device Architecture 2.0,
 * section 1.3). Nothing of the request is repeated but its target, so that a fixed answer passes.
 */
@Component
final class SsdpProbe implements Probe {

  private static final String PROTOCOL = "ssdp";
  private static final Bytes SEARCH =
      Bytes.latin1(
          "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\n"
              + "MX: 1\r\nST: upnp:rootdevice\r\n\r\n");
  private static final double FOUND = 0.89;
  private static final Pattern ANSWER =
      Pattern.compile(
          "(?is)HTTP/1\\.1 200 [^\\r"
              + "\\n"
              + "]*\\r"
              + "\\n"
              + "(?=.*\\r"
              + "\\n"
              + "ST: ?upnp:rootdevice\\r"
              + "\\n"
              + ")(?=.*\\r"
              + "\\n"
              + "USN: ?uuid:).*\\r"
              + "\\n"
              + "\\r"
              + "\\n");
  private static final Pattern SERVER =
      Pattern.compile("(?i)\\r\\nSERVER:[ \\t]*([^\\r\\n]{1,200})");

  @Override
  public Description description() {
    return new Description(
        "ssdp",
        PROTOCOL,
        Transport.UDP,
        "SSDP",
        "Searches for a root device and requires an answer with target and unique service name.",
        List.of("UPnP Device Architecture 2.0"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(new Opening("ssdp/search", SEARCH, Set.of(1900), 8));
  }

  @Override
  public Recognition recognise(Answer answer) {
    String said = answer.received().head(4096).latin1();
    if (!answer.sent().equals(SEARCH) || !ANSWER.matcher(said).matches()) {
      return Recognition.MISMATCH;
    }
    Finding finding =
        Claims.found(Service.of(PROTOCOL), FOUND, answer, "a root device answers the search");
    Matcher server = SERVER.matcher(said);
    return new Recognition.Recognised(
        server.find()
            ? finding.withDetail("server", Claims.text(Bytes.latin1(server.group(1))))
            : finding);
  }
}
