package io.portprint.capture.evidence;

import io.portprint.fingerprint.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Datagrams (RFC 768) of one turn: one each way, more only where one can't hold it all. */
final class Datagrams {

  private static final int HEADER = 8;
  private static final int CHECKSUM_AT = 6;

  private final IpPath path;
  private final int clientPort;
  private final int serverPort;
  private final Tape tape;

  Datagrams(IpPath path, int clientPort, int serverPort, Tape tape) {
    this.path = path;
    this.clientPort = clientPort;
    this.serverPort = serverPort;
    this.tape = tape;
  }

  /** The comment is on the answer, or on the request where nothing was heard. */
  void play(Turn turn) throws IOException {
    boolean heard = !turn.received().isEmpty();
    send(Direction.TO_SERVER, turn.sent(), heard ? null : turn.comment(), 0);
    send(Direction.TO_CLIENT, turn.received(), turn.comment(), turn.roundTrip());
  }

  private void send(Direction direction, Bytes content, @Nullable String comment, long after)
      throws IOException {
    int most = path.room() - HEADER;
    for (int at = 0; at < content.length(); at += most) {
      byte[] packet = packet(direction, content.slice(at, Math.min(content.length(), at + most)));
      boolean first = at == 0;
      tape.add(direction, packet, first ? comment : null, first ? after : 0);
    }
  }

  private byte[] packet(Direction direction, Bytes content) {
    boolean toServer = direction == Direction.TO_SERVER;
    int length = HEADER + content.length();
    byte[] datagram =
        ByteBuffer.allocate(length)
            .putShort((short) (toServer ? clientPort : serverPort))
            .putShort((short) (toServer ? serverPort : clientPort))
            .putShort((short) length)
            .putShort((short) 0)
            .put(content.toArray())
            .array();
    return (toServer ? path : path.back()).packet(IpPath.UDP, datagram, CHECKSUM_AT);
  }
}
