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

/**
 * Memcached in its text form: a version, and an error to a word that is no command. A proxy hangs
 * up on such a word, and knows no value of a random key.
 */
@Component
final class MemcachedProbe implements Probe {

  private static final String PROTOCOL = "memcache";
  private static final Bytes VERSION = Bytes.latin1("version\r\n");
  private static final Pattern ANSWER =
      Pattern.compile("VERSION (?:(\\w{1,20}) version )?(\\d[\\w.+-]{0,40})\r\n");
  private static final double VERSION_ONLY = 0.9;
  private static final double VERSION_AND_ERROR = 0.98;

  @Override
  public Description description() {
    return new Description(
        "memcached",
        PROTOCOL,
        Transport.TCP,
        "Memcached",
        "Asks for the version; then a word that is no command must be an error, or a random key"
            + " have no value.",
        List.of("https://github.com/memcached/memcached/blob/master/doc/protocol.txt"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(new Opening("memcache/version", VERSION, Set.of(11211), 3));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Matcher said = ANSWER.matcher(answer.received().latin1());
    if (!answer.sent().equals(VERSION) || !said.matches()) {
      return Claims.notYet(answer, answer.sent().equals(VERSION) && said.hitEnd());
    }
    String other = said.group(1);
    String version = said.group(2);
    return Claims.recognised(
        Claims.product(
            PROTOCOL,
            other == null ? "Memcached" : other,
            version,
            other == null
                ? List.of("cpe:2.3:a:memcached:memcached:%s:*:*:*:*:*:*:*".formatted(version))
                : List.of()),
        VERSION_ONLY,
        answer,
        "a version as memcached tells it");
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    StringBuilder word = new StringBuilder("portprint");
    interview.random().ints(6, 'a', 'z' + 1).forEach(letter -> word.append((char) letter));
    Answer answer = interview.ask("memcache/no-command", Bytes.latin1(word + "\r\n"));
    String text = answer.received().latin1();
    if (text.equals("ERROR\r\n") || text.startsWith("CLIENT_ERROR ")) {
      return new Examination.Confirmed(
          finding
              .withConfidence(VERSION_AND_ERROR)
              .withEvidence(answer.because("calls what is no command an error", List.of())));
    }
    if (answer.silent() && answer.ending() != Answer.Ending.SILENCE) {
      Answer miss = interview.ask("memcache/get", Bytes.latin1("get " + word + "\r\n"));
      if (miss.received().latin1().equals("END\r\n")) {
        return new Examination.Confirmed(
            finding
                .withConfidence(VERSION_AND_ERROR)
                .withEvidence(miss.because("has no value of a random key", List.of()))
                .withDetail("proxy", true));
      }
    }
    String reason = "no error of memcached's to what is no command";
    return new Examination.Refuted(reason, null, List.of(answer.because(reason, List.of())));
  }
}
