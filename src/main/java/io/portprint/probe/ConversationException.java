package io.portprint.probe;

/** A conversation that could not be begun or went no further. */
public final class ConversationException extends Exception {

  private static final long serialVersionUID = 1L;

  /** What went wrong. */
  public enum Failure {
    /**
     * The peer answered the connection request with a reset, or the datagram with port unreachable.
     */
    REFUSED,
    /** No answer to the connection request in time. */
    TIMEOUT,
    /** No route, or an administrative ICMP answer. */
    UNREACHABLE,
    /** The peer reset or closed while we were speaking. */
    RESET,
    /** The endpoint's deadline has ended, or its job was cancelled. */
    ENDED,
    /** This machine could not: out of descriptors, ports, or memory for sockets. */
    LOCAL
  }

  private final Failure failure;

  public ConversationException(Failure failure, String message, Throwable cause) {
    super(message, cause);
    this.failure = failure;
  }

  public ConversationException(Failure failure, String message) {
    super(message);
    this.failure = failure;
  }

  public Failure failure() {
    return failure;
  }
}
