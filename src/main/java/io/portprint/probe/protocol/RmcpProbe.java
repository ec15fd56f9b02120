package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Description;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/**
 * Finds management controllers by the pong of the Alert Standard Format (DMTF DSP0136, section
 * 3.2.4). The ping needs no session, and no log has it.
 */
@Component
final class RmcpProbe implements Probe {

  private static final String PROTOCOL = "asf-rmcp";
  private static final Bytes PING = Bytes.hex("0600ff06 000011be 80");
  private static final Bytes PONG = Bytes.hex("0600ff06 000011be 40");
  private static final int LENGTH = 28;
  private static final double REPEATS_TAG = 0.95;

  @Override
  public Description description() {
    return new Description(
        "rmcp",
        PROTOCOL,
        Transport.UDP,
        "RMCP (IPMI, ASF)",
        "Sends a presence ping and requires a pong with its tag.",
        List.of("DMTF DSP0136", "IPMI 2.0"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    int tag = random.nextInt(1, 255);
    return List.of(
        new Opening(
            "rmcp/ping",
            PING.plus(Bytes.of((byte) tag)).plus(Bytes.hex("0000")),
            Set.of(623, 664),
            7));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Bytes sent = answer.sent();
    Bytes received = answer.received();
    boolean pong =
        sent.length() == 12
            && sent.startsWith(PING)
            && received.length() == LENGTH
            && received.startsWith(PONG)
            && received.at(9) == sent.at(9)
            && received.u16(10) == 0x0010;
    if (!pong) {
      return Recognition.MISMATCH;
    }
    return new Recognition.Recognised(
        Claims.found(Service.of(PROTOCOL), REPEATS_TAG, answer, "a presence pong with our tag")
            .withDetail("enterprise", received.u32(12))
            .withDetail("ipmi", (received.at(20) & 0x80) != 0));
  }
}
