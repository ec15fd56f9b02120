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
import io.portprint.signature.SignatureBook;
import java.util.List;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/** Finds STUN and TURN servers (RFC 8489, RFC 8656) over UDP. */
@Component
final class StunProbe implements Probe {

  private final StunExchange exchange;

  StunProbe(SignatureBook signatures) {
    this.exchange = new StunExchange(signatures);
  }

  @Override
  public Description description() {
    return new Description(
        "stun-udp",
        StunExchange.PROTOCOL,
        Transport.UDP,
        "STUN",
        "Sends a binding request with a fresh transaction, and requires a response with it that"
            + " tells our address; the SOFTWARE attribute names the product.",
        StunExchange.REFERENCES);
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
