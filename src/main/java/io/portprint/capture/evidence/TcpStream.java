package io.portprint.capture.evidence;

import io.portprint.fingerprint.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection from its first handshake to its last acknowledgement (RFC 9293), with turns in
 * it: what was said, and then what was heard.
 */
final class TcpStream {

  private static final int FIN = 0x01;
  private static final int SYN = 0x02;
  private static final int PSH = 0x08;
  private static final int ACK = 0x10;

  private static final int HEADER = 20;
  private static final int CHECKSUM_AT = 16;
  private static final int WINDOW = 0xffff;

  /** Makes the window 8 MiB, so that all of a turn fits into it (RFC 7323). */
  private static final byte WINDOW_SHIFT = 7;

  /** Between the first sequence numbers of two connections. */
  private static final int APART = 0x10000;

  private final Side client;
  private final Side server;
  private final Tape tape;

  TcpStream(IpPath path, int clientPort, int serverPort, Tape tape) {
    this(path, clientPort, serverPort, 0, tape);
  }

  /**
   * @param number of the connection, 0 to 4095: those between the same ports must have different
   *     ones, or they are taken for the same
   */
  TcpStream(IpPath path, int clientPort, int serverPort, int number, Tape tape) {
    int first = number * APART;
    this.client = new Side(Direction.TO_SERVER, path, clientPort, serverPort, 0x10000000 + first);
    this.server =
        new Side(Direction.TO_CLIENT, path.back(), serverPort, clientPort, 0x20000000 + first);
    this.tape = tape;
  }

  /** One end of the connection, and what it has said so far. */
  private static final class Side {

    final Direction direction;
    final IpPath path;
    final int port;
    final int peerPort;
    int sequence;

    Side(Direction direction, IpPath path, int port, int peerPort, int sequence) {
      this.direction = direction;
      this.path = path;
      this.port = port;
      this.peerPort = peerPort;
      this.sequence = sequence;
    }
  }

  /** A connection with one turn. */
  void play(Turn turn) throws IOException {
    play(List.of(turn));
  }

  /**
   * A connection with all its turns. A turn's comment is on the first packet of the answer, or on
   * the first of the request where nothing was heard. That of a turn without any bytes is on what
   * comes next: the server's part of the handshake, another turn, or the client's end.
   */
  void play(List<Turn> turns) throws IOException {
    List<String> waiting = new ArrayList<>();
    int next = 0;
    long greeting = 0;
    for (; next < turns.size() && turns.get(next).isBare(); next++) {
      waiting.add(turns.get(next).comment());
      greeting = turns.get(next).roundTrip();
    }
    control(client, server, SYN);
    control(server, client, SYN | ACK, joined(waiting), greeting);
    control(client, server, ACK);
    waiting.clear();
    for (Turn turn : turns.subList(next, turns.size())) {
      waiting.add(turn.comment());
      if (!turn.isBare()) {
        turn(turn, joined(waiting));
        waiting.clear();
      }
    }
    control(client, server, FIN | ACK, joined(waiting), 0);
    control(server, client, FIN | ACK);
    control(client, server, ACK);
  }

  private static @Nullable String joined(List<String> comments) {
    return comments.isEmpty() ? null : Remarks.joined(comments);
  }

  private void turn(Turn turn, @Nullable String comment) throws IOException {
    boolean heard = !turn.received().isEmpty();
    if (!turn.sent().isEmpty()) {
      data(client, server, turn.sent(), heard ? null : comment, 0);
    }
    if (heard) {
      data(server, client, turn.received(), comment, turn.roundTrip());
      control(client, server, ACK);
    } else {
      control(server, client, ACK);
    }
  }

  private void control(Side from, Side to, int flags) throws IOException {
    control(from, to, flags, null, 0);
  }

  private void control(Side from, Side to, int flags, @Nullable String comment, long after)
      throws IOException {
    tape.add(from.direction, packet(from, to, flags, Bytes.EMPTY), comment, after);
    if ((flags & (SYN | FIN)) != 0) {
      from.sequence++;
    }
  }

  private void data(Side from, Side to, Bytes content, @Nullable String comment, long after)
      throws IOException {
    int most = from.path.largestSegment();
    for (int at = 0; at < content.length(); at += most) {
      int end = Math.min(content.length(), at + most);
      int flags = end == content.length() ? PSH | ACK : ACK;
      byte[] packet = packet(from, to, flags, content.slice(at, end));
      boolean first = at == 0;
      tape.add(from.direction, packet, first ? comment : null, first ? after : 0);
      from.sequence += end - at;
    }
  }

  private static byte[] packet(Side from, Side to, int flags, Bytes content) {
    byte[] options = (flags & SYN) == 0 ? new byte[0] : options(from.path.largestSegment());
    int header = HEADER + options.length;
    byte[] segment =
        ByteBuffer.allocate(header + content.length())
            .putShort((short) from.port)
            .putShort((short) from.peerPort)
            .putInt(from.sequence)
            .putInt((flags & ACK) == 0 ? 0 : to.sequence)
            .put((byte) (header / 4 << 4))
            .put((byte) flags)
            .putShort((short) WINDOW)
            .putShort((short) 0)
            .putShort((short) 0)
            .put(options)
            .put(content.toArray())
            .array();
    return from.path.packet(IpPath.TCP, segment, CHECKSUM_AT);
  }

  /** Maximum segment size, and window scale behind a byte that aligns it. */
  private static byte[] options(int largestSegment) {
    return ByteBuffer.allocate(8)
        .put((byte) 2)
        .put((byte) 4)
        .putShort((short) largestSegment)
        .put((byte) 1)
        .put((byte) 3)
        .put((byte) 3)
        .put(WINDOW_SHIFT)
        .array();
  }
}
