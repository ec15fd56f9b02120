package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Description;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/**
 * Finds RTMP servers by the simple handshake: the third of its messages repeats what the client
 * made up at random.
 */
@Component
final class RtmpProbe implements Probe {

  private static final String PROTOCOL = "rtmp";
  private static final int VERSION = 3;
  private static final int MESSAGE = 1536;

  /** The times that a message begins with; zeros ask for the handshake without digests. */
  private static final int TIMES = 8;

  private static final int ANSWER = 1 + 2 * MESSAGE;
  private static final double REPEATS_EVERYTHING = 0.99;

  @Override
  public Description description() {
    return new Description(
        "rtmp",
        PROTOCOL,
        Transport.TCP,
        "RTMP",
        "Begins the simple handshake and requires 1,528 random bytes repeated in its third"
            + " message.",
        List.of("Adobe's Real Time Messaging Protocol 1.0, section 5.2"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    Bytes hello =
        Bytes.of((byte) VERSION)
            .plus(Bytes.of(new byte[TIMES]))
            .plus(Claims.random(random, MESSAGE - TIMES));
    return List.of(new Opening("rtmp/handshake", hello, Set.of(1935, 1936), 7));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Bytes sent = answer.sent();
    Bytes received = answer.received();
    if (sent.length() != 1 + MESSAGE
        || sent.at(0) != VERSION
        || received.isEmpty()
        || received.at(0) != VERSION) {
      return Recognition.MISMATCH;
    }
    if (received.length() < ANSWER) {
      return Claims.notYet(answer, true);
    }
    boolean repeats =
        received.slice(1 + MESSAGE + TIMES, ANSWER).equals(sent.slice(1 + TIMES, 1 + MESSAGE));
    return repeats
        ? Claims.recognised(
            Service.of(PROTOCOL),
            REPEATS_EVERYTHING,
            answer,
            "a handshake that repeats 1,528 random bytes")
        : Recognition.MISMATCH;
  }
}
