package io.portprint.transport;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Tls;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Conversation;
import io.portprint.probe.ConversationException;
import io.portprint.probe.ConversationException.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A TCP connection, plain until {@link #startTls}. */
final class TcpConversation implements Conversation {

  private static final int CHUNK = 8 * 1024;

  private final Endpoint endpoint;
  private final Socket connection;
  private final InetAddress local;
  private final int localPort;
  private final Pace pace;
  private final Lifeline lifeline;
  private final TransportProperties limits;
  private final TlsClient tls;
  private final TransportMetrics metrics;
  private final Witness witness;
  private Socket socket;
  private Bytes said = Bytes.EMPTY;
  private long saidAt = System.nanoTime();
  private int budget;
  private final AtomicBoolean released = new AtomicBoolean();
  private volatile boolean open = true;

  TcpConversation(
      Endpoint endpoint,
      Socket connection,
      Pace pace,
      Lifeline lifeline,
      TransportProperties limits,
      TlsClient tls,
      TransportMetrics metrics,
      Witness witness) {
    this.endpoint = endpoint;
    this.connection = connection;
    this.local = connection.getLocalAddress();
    this.localPort = connection.getLocalPort();
    this.socket = connection;
    this.pace = pace;
    this.lifeline = lifeline;
    this.limits = limits;
    this.tls = tls;
    this.metrics = metrics;
    this.witness = witness;
    this.budget = limits.maxBytesRead();
  }

  @Override
  public void send(Bytes payload) throws ConversationException {
    try {
      socket.getOutputStream().write(payload.toArray());
      socket.getOutputStream().flush();
    } catch (IOException e) {
      open = false;
      throw Dialer.failure(e, lifeline);
    }
    said = said.plus(payload);
    saidAt = System.nanoTime();
  }

  @Override
  public Answer receive(String name, Predicate<Bytes> complete) throws ConversationException {
    return receive(name, complete, pace.answer());
  }

  @Override
  public Answer receive(String name, Predicate<Bytes> complete, Duration patience)
      throws ConversationException {
    Growing received = new Growing();
    long started = System.nanoTime();
    Duration turn = pace.withAnswer(patience).turn();
    Duration roundTrip = null;
    Ending ending = Ending.OPEN;
    while (ending == Ending.OPEN) {
      Duration elapsed = Duration.ofNanos(System.nanoTime() - started);
      Duration wait =
          received.isEmpty() ? patience.minus(elapsed) : least(pace.lull(), turn.minus(elapsed));
      if (!wait.isPositive()) {
        ending = Ending.SILENCE;
      } else if (budget == 0) {
        ending = Ending.LIMIT;
        metrics.limited();
      } else {
        byte[] chunk = new byte[Math.min(CHUNK, budget)];
        try {
          socket.setSoTimeout(Waits.millis(wait, lifeline));
          int count = socket.getInputStream().read(chunk);
          if (count < 0) {
            ending = Ending.CLOSED;
          } else {
            if (roundTrip == null) {
              roundTrip = Duration.ofNanos(System.nanoTime() - saidAt);
            }
            budget -= count;
            metrics.read(count);
            received.add(chunk, count);
            if (received.worthLooking() && complete.test(received.bytes())) {
              ending = Ending.COMPLETE;
            }
          }
        } catch (SocketTimeoutException e) {
          ending = Ending.SILENCE;
        } catch (IOException e) {
          ending = Ending.RESET;
        }
      }
    }
    if (ending != Ending.COMPLETE && ending != Ending.SILENCE) {
      open = false;
    }
    Answer answer = new Answer(name, said, received.bytes(), ending, local, localPort, roundTrip);
    said = Bytes.EMPTY;
    witness.heard(answer);
    if (lifeline.ended() && received.isEmpty()) {
      throw new ConversationException(Failure.ENDED, "the endpoint's time is over");
    }
    return answer;
  }

  private static Duration least(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  @Override
  public Tls startTls(String command, List<String> alpn) throws ConversationException {
    SSLSocket secured = null;
    try {
      connection.setSoTimeout(Waits.millis(pace.turn(), lifeline));
      secured = tls.over(connection, endpoint, alpn);
      secured.startHandshake();
      socket = secured;
      said = Bytes.EMPTY;
      saidAt = System.nanoTime();
      return tls.describe(secured, command);
    } catch (SSLException | SocketTimeoutException e) {
      open = false;
      return tls.failed(secured, command, e);
    } catch (IOException e) {
      open = false;
      if (lifeline.ended()) {
        throw Dialer.failure(e, lifeline);
      }
      return tls.failed(secured, command, e);
    }
  }

  @Override
  public boolean open() {
    return open && !lifeline.ended();
  }

  @Override
  public void close() {
    open = false;
    if (!released.getAndSet(true)) {
      metrics.closed();
      lifeline.release(connection);
      witness.closed();
    }
  }

  /** What has come in one turn so far. */
  private static final class Growing {

    private static final int LOOKS = 64;

    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private @Nullable Bytes snapshot = Bytes.EMPTY;
    private int looks;
    private int lookedAt;

    void add(byte[] chunk, int count) {
      content.write(chunk, 0, count);
      snapshot = null;
    }

    boolean isEmpty() {
      return content.size() == 0;
    }

    /**
     * Bounds the work that a dribbling peer can cause: after the first looks, only at half as much
     * again.
     */
    boolean worthLooking() {
      boolean worth = looks < LOOKS || content.size() >= lookedAt + lookedAt / 2;
      if (worth) {
        looks++;
        lookedAt = content.size();
      }
      return worth;
    }

    Bytes bytes() {
      Bytes current = snapshot;
      if (current == null) {
        current = Bytes.of(content.toByteArray());
        snapshot = current;
      }
      return current;
    }
  }
}
