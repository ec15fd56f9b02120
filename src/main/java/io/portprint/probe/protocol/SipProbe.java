package io.portprint.probe.protocol;

import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Description;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBook;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/** Finds SIP servers (RFC 3261) over UDP by the response to OPTIONS, which repeats the call. */
@Component
final class SipProbe implements Probe {

  private static final String PROTOCOL = "sip";

  private final SignatureBook signatures;

  SipProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        "sip-udp",
        PROTOCOL,
        Transport.UDP,
        "SIP",
        "Asks for capabilities in a fresh call and requires a response that repeats it.",
        List.of("RFC 3261", "RFC 3581"));
  }

  /** Said before STUN's, which a SIP user agent may answer on the same port. */
  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(
        new Opening(
            "sip/options", SipResponse.options(random, "UDP"), Set.of(5060, 5061, 5080), 4));
  }

  @Override
  public Recognition recognise(Answer answer) {
    return SipResponse.recognise(answer, signatures);
  }
}
