package io.portprint.probe.protocol;

import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Description;
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.probe.Interview;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import java.util.List;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/**
 * Finds OpenVPN over TCP by its answer to a client's hard reset, which acknowledges our session.
 */
@Component
final class OpenVpnTcpProbe implements Probe {

  private final OpenVpnExchange exchange = new OpenVpnExchange(true);

  @Override
  public Description description() {
    return new Description(
        "openvpn-tcp",
        OpenVpnExchange.PROTOCOL,
        Transport.TCP,
        "OpenVPN",
        "Sends a client's hard reset and requires a server's that acknowledges our session; then"
            + " tells products apart by a session that begins with another key.",
        OpenVpnExchange.REFERENCES);
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return exchange.openings(random);
  }

  @Override
  public Recognition recognise(Answer answer) {
    return exchange.recognise(answer);
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    return exchange.examine(finding, interview);
  }
}
