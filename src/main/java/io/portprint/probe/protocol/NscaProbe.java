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
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Nagios' acceptor of passive checks, which greets with 128 random bytes for its clients to encrypt
 * by and the time of its clock in seconds. A clock that goes right within a day is a weak sign, for
 * the rest is noise; that a second greeting has other noise and a time that fits the first makes it
 * strong.
 */
@Component
final class NscaProbe implements Probe {

  private static final String PROTOCOL = "nsca";
  private static final int NOISE = 128;
  private static final int LENGTH = NOISE + 4;
  private static final long DAY = Duration.ofDays(1).toSeconds();

  /** What two greetings of one examination may lie apart. */
  private static final int APART = 30;

  private static final double ONE_CLOCK = 0.6;
  private static final double TWO_CLOCKS = 0.95;

  private final Clock clock;

  @Autowired
  NscaProbe() {
    this(Clock.systemUTC());
  }

  NscaProbe(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "NSCA",
        "Knows the greeting of random bytes and the time, twice; says nothing, for what is said to"
            + " such a server is the result of a check.",
        List.of("https://github.com/NagiosEnterprises/nsca"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of();
  }

  @Override
  public Recognition recognise(Answer answer) {
    Bytes received = answer.received();
    if (!greets(received)) {
      return Recognition.MISMATCH;
    }
    return new Recognition.Suspected(
        Claims.found(
            Claims.product(PROTOCOL, "NSCA", null, List.of()),
            ONE_CLOCK,
            answer,
            "128 random bytes and the time"));
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    Bytes first = interview.first().received();
    try (Conversation conversation = interview.converse()) {
      Answer again = conversation.receive(Answer.GREETING, soFar -> soFar.length() >= LENGTH);
      Bytes second = again.received();
      if (greets(second)
          && !second.head(NOISE).equals(first.head(NOISE))
          && Math.abs(second.u32(NOISE) - first.u32(NOISE)) <= APART) {
        return new Examination.Confirmed(
            finding
                .withConfidence(TWO_CLOCKS)
                .withEvidence(
                    again.because("other random bytes, and a time that fits", List.of())));
      }
      return Dossier.other(again, "a second greeting that does not fit the first").orElseThrow();
    }
  }

  /** Whether this is noise, as much as is needed, and a time that is near ours. */
  boolean greets(Bytes received) {
    return received.length() == LENGTH
        && Math.abs(received.u32(NOISE) - clock.instant().getEpochSecond()) <= DAY
        && various(received.head(NOISE));
  }

  /** 128 random bytes have some 100 different values, and never as few as 64. */
  private static boolean various(Bytes noise) {
    return noise.latin1().chars().distinct().count() >= 64;
  }
}
