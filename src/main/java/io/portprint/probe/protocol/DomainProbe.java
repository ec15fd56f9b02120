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

/**
 * Finds name servers (RFC 1035) over UDP by a response to a question that every server can answer
 * out of itself, of whatever zones it knows: its version, class CHAOS (RFC 4892).
 */
@Component
final class DomainProbe implements Probe {

  private final DomainExchange exchange;

  DomainProbe(SignatureBook signatures) {
    this.exchange = new DomainExchange(signatures, false);
  }

  @Override
  public Description description() {
    return new Description(
        "domain-udp",
        DomainExchange.PROTOCOL,
        Transport.UDP,
        "DNS",
        "Asks version.bind of class CHAOS with a fresh identifier, and requires a response that"
            + " repeats identifier and question and is in good order.",
        DomainExchange.REFERENCES);
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
