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
 * Finds key distribution centres of Kerberos 5 over datagrams by the error that a request draws.
 */
@Component
final class KerberosProbe implements Probe {

  private final KerberosExchange exchange;

  KerberosProbe(SignatureBook signatures) {
    this.exchange = new KerberosExchange(signatures, false);
  }

  @Override
  public Description description() {
    return new Description(
        "kerberos",
        KerberosExchange.PROTOCOL,
        Transport.UDP,
        "Kerberos 5",
        "Asks for a ticket of a random realm on behalf of nobody, and requires a well-formed error"
            + " with the server's time.",
        KerberosExchange.REFERENCES);
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return exchange.openings(random, 4);
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
