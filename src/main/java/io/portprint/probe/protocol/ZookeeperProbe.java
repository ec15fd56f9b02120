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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/** Apache ZooKeeper by two of its words of four letters, each of which has an answer of its own. */
@Component
final class ZookeeperProbe implements Probe {

  private static final String PROTOCOL = "zookeeper";
  private static final Bytes SRVR = Bytes.latin1("srvr");
  private static final Pattern ANSWER =
      Pattern.compile("Zookeeper version: ([^\r\n,]{1,80})[^\r\n]*\n");
  private static final Pattern NUMBER = Pattern.compile("\\d+(?:\\.\\d+){1,3}");
  private static final Pattern MODE = Pattern.compile("\nMode: (\\w{1,20})\n");
  private static final String FORBIDDEN = " is not executed because it is not in the whitelist.";
  private static final String NOT_SERVING =
      "This ZooKeeper instance is not currently serving requests";
  private static final double ONE_WORD = 0.9;
  private static final double TWO_WORDS = 0.98;

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "Apache ZooKeeper",
        "Asks srvr for version and mode and ruok for life; each has an answer, or a refusal, of its"
            + " own.",
        List.of("https://zookeeper.apache.org/doc/current/zookeeperAdmin.html#sc_4lw"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(new Opening("zookeeper/srvr", SRVR, Set.of(2181, 2182, 2281), 5));
  }

  @Override
  public Recognition recognise(Answer answer) {
    String text = answer.received().latin1();
    Matcher said = ANSWER.matcher(text);
    boolean forbidden = text.startsWith("srvr" + FORBIDDEN);
    if (!answer.sent().equals(SRVR) || !answer.ended()) {
      return Recognition.MISMATCH;
    }
    if (!said.lookingAt() && !forbidden && !text.startsWith(NOT_SERVING)) {
      return Recognition.MISMATCH;
    }
    Matcher number = NUMBER.matcher(text);
    boolean told = said.lookingAt() && number.find() && number.end() <= said.end(1);
    String version = told ? number.group() : null;
    Finding finding =
        Claims.found(
            Claims.product(
                PROTOCOL,
                "ZooKeeper",
                version,
                List.of(
                    "cpe:2.3:a:apache:zookeeper:%s:*:*:*:*:*:*:*"
                        .formatted(version == null ? "*" : version))),
            ONE_WORD,
            answer,
            "what ZooKeeper says to srvr");
    Matcher mode = MODE.matcher(text);
    return new Recognition.Recognised(
        mode.find() ? finding.withDetail("mode", mode.group(1)) : finding);
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    Answer alive = interview.ask("zookeeper/ruok", Bytes.latin1("ruok"));
    String text = alive.received().latin1();
    if (text.equals("imok") || text.startsWith("ruok" + FORBIDDEN)) {
      return new Examination.Confirmed(
          finding
              .withConfidence(TWO_WORDS)
              .withEvidence(alive.because("has an answer of its own to ruok", List.of())));
    }
    String reason = "no answer of ZooKeeper's to ruok";
    return alive.silent()
        ? new Examination.Confirmed(finding)
        : new Examination.Refuted(reason, null, List.of(alive.because(reason, List.of())));
  }
}
