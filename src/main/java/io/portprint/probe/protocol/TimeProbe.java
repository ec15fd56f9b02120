package io.portprint.probe.protocol;

import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Description;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * The Time Protocol (RFC 868): whoever connects is told the seconds since 1900 in four bytes, and
 * is hung up on. That they are those of today is what proves it.
 */
@Component
final class TimeProbe implements Probe {

  private static final String PROTOCOL = "time";
  private static final Duration FROM_1900_TO_1970 = Duration.ofDays(25_567);
  private static final Duration WRONG_BY_AT_MOST = Duration.ofHours(12);

  private final Clock clock;

  TimeProbe() {
    this(Clock.systemUTC());
  }

  TimeProbe(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "Time Protocol",
        "Listens for four bytes that count the seconds from 1900 until now.",
        List.of("RFC 868"));
  }

  @Override
  public Recognition recognise(Answer answer) {
    if (!answer.isGreeting() || answer.received().length() != 4 || !now(answer.received().u32(0))) {
      return Recognition.MISMATCH;
    }
    boolean over = answer.ending() == Ending.CLOSED || answer.ending() == Ending.RESET;
    return over
        ? Claims.recognised(
            Service.of(PROTOCOL), 0.95, answer, "the seconds since 1900, and nothing else")
        : Claims.notYet(answer, true);
  }

  private boolean now(long told) {
    long era = 1L << Integer.SIZE;
    long seconds = clock.instant().getEpochSecond() + FROM_1900_TO_1970.toSeconds();
    long difference = Math.floorMod(told - seconds, era);
    return Math.min(difference, era - difference) <= WRONG_BY_AT_MOST.toSeconds();
  }
}
