package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The acknowledgement of a connection over uTP (BEP 29): ST_STATE with our connection id, and our
 * sequence number acknowledged.
 *
 * @param connection our connection id; we would send with the next one
 * @param acknowledged our sequence number
 * @param sequence the peer's own sequence number
 * @param window how many bytes the peer would take
 */
record UtpReply(int connection, int acknowledged, int sequence, long window) {

  private static final int HEADER = 20;
  private static final int SYN = 0x41;
  private static final int STATE = 0x21;
  private static final int RESET = 0x31;
  private static final int MOST_EXTENSIONS = 4;

  /** ST_SYN with a random connection id and a random sequence number. */
  static Bytes request(RandomGenerator random) {
    return Bytes.of((byte) SYN, (byte) 0)
        .plus(DhtReply.randomBytes(random, 2))
        .plus(DhtReply.randomBytes(random, 4))
        .plus(Bytes.hex("00000000 00000000"))
        .plus(DhtReply.randomBytes(random, 2))
        .plus(Bytes.hex("0000"));
  }

  /** The acknowledgement that an answer to our ST_SYN is; empty for anything else. */
  static Optional<UtpReply> read(Bytes sent, Bytes received) {
    if (!isRequest(sent)
        || received.length() < HEADER
        || received.at(0) != STATE
        || received.u16(2) != sent.u16(2)
        || received.u16(18) != sent.u16(16)
        || !endsAfterExtensions(received)) {
      return Optional.empty();
    }
    return Optional.of(
        new UtpReply(received.u16(2), received.u16(18), received.u16(16), received.u32(12)));
  }

  private static boolean isRequest(Bytes sent) {
    return sent.length() == HEADER && sent.u16(0) == SYN << 8;
  }

  /** An acknowledgement carries no data: the header, a chain of extensions, and nothing more. */
  private static boolean endsAfterExtensions(Bytes received) {
    int next = received.at(1);
    int at = HEADER;
    for (int count = 0; next != 0 && count < MOST_EXTENSIONS; count++) {
      if (at + 2 > received.length()) {
        return false;
      }
      next = received.at(at);
      at += 2 + received.at(at + 1);
    }
    return next == 0 && at == received.length();
  }

  /** ST_RESET: tells the peer to forget the connection that it has just accepted. */
  Bytes reset() {
    int ours = connection + 1;
    int following = acknowledged + 1;
    return Bytes.of((byte) RESET, (byte) 0)
        .plus(u16(ours))
        .plus(Bytes.hex("00000000 00000000 00000000"))
        .plus(u16(following))
        .plus(u16(sequence));
  }

  private static Bytes u16(int value) {
    return Bytes.of((byte) (value >> 8), (byte) value);
  }
}
