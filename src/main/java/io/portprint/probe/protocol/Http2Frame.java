package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A frame of HTTP/2 (RFC 9113, section 4.1).
 *
 * @param stream without the reserved bit
 */
record Http2Frame(int type, int flags, int stream, Bytes payload) {

  static final int DATA = 0x0;
  static final int HEADERS = 0x1;
  static final int RST_STREAM = 0x3;
  static final int SETTINGS = 0x4;
  static final int GOAWAY = 0x7;
  static final int CONTINUATION = 0x9;

  static final int ACK = 0x1;
  static final int END_STREAM = 0x1;
  static final int END_HEADERS = 0x4;
  static final int PADDED = 0x8;
  static final int PRIORITY = 0x20;

  /** Octets before the payload. */
  static final int HEADER = 9;

  /**
   * What a client begins a connection with (RFC 9113, section 3.4): the preface, and settings that
   * leave all as it is.
   */
  static final Bytes PREFACE =
      Bytes.latin1("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
          .plus(new Http2Frame(SETTINGS, 0, 0, Bytes.EMPTY).encoded());

  /** The largest payload without leave of ours. */
  private static final int MOST_PAYLOAD = 16_384;

  private static final int MOST_FRAMES = 256;
  private static final int SETTING = 6;
  private static final int HIGHEST_TYPE = 0x10;

  Bytes encoded() {
    int length = payload.length();
    return Bytes.of(
            (byte) (length >> 16),
            (byte) (length >> 8),
            (byte) length,
            (byte) type,
            (byte) flags,
            (byte) (stream >> 24),
            (byte) (stream >> 16),
            (byte) (stream >> 8),
            (byte) stream)
        .plus(payload);
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /**
   * The whole frames at the beginning of the bytes, up to the first that breaks a rule or isn't
   * there yet.
   */
  static List<Http2Frame> read(Bytes received) {
    List<Http2Frame> frames = new ArrayList<>();
    int at = 0;
    while (at + HEADER <= received.length() && frames.size() < MOST_FRAMES) {
      int length = received.at(at) << 16 | received.u16(at + 1);
      int end = at + HEADER + length;
      if (length > MOST_PAYLOAD || end > received.length()) {
        break;
      }
      frames.add(
          new Http2Frame(
              received.at(at + 3),
              received.at(at + 4),
              (int) (received.u32(at + 5) & 0x7fffffff),
              received.slice(at + HEADER, end)));
      at = end;
    }
    return frames;
  }

  /**
   * Whether the bytes begin with the header of a server's first frame: SETTINGS, no ACK, on the
   * connection.
   */
  static boolean beginsConnection(Bytes received) {
    if (received.length() < HEADER) {
      return false;
    }
    int length = received.at(0) << 16 | received.u16(1);
    return received.at(3) == SETTINGS
        && received.at(4) == 0
        && received.u32(5) == 0
        && length % SETTING == 0
        && length <= HIGHEST_TYPE * SETTING * 2;
  }

  /** Whether the bytes may be the first of {@link #beginsConnection}. */
  static boolean mayBeginConnection(Bytes received) {
    int length = received.length();
    return length > 0
        && received.at(0) == 0
        && (length < 2 || received.at(1) == 0)
        && (length < 3 || received.at(2) % SETTING == 0)
        && (length < 4 || received.at(3) == SETTINGS)
        && (length < HEADER || beginsConnection(received));
  }

  /**
   * Whether settings are what the RFC allows: values of the known ones within their ranges (section
   * 6.5.2).
   */
  boolean isValidSettings() {
    if (type != SETTINGS || stream != 0 || payload.length() % SETTING != 0) {
      return false;
    }
    for (int at = 0; at < payload.length(); at += SETTING) {
      long value = payload.u32(at + 2);
      boolean valid =
          switch (payload.u16(at)) {
            case 0x2, 0x8 -> value <= 1;
            case 0x4 -> value <= 0x7fffffffL;
            case 0x5 -> value >= 16_384 && value <= 16_777_215;
            default -> true;
          };
      if (!valid) {
        return false;
      }
    }
    return true;
  }

  /**
   * The header block of the first response on a stream, without padding; empty where it isn't
   * whole.
   */
  static Optional<Bytes> headerBlock(List<Http2Frame> frames, int stream) {
    Bytes block = null;
    for (Http2Frame frame : frames) {
      if (frame.stream == stream && frame.type == HEADERS && block == null) {
        block = frame.unpadded();
      } else if (frame.stream == stream && frame.type == CONTINUATION && block != null) {
        block = block.plus(frame.payload);
      } else {
        continue;
      }
      if (frame.has(END_HEADERS)) {
        return Optional.of(block);
      }
    }
    return Optional.empty();
  }

  /** What DATA frames of a stream carry. */
  static Bytes data(List<Http2Frame> frames, int stream) {
    Bytes all = Bytes.EMPTY;
    for (Http2Frame frame : frames) {
      if (frame.type == DATA && frame.stream == stream) {
        all = all.plus(frame.unpadded());
      }
    }
    return all;
  }

  /** Whether a stream has come to its end, or the connection has. */
  static boolean ended(List<Http2Frame> frames, int stream) {
    return frames.stream()
        .anyMatch(
            frame ->
                frame.type == GOAWAY
                    || (frame.stream == stream
                        && (frame.type == RST_STREAM
                            || ((frame.type == HEADERS || frame.type == DATA)
                                && frame.has(END_STREAM)))));
  }

  private Bytes unpadded() {
    int from = 0;
    int padding = 0;
    if (has(PADDED) && !payload.isEmpty()) {
      padding = payload.at(0);
      from = 1;
    }
    if (type == HEADERS && has(PRIORITY)) {
      from += 5;
    }
    int to = payload.length() - padding;
    return from <= to ? payload.slice(from, to) : Bytes.EMPTY;
  }
}
