package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
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
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/**
 * The Erlang port mapper: its list of names begins with its own port, which nobody else repeats.
 */
@Component
final class EpmdProbe implements Probe {

  private static final String PROTOCOL = "epmd";
  private static final Bytes NAMES = Bytes.hex("0001 6e");
  private static final Pattern LIST =
      Pattern.compile("(?:name [^ \r\n]{1,255} at port \\d{1,5}\n)*");
  private static final Pattern NAME =
      Pattern.compile("name ([^ \r\n]{1,255}) at port (\\d{1,5})\n");
  private static final int MOST_NAMES = 32;
  private static final double FITS = 0.6;
  private static final double ANOTHER_PORT = 0.7;
  private static final double OWN_PORT = 0.97;

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "Erlang port mapper",
        "Asks for the names of the registered nodes, which come after the mapper's own port.",
        List.of("https://www.erlang.org/doc/apps/erts/erl_dist_protocol.html#epmd-protocol"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(new Opening("epmd/names", NAMES, Set.of(4369), 5));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Bytes received = answer.received();
    if (!answer.sent().equals(NAMES)
        || answer.ending() != Answer.Ending.CLOSED
        || received.length() < 4
        || received.u32(0) < 1
        || received.u32(0) > 65535
        || !LIST.matcher(received.latin1().substring(4)).matches()) {
      return Recognition.MISMATCH;
    }
    return new Recognition.Suspected(
        Claims.found(
            Claims.product(
                PROTOCOL, "epmd", null, List.of("cpe:2.3:a:erlang:erlang\\/otp:*:*:*:*:*:*:*:*")),
            FITS,
            answer,
            "a port number and a list of names"));
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    Bytes received = interview.first().received();
    boolean own = received.u32(0) == interview.endpoint().port();
    if (!own && received.length() == 4) {
      String reason = "names a port that is not its own, and nothing else";
      return new Examination.Refuted(
          reason, null, List.of(interview.first().because(reason, List.of())));
    }
    List<String> names =
        NAME.matcher(received.latin1())
            .results()
            .limit(MOST_NAMES)
            .map(one -> Claims.text(Bytes.latin1(one.group(1))) + ":" + one.group(2))
            .toList();
    return new Examination.Confirmed(
        finding
            .withConfidence(own ? OWN_PORT : ANOTHER_PORT)
            .withDetail("nodes", names)
            .withDetail("ownPort", received.u32(0)));
  }
}
