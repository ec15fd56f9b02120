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

/** Finds the port mapper of ONC RPC (RFC 1833), and programs without one, over TCP. */
@Component
final class RpcTcpProbe implements Probe {

  private final RpcExchange exchange = new RpcExchange(true);

  @Override
  public Description description() {
    return new Description(
        "rpcbind-tcp",
        RpcExchange.PROTOCOL,
        Transport.TCP,
        "ONC RPC port mapper",
        "Calls the null procedure with a fresh identifier and without credentials, requires a"
            + " reply with it, and has the registered programs listed.",
        RpcExchange.REFERENCES);
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
