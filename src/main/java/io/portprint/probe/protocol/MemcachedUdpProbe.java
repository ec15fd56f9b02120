package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Conversation;
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
 * Finds memcached over UDP: a frame header that repeats the request's identifier, and a version
 * (doc/protocol.txt of memcached). A word that is no command must draw an error afterwards.
 */
@Component
final class MemcachedUdpProbe implements Probe {

  private static final String PROTOCOL = "memcache";
  private static final Bytes FIRST_AND_ONLY = Bytes.hex("0000 0001 0000");
  private static final Bytes VERSION = Bytes.latin1("version\r\n");
  private static final Pattern ANSWER = Pattern.compile("VERSION (\\d[\\w.+-]{0,40})[^\r\n]*\r\n");
  private static final double VERSION_ONLY = 0.95;
  private static final double VERSION_AND_ERROR = 0.99;

  @Override
  public Description description() {
    return new Description(
        "memcached-udp",
        PROTOCOL,
        Transport.UDP,
        "Memcached",
        "Asks for the version in a frame with a fresh identifier, and requires an answer with that"
            + " identifier; then a word that is no command must be an error.",
        List.of("https://github.com/memcached/memcached/blob/master/doc/protocol.txt"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(new Opening("memcache/version", frame(random, VERSION), Set.of(11211), 5));
  }

  private static Bytes frame(RandomGenerator random, Bytes command) {
    return Claims.random(random, 2).plus(FIRST_AND_ONLY).plus(command);
  }

  @Override
  public Recognition recognise(Answer answer) {
    Bytes sent = answer.sent();
    if (sent.length() != 8 + VERSION.length()
        || !sent.slice(8, sent.length()).equals(VERSION)
        || !answers(answer)) {
      return Recognition.MISMATCH;
    }
    Matcher said = ANSWER.matcher(answer.received().latin1().substring(8));
    if (!said.matches()) {
      return Recognition.MISMATCH;
    }
    String version = said.group(1);
    return Claims.recognised(
        Claims.product(
            PROTOCOL,
            "Memcached",
            version,
            List.of("cpe:2.3:a:memcached:memcached:%s:*:*:*:*:*:*:*".formatted(version))),
        VERSION_ONLY,
        answer,
        "a frame of our identifier that tells a version");
  }

  /** Whether this is the one frame that answers another. */
  private static boolean answers(Answer answer) {
    Bytes received = answer.received();
    return received.length() > 8
        && received.head(2).equals(answer.sent().head(2))
        && received.slice(2, 8).equals(FIRST_AND_ONLY);
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    StringBuilder word = new StringBuilder("portprint");
    interview.random().ints(6, 'a', 'z' + 1).forEach(letter -> word.append((char) letter));
    try (Conversation conversation = interview.converse()) {
      Answer answer =
          conversation.ask(
              "memcache/no-command",
              frame(interview.random(), Bytes.latin1(word + "\r\n")),
              soFar -> true);
      if (!answer.silent() && answers(answer)) {
        String said = answer.received().latin1().substring(8);
        if (said.startsWith("ERROR") || said.startsWith("CLIENT_ERROR")) {
          return new Examination.Confirmed(
              finding
                  .withConfidence(VERSION_AND_ERROR)
                  .withEvidence(answer.because("calls what is no command an error", List.of())));
        }
      }
      return answer.silent()
          ? new Examination.Confirmed(finding)
          : new Examination.Refuted(
              "what is no command draws no error",
              null,
              List.of(answer.because("no error of memcached", List.of())));
    }
  }
}
