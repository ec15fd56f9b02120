package io.portprint.testing;

import io.portprint.fingerprint.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A scripted server on a free port of 127.0.0.1, over TCP, UDP, or both on the same number. */
public final class LoopbackPeer implements AutoCloseable {

  /** What a TCP peer does with one connection, which is closed when this returns or throws. */
  @FunctionalInterface
  public interface Script {
    void converse(Socket connection) throws IOException;
  }

  /** What a UDP peer answers to one datagram: any number of datagrams. */
  @FunctionalInterface
  public interface DatagramScript {
    List<Bytes> answer(Bytes request, InetSocketAddress sender);
  }

  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private final @Nullable ServerSocket listener;
  private final @Nullable DatagramSocket socket;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final List<Bytes> received = new CopyOnWriteArrayList<>();

  private LoopbackPeer(@Nullable ServerSocket listener, @Nullable DatagramSocket socket) {
    this.listener = listener;
    this.socket = socket;
  }

  public static LoopbackPeer tcp(Script script) {
    try {
      LoopbackPeer peer = new LoopbackPeer(new ServerSocket(0, 64, LOOPBACK), null);
      peer.accept(script);
      return peer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static LoopbackPeer udp(DatagramScript script) {
    try {
      LoopbackPeer peer = new LoopbackPeer(null, new DatagramSocket(0, LOOPBACK));
      peer.receive(script);
      return peer;
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Both transports on the same port number. */
  public static LoopbackPeer both(Script script, DatagramScript datagrams) {
    for (int attempt = 0; attempt < 50; attempt++) {
      try {
        ServerSocket listener = new ServerSocket(0, 64, LOOPBACK);
        try {
          LoopbackPeer peer =
              new LoopbackPeer(listener, new DatagramSocket(listener.getLocalPort(), LOOPBACK));
          peer.accept(script);
          peer.receive(datagrams);
          return peer;
        } catch (SocketException taken) {
          listener.close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    throw new IllegalStateException("no port number is free for both transports");
  }

  /** A TCP port that nobody listens on; it was free a moment ago. */
  public static int closedPort() {
    try (ServerSocket passing = new ServerSocket(0, 1, LOOPBACK)) {
      return passing.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads once; what came, empty at the end of the stream. For scripts. */
  public static Bytes hear(Socket connection) throws IOException {
    byte[] chunk = new byte[8192];
    int count = connection.getInputStream().read(chunk);
    return count < 0 ? Bytes.EMPTY : Bytes.of(chunk, 0, count);
  }

  /** Writes characters as ISO-8859-1. For scripts. */
  public static void say(Socket connection, String text) throws IOException {
    say(connection, Bytes.latin1(text));
  }

  public static void say(Socket connection, Bytes content) throws IOException {
    connection.getOutputStream().write(content.toArray());
    connection.getOutputStream().flush();
  }

  /** Waits until the other side hangs up. For scripts of silent peers. */
  public static void waitForEnd(Socket connection) throws IOException {
    connection.getInputStream().transferTo(OutputStream.nullOutputStream());
  }

  public int port() {
    return listener != null
        ? listener.getLocalPort()
        : Objects.requireNonNull(socket).getLocalPort();
  }

  /** The datagrams that came, in order. */
  public List<Bytes> datagrams() {
    return List.copyOf(received);
  }

  /** Connections that are open now. */
  public int openConnections() {
    return connections.size();
  }

  private void accept(Script script) {
    ServerSocket accepting = Objects.requireNonNull(listener);
    Thread.ofVirtual()
        .start(
            () -> {
              while (!accepting.isClosed()) {
                try {
                  Socket connection = accepting.accept();
                  connections.add(connection);
                  Thread.ofVirtual().start(() -> serve(script, connection));
                } catch (IOException closed) {
                  return;
                }
              }
            });
  }

  private void serve(Script script, Socket connection) {
    try (connection) {
      script.converse(connection);
    } catch (IOException theOtherSideHasGone) {
      // the usual end of a scripted conversation
    } finally {
      connections.remove(connection);
    }
  }

  private void receive(DatagramScript script) {
    DatagramSocket receiving = Objects.requireNonNull(socket);
    Thread.ofVirtual()
        .start(
            () -> {
              byte[] buffer = new byte[65_535];
              while (!receiving.isClosed()) {
                try {
                  DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                  receiving.receive(packet);
                  Bytes request = Bytes.of(buffer, 0, packet.getLength());
                  received.add(request);
                  for (Bytes answer :
                      script.answer(request, (InetSocketAddress) packet.getSocketAddress())) {
                    receiving.send(
                        new DatagramPacket(
                            answer.toArray(), answer.length(), packet.getSocketAddress()));
                  }
                } catch (IOException closed) {
                  return;
                }
              }
            });
  }

  @Override
  public void close() {
    try {
      if (listener != null) {
        listener.close();
      }
      if (socket != null) {
        socket.close();
      }
      for (Socket connection : connections) {
        connection.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
