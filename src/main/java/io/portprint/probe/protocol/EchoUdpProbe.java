package io.portprint.probe.protocol;

import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Description;
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.probe.Interview;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import org.springframework.stereotype.Component;

/** Echo over UDP (RFC 862). */
@Component
final class EchoUdpProbe implements Probe {

  @Override
  public Description description() {
    return Echo.description(Transport.UDP);
  }

  @Override
  public Recognition recognise(Answer answer) {
    return Echo.recognise(answer);
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    return Echo.examine(finding, interview);
  }
}
