package io.portprint.capture;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One packet of a capture, not looked into yet.
 *
 * @param offset of its record or block in the file
 * @param at when it was seen; null where the file does not tell
 * @param linkType what it begins with, by the registry of link-layer header types
 * @param data what was kept of it
 * @param length how long it was on the wire, which may be more
 */
record Packet(long offset, @Nullable Instant at, int linkType, byte[] data, long length) {

  /** The longest that is kept of a packet in practice (libpcap's MAXIMUM_SNAPLEN). */
  static final int LONGEST = 262_144;

  /** Takes the packets of a capture in their order. */
  interface Sink {

    /** Whether further ones are wanted. */
    boolean take(Packet packet);
  }
}
