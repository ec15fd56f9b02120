package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Span;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Description;
import io.portprint.probe.Finding;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * The Character Generator Protocol over TCP (RFC 864), in the pattern that the RFC calls popular:
 * lines of 72 printable characters, each line begun one character later in the ring of 95 (with or
 * without the space).
 */
@Component
final class ChargenProbe implements Probe {

  private static final String PROTOCOL = "chargen";
  private static final int LINE = 72;
  private static final int LINES = 3;
  private static final int WITH_END = LINE + 2;

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "Character Generator Protocol",
        "Recognises lines of 72 characters, each begun one character later in the ring of ASCII.",
        List.of("RFC 864"));
  }

  @Override
  public Recognition recognise(Answer answer) {
    if (!answer.isGreeting()) {
      return Recognition.MISMATCH;
    }
    Bytes received = answer.received();
    int checked = Math.min(received.length(), LINES * WITH_END);
    for (int at = 0; at < checked; at++) {
      if (!fits(received, at)) {
        return Recognition.MISMATCH;
      }
    }
    if (checked < LINES * WITH_END) {
      return answer.ended() ? Recognition.MISMATCH : Recognition.INCOMPLETE;
    }
    return new Recognition.Recognised(
        Finding.of(
            Service.of(PROTOCOL),
            0.99,
            answer.because(
                "three lines of the pattern, each begun one character later",
                List.of(new Span(0, checked)))));
  }

  /** Whether a byte continues the pattern that the first one begins. */
  private static boolean fits(Bytes received, int at) {
    int column = at % WITH_END;
    if (column >= LINE) {
      return received.at(at) == (column == LINE ? '\r' : '\n');
    }
    if (at == 0) {
      return printable(received.at(0));
    }
    return column > 0
        ? follows(received.at(at - 1), received.at(at))
        : follows(received.at(at - WITH_END), received.at(at));
  }

  private static boolean follows(int before, int after) {
    return printable(after)
        && (after == before + 1 || (before == '~' && (after == ' ' || after == '!')));
  }

  private static boolean printable(int character) {
    return character >= ' ' && character <= '~';
  }
}
