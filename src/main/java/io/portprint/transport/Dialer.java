package io.portprint.transport;

import io.portprint.fingerprint.Transport;
import io.portprint.probe.AnswersFrom;
import io.portprint.probe.Conversation;
import io.portprint.probe.ConversationException;
import io.portprint.probe.ConversationException.Failure;
import io.portprint.scope.ApprovedEndpoint;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Begins conversations with approved endpoints, each on a socket that its endpoint's lifeline
 * closes.
 */
public final class Dialer {

  private final Gate gate;
  private final TransportProperties limits;
  private final TransportMetrics metrics;
  private final TlsClient tls = new TlsClient();

  public Dialer(Gate gate, TransportProperties limits, TransportMetrics metrics) {
    this.gate = gate;
    this.limits = limits;
    this.metrics = metrics;
  }

  /**
   * A conversation that has begun.
   *
   * @param connectTime one round trip, where the transport shakes hands; zero for UDP
   * @param localPort from which the peer is spoken to
   */
  public record Dialed(Conversation conversation, Duration connectTime, int localPort) {}

  /** Connects, or opens a UDP socket. The witness is told of the end only of what has begun. */
  public Dialed dial(
      ApprovedEndpoint approved,
      AnswersFrom answersFrom,
      Pace pace,
      Lifeline lifeline,
      Witness witness)
      throws ConversationException {
    return dial(approved, answersFrom, pace, lifeline, witness, null);
  }

  /**
   * The same from a given address of this machine.
   *
   * @param from null for the one that the system chooses
   * @throws ConversationException for lack of something local where the address is not ours
   */
  public Dialed dial(
      ApprovedEndpoint approved,
      AnswersFrom answersFrom,
      Pace pace,
      Lifeline lifeline,
      Witness witness,
      @Nullable InetAddress from)
      throws ConversationException {
    gate.pass(approved, lifeline);
    if (lifeline.ended()) {
      throw new ConversationException(Failure.ENDED, "the endpoint's time is over");
    }
    return approved.endpoint().transport() == Transport.TCP
        ? connect(approved, pace, lifeline, witness, from)
        : socket(approved, answersFrom, pace, lifeline, witness, from);
  }

  private Dialed connect(
      ApprovedEndpoint approved,
      Pace pace,
      Lifeline lifeline,
      Witness witness,
      @Nullable InetAddress from)
      throws ConversationException {
    Socket socket = new Socket();
    lifeline.attach(socket);
    long started = System.nanoTime();
    try {
      socket.setTcpNoDelay(true);
      if (from != null) {
        socket.bind(new InetSocketAddress(from, 0));
      }
      socket.connect(address(approved), Waits.millis(pace.connect(), lifeline));
    } catch (IOException e) {
      lifeline.release(socket);
      throw failure(e, lifeline);
    }
    Duration roundTrip = Duration.ofNanos(System.nanoTime() - started);
    metrics.opened(Transport.TCP);
    return new Dialed(
        new TcpConversation(
            approved.endpoint(), socket, pace, lifeline, limits, tls, metrics, witness),
        roundTrip,
        socket.getLocalPort());
  }

  /**
   * Goes on with the connection by which a sweep found the endpoint; as with one that is dialed,
   * the witness is told of its end.
   */
  public Dialed goOn(
      ApprovedEndpoint approved, Caller caller, Pace pace, Lifeline lifeline, Witness witness)
      throws ConversationException {
    Socket socket = caller.channel().socket();
    lifeline.attach(socket);
    try {
      socket.setTcpNoDelay(true);
    } catch (IOException e) {
      lifeline.release(socket);
      throw failure(e, lifeline);
    }
    metrics.opened(Transport.TCP);
    return new Dialed(
        new TcpConversation(
            approved.endpoint(), socket, pace, lifeline, limits, tls, metrics, witness),
        caller.roundTrip(),
        socket.getLocalPort());
  }

  private Dialed socket(
      ApprovedEndpoint approved,
      AnswersFrom answersFrom,
      Pace pace,
      Lifeline lifeline,
      Witness witness,
      @Nullable InetAddress from)
      throws ConversationException {
    InetSocketAddress asked = address(approved);
    DatagramSocket socket;
    try {
      socket =
          switch (answersFrom) {
            case PORT -> from == null ? new DatagramSocket() : new DatagramSocket(0, from);
            case HOST -> new DatagramSocket(0, from == null ? localAddress(asked) : from);
          };
    } catch (SocketException e) {
      throw failure(e, lifeline);
    }
    lifeline.attach(socket);
    try {
      switch (answersFrom) {
        // the kernel drops what comes from another port, and reports port unreachable
        case PORT -> socket.connect(asked);
        // the conversation drops what comes from another host
        case HOST -> {}
      }
    } catch (SocketException e) {
      lifeline.release(socket);
      throw failure(e, lifeline);
    }
    metrics.opened(Transport.UDP);
    return new Dialed(
        new UdpConversation(socket, asked, pace, lifeline, limits, metrics, witness),
        Duration.ZERO,
        socket.getLocalPort());
  }

  /** The address from which the peer is spoken to: a socket that isn't connected has none. */
  private static InetAddress localAddress(InetSocketAddress peer) throws SocketException {
    try (DatagramSocket connected = new DatagramSocket()) {
      connected.connect(peer);
      return connected.getLocalAddress();
    }
  }

  private static InetSocketAddress address(ApprovedEndpoint approved) {
    return new InetSocketAddress(approved.endpoint().address(), approved.endpoint().port());
  }

  static ConversationException failure(IOException cause, Lifeline lifeline) {
    if (lifeline.ended()) {
      return new ConversationException(Failure.ENDED, "the endpoint's time is over", cause);
    }
    String message = cause.getMessage() == null ? "" : cause.getMessage();
    return new ConversationException(kind(cause), message, cause);
  }

  /** The JDK tells some errors of connect(2) apart by type and others only by the system's text. */
  static Failure kind(IOException cause) {
    String message = cause.getMessage() == null ? "" : cause.getMessage().toLowerCase(Locale.ROOT);
    return switch (cause) {
      case SocketTimeoutException _ -> Failure.TIMEOUT;
      case NoRouteToHostException _ -> Failure.UNREACHABLE;
      case PortUnreachableException _ -> Failure.REFUSED;
      case BindException _ -> Failure.LOCAL;
      case ConnectException _ -> message.contains("timed out") ? Failure.TIMEOUT : Failure.REFUSED;
      case SocketException _
          when message.contains("unreachable") || message.contains("not permitted") ->
          Failure.UNREACHABLE;
      case SocketException _
          when message.contains("too many open files") || message.contains("buffer space") ->
          Failure.LOCAL;
      default -> Failure.RESET;
    };
  }
}
