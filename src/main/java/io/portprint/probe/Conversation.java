package io.portprint.probe;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Tls;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * One TCP connection, one TLS session on it, or one UDP socket, as a probe sees it. Every length
 * and every wait in it is bounded from outside. Used by one thread at a time.
 */
public interface Conversation extends AutoCloseable {

  /** Says something: a stretch of the stream, or one datagram. */
  void send(Bytes payload) throws ConversationException;

  /**
   * Receives until the predicate holds of what came since the last call, or the peer closes,
   * resets, or falls silent. Over UDP one datagram is one answer and the predicate isn't asked.
   * Silence and ends are answers, not exceptions.
   *
   * @param name of the turn, as it shall stand in evidence
   * @param complete asked with all that was received in this turn so far
   * @param patience how long to wait for the first byte; afterwards a short lull ends the turn
   */
  Answer receive(String name, Predicate<Bytes> complete, Duration patience)
      throws ConversationException;

  /**
   * {@link #receive(String, Predicate, Duration)} with the patience that suits the endpoint's round
   * trip and effort.
   */
  Answer receive(String name, Predicate<Bytes> complete) throws ConversationException;

  /** {@link #send} and {@link #receive(String, Predicate)}. */
  default Answer ask(String name, Bytes payload, Predicate<Bytes> complete)
      throws ConversationException {
    send(payload);
    return receive(name, complete);
  }

  /**
   * Begins TLS on this TCP connection; what follows is inside it. Certificates are taken as they
   * are.
   *
   * @param command what made the peer ready for it, such as {@code AUTH TLS}; empty where TLS comes
   *     first
   * @param alpn what to offer; empty for no offer
   * @return what the handshake showed; a failed handshake is told in it, and the conversation is
   *     then over
   */
  Tls startTls(String command, List<String> alpn) throws ConversationException;

  /** Whether the peer may still say something. */
  boolean open();

  /** Ends the conversation. */
  @Override
  void close();
}
