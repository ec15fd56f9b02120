package io.portprint.transport;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Tls;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Conversation;
import io.portprint.probe.ConversationException;
import io.portprint.probe.ConversationException.Failure;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/**
 * A UDP socket that is connected to one peer, or will be to the port of its host that answers
 * first. One datagram is one answer.
 */
final class UdpConversation implements Conversation {

  private final DatagramSocket socket;
  private final InetSocketAddress asked;
  private final InetAddress local;
  private final int localPort;
  private final Pace pace;
  private final Lifeline lifeline;
  private final TransportMetrics metrics;
  private final Witness witness;
  private final byte[] buffer;
  private Bytes said = Bytes.EMPTY;
  private long saidAt = System.nanoTime();
  private int budget;
  private final AtomicBoolean released = new AtomicBoolean();
  private volatile boolean open = true;

  UdpConversation(
      DatagramSocket socket,
      InetSocketAddress asked,
      Pace pace,
      Lifeline lifeline,
      TransportProperties limits,
      TransportMetrics metrics,
      Witness witness) {
    this.socket = socket;
    this.asked = asked;
    this.local = socket.getLocalAddress();
    this.localPort = socket.getLocalPort();
    this.pace = pace;
    this.lifeline = lifeline;
    this.metrics = metrics;
    this.witness = witness;
    this.budget = limits.maxBytesRead();
    this.buffer = new byte[limits.maxDatagram() + 1];
  }

  @Override
  public void send(Bytes payload) throws ConversationException {
    try {
      DatagramPacket packet = new DatagramPacket(payload.toArray(), payload.length());
      if (!socket.isConnected()) {
        packet.setSocketAddress(asked);
      }
      socket.send(packet);
    } catch (IOException e) {
      open = false;
      throw Dialer.failure(e, lifeline);
    }
    said = payload;
    saidAt = System.nanoTime();
  }

  @Override
  public Answer receive(String name, Predicate<Bytes> complete) throws ConversationException {
    return receive(name, complete, pace.answer());
  }

  @Override
  public Answer receive(String name, Predicate<Bytes> complete, Duration patience)
      throws ConversationException {
    if (budget <= 0) {
      metrics.limited();
      return answer(name, Bytes.EMPTY, Ending.LIMIT);
    }
    DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
    try {
      if (!hear(packet, patience)) {
        return answer(name, Bytes.EMPTY, Ending.SILENCE);
      }
    } catch (SocketTimeoutException e) {
      return answer(name, Bytes.EMPTY, Ending.SILENCE);
    } catch (PortUnreachableException e) {
      open = false;
      return answer(name, Bytes.EMPTY, Ending.RESET);
    } catch (IOException e) {
      open = false;
      throw Dialer.failure(e, lifeline);
    }
    int count = Math.min(packet.getLength(), buffer.length - 1);
    budget -= count;
    metrics.read(count);
    Ending ending = packet.getLength() == buffer.length ? Ending.LIMIT : Ending.COMPLETE;
    return answer(name, Bytes.of(buffer, 0, count), ending);
  }

  /**
   * Receives what comes from the peer. A socket that is not connected hears others too: they are
   * passed over, and the first port of the host that answers is who the peer is from then on.
   *
   * @return false where the peer was silent for so long
   */
  private boolean hear(DatagramPacket packet, Duration patience) throws IOException {
    long end = System.nanoTime() + patience.toNanos();
    Duration left = patience;
    while (left.isPositive()) {
      socket.setSoTimeout(Waits.millis(left, lifeline));
      socket.receive(packet);
      if (socket.isConnected()) {
        return true;
      }
      if (packet.getAddress().equals(asked.getAddress())) {
        socket.connect(packet.getSocketAddress());
        return true;
      }
      packet.setLength(buffer.length);
      left = Duration.ofNanos(end - System.nanoTime());
    }
    return false;
  }

  private Answer answer(String name, Bytes received, Ending ending) {
    Duration roundTrip = received.isEmpty() ? null : Duration.ofNanos(System.nanoTime() - saidAt);
    Answer answer = new Answer(name, said, received, ending, local, localPort, roundTrip);
    witness.heard(answer);
    return answer;
  }

  @Override
  public Tls startTls(String command, List<String> alpn) throws ConversationException {
    throw new ConversationException(
        Failure.LOCAL, "TLS over " + Transport.UDP.label() + " (DTLS) is not spoken here");
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
      lifeline.release(socket);
      witness.closed();
    }
  }
}
