package io.portprint.probe;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Evidence;
import io.portprint.fingerprint.Span;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was said in one turn, and what came back.
 *
 * @param name of what was asked: an opening's name, or {@code greeting} where the peer spoke first
 * @param sent empty for a greeting
 * @param received possibly empty
 * @param ending how the receiving ended
 * @param local our own address in this conversation
 * @param localPort our own port in it; 0 where that is not known
 * @param roundTrip until the first byte received; null where nothing came
 */
public record Answer(
    String name,
    Bytes sent,
    Bytes received,
    Ending ending,
    InetAddress local,
    int localPort,
    @Nullable Duration roundTrip) {

  /** One of which our port is not known. */
  public Answer(
      String name,
      Bytes sent,
      Bytes received,
      Ending ending,
      InetAddress local,
      @Nullable Duration roundTrip) {
    this(name, sent, received, ending, local, 0, roundTrip);
  }

  /** The name of the turn in which the peer spoke first. */
  public static final String GREETING = "greeting";

  /** How the receiving of an answer ended. */
  public enum Ending {
    /** More is arriving, or may arrive. */
    OPEN,
    /** All that was waited for is there. */
    COMPLETE,
    /** The peer fell silent, or said nothing at all, for as long as was waited. */
    SILENCE,
    /** The peer ended the stream in order (TCP FIN, TLS close_notify). */
    CLOSED,
    /** The peer reset the connection, or a datagram drew port unreachable. */
    RESET,
    /** The bound on bytes read was reached. */
    LIMIT
  }

  public boolean isGreeting() {
    return sent.isEmpty();
  }

  public boolean silent() {
    return received.isEmpty();
  }

  /** This turn and what came after a pause. */
  public Answer with(Answer more) {
    return new Answer(
        name, sent, received.plus(more.received), more.ending, local, localPort, roundTrip);
  }

  /** Whether no more bytes can come in this turn. */
  public boolean ended() {
    return ending != Ending.OPEN;
  }

  /** This turn as evidence. */
  public Evidence because(String reason, List<Span> matched) {
    return because(reason, matched, null);
  }

  /** This turn as evidence, proven by a signature. */
  public Evidence because(String reason, List<Span> matched, @Nullable String signature) {
    return new Evidence(
        name, sent, received, signature, matched, reason, roundTrip, ending == Ending.LIMIT);
  }
}
