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
import org.springframework.stereotype.Component;

/**
 * Finds TFTP servers (RFC 1350) that refuse a read request of a file that can't be there from the
 * port that was asked. The protocol lets servers answer from a port of their own choice, and most
 * do; a connected socket never hears those. No write request is ever sent.
 */
@Component
final class TftpProbe implements Probe {

  private static final String PROTOCOL = "tftp";
  private static final int ERROR = 5;
  private static final int MOST_CODE = 8;
  private static final double REFUSAL = 0.85;

  @Override
  public Description description() {
    return new Description(
        "tftp",
        PROTOCOL,
        Transport.UDP,
        "TFTP",
        "Asks for a file of a random name and requires an error message in good order.",
        List.of("RFC 1350", "RFC 2347"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    StringBuilder name = new StringBuilder();
    random.ints(12, 'a', 'z' + 1).forEach(letter -> name.append((char) letter));
    return List.of(
        new Opening("tftp/absent", Bytes.latin1("\0\u0001" + name + "\0octet\0"), Set.of(69), 8));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Bytes received = answer.received();
    String sent = answer.sent().latin1();
    if (!sent.startsWith("\0\u0001") || !sent.endsWith("\0octet\0") || received.length() < 6) {
      return Recognition.MISMATCH;
    }
    String text = received.slice(4, received.length() - 1).latin1();
    boolean error =
        received.u16(0) == ERROR
            && received.u16(2) <= MOST_CODE
            && received.at(received.length() - 1) == 0
            && text.chars().allMatch(one -> one >= ' ' && one < 0x7f);
    if (!error) {
      return Recognition.MISMATCH;
    }
    Finding finding =
        Claims.found(Service.of(PROTOCOL), REFUSAL, answer, "an error message to a read request");
    return new Recognition.Recognised(finding.withDetail("error", text));
  }
}
