package io.portprint.capture.evidence;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Packets in the order of time, no two at once. */
final class Tape {

  /** Between packets of which nothing better is known, in nanoseconds. */
  private static final long STEP = 1_000;

  private final PcapngWriter file;
  private long now;

  /**
   * @param begin in nanoseconds since 1970
   */
  Tape(PcapngWriter file, long begin) {
    this.file = file;
    this.now = begin;
  }

  /** Goes on at a time, in nanoseconds since 1970, or at once where that is past. */
  void forward(long time) {
    now = Math.max(now, time);
  }

  /**
   * @param after how many nanoseconds after the packet before; 0 where that isn't known
   */
  void add(Direction direction, byte[] packet, @Nullable String comment, long after)
      throws IOException {
    now += after == 0 ? STEP : after;
    file.packet(now, direction, packet, comment);
  }
}
