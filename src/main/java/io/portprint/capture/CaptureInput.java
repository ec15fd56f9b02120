package io.portprint.capture;

import io.portprint.capture.CaptureException.TooLarge;
import io.portprint.capture.CaptureException.TooSlow;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;

/** The bytes of a capture file as they come: so many at most, and until a time at the latest. */
final class CaptureInput {

  private static final int STEP = 65_536;

  private final InputStream stream;
  private final long limit;
  private final InstantSource clock;
  private final Instant until;
  private final byte[] scrap = new byte[8192];
  private long position;

  CaptureInput(InputStream stream, long limit, InstantSource clock, Instant until) {
    this.stream = stream;
    this.limit = limit;
    this.clock = clock;
    this.until = until;
  }

  /** How many bytes have been read. */
  long position() {
    return position;
  }

  /**
   * The next bytes, fewer at the end of the file. Memory is taken as they come, not as a header
   * promises them.
   */
  byte[] read(int count) throws IOException {
    if (count <= STEP) {
      return step(count);
    }
    byte[] all = step(STEP);
    while (all.length < count) {
      int wanted = Math.min(count - all.length, all.length);
      byte[] more = step(wanted);
      int before = all.length;
      all = Arrays.copyOf(all, before + more.length);
      System.arraycopy(more, 0, all, before, more.length);
      if (more.length < wanted) {
        break;
      }
    }
    return all;
  }

  private byte[] step(int count) throws IOException {
    byte[] read = stream.readNBytes(count);
    count(read.length);
    return read;
  }

  /** Whether as many bytes were there to be passed over. */
  boolean skip(long count) throws IOException {
    for (long left = count; left > 0; ) {
      int read = stream.read(scrap, 0, (int) Math.min(left, scrap.length));
      if (read < 0) {
        return false;
      }
      count(read);
      left -= read;
    }
    return true;
  }

  /** Passes over all that is left: who still sends can't hear an answer. */
  void drain() throws IOException {
    boolean more = true;
    while (more) {
      more = skip(scrap.length);
    }
  }

  private void count(int read) {
    position += read;
    if (position > limit) {
      throw new TooLarge("the file is longer than %,d bytes".formatted(limit), limit);
    }
    if (clock.instant().isAfter(until)) {
      throw new TooSlow("the upload did not end in time");
    }
  }
}
