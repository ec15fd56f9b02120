package io.portprint.capture;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * One direction of a TCP connection, put in order (RFC 9293, section 3.10.7.4). What was sent again
 * is passed over: what was put out stays, and of two that overlap while they wait, the one that
 * begins first. What came early waits for what lies before; a part that the other side has
 * acknowledged, and the capture lacks, is not waited for.
 */
final class TcpStream {

  /** What comes out, in order. */
  interface Sink {

    /** So many bytes, of which these were captured; the array is not to be kept. */
    void bytes(byte[] content, int from, int to, int length);

    /** Bytes that the capture lacks. */
    void missing(long count);

    /**
     * Bytes that wait, or, where negative, wait no longer.
     *
     * @return whether that many may wait
     */
    boolean waiting(int more);
  }

  /** Nobody has a larger window (RFC 7323, section 2.3): what is farther ahead is garbage. */
  private static final int LARGEST_WINDOW = 1 << 30;

  static final int MOST_WAITING = 1 << 20;
  static final int MOST_SEGMENTS = 1024;

  /** Of a segment that waits, beside its bytes, in bytes of memory. */
  private static final int OVERHEAD = 112;

  /** A segment that came early. Its length on the wire may be more than what was captured. */
  private record Early(byte[] data, int length) {

    int weight() {
      return data.length + OVERHEAD;
    }
  }

  private final Sink sink;
  private final TreeMap<Long, Early> early = new TreeMap<>();
  private boolean begun;
  private int nextSequence;
  private long next;
  private int waiting;
  private long repeated;
  private long ignored;

  TcpStream(Sink sink) {
    this.sink = sink;
  }

  /** Whether its position is known: by a SYN, or by what was seen first. */
  boolean begun() {
    return begun;
  }

  /** Whether nothing of it was seen before this position. */
  boolean beginsAt(int sequence) {
    return begun && nextSequence - (int) next == sequence;
  }

  long repeated() {
    return repeated;
  }

  /** Segments that lie farther ahead than any window is wide. */
  long ignored() {
    return ignored;
  }

  void accept(TcpSegment segment) {
    if (!begun) {
      begun = true;
      nextSequence = segment.dataSequence();
    }
    if (segment.length() == 0) {
      return;
    }
    int ahead = segment.dataSequence() - nextSequence;
    if (ahead > LARGEST_WINDOW) {
      ignored++;
    } else if (ahead > 0) {
      keep(next + ahead, segment.data(), segment.length());
    } else if (ahead + (long) segment.length() <= 0) {
      repeated += segment.length();
    } else {
      repeated -= ahead;
      deliver(segment.data(), segment.length(), -ahead);
      drain();
    }
  }

  /** The other side has everything before this position, whether or not the capture has. */
  void acknowledged(int sequence) {
    while (!early.isEmpty()
        && sequence - nextSequence > early.firstKey() - next
        && sequence - nextSequence <= LARGEST_WINDOW) {
      passOver();
    }
  }

  /** Nothing more comes: what waited is all there is. */
  void end() {
    while (!early.isEmpty()) {
      passOver();
    }
  }

  private void keep(long position, byte[] data, int length) {
    long from = position;
    byte[] rest = data;
    int left = length;
    // behind what covers its beginning already
    for (var before = early.floorEntry(from);
        before != null && before.getKey() + before.getValue().length > from;
        before = early.floorEntry(from)) {
      long covered = before.getKey() + before.getValue().length - from;
      if (covered >= left) {
        repeated += left;
        return;
      }
      repeated += covered;
      rest = covered >= rest.length ? new byte[0] : tail(rest, (int) covered);
      left -= (int) covered;
      from += covered;
    }
    Early kept = new Early(rest, left);
    early.put(from, kept);
    waiting += kept.weight();
    boolean fits = sink.waiting(kept.weight());
    while (!early.isEmpty() && (!fits || waiting > MOST_WAITING || early.size() > MOST_SEGMENTS)) {
      passOver();
    }
  }

  private static byte[] tail(byte[] data, int from) {
    return Arrays.copyOfRange(data, from, data.length);
  }

  /** Takes the part before the first that waits for lost. */
  private void passOver() {
    long gap = early.firstKey() - next;
    if (gap > 0) {
      sink.missing(gap);
      advance(gap);
    }
    drain();
  }

  private void drain() {
    while (!early.isEmpty() && early.firstKey() <= next) {
      Map.Entry<Long, Early> first = early.pollFirstEntry();
      Early segment = first.getValue();
      waiting -= segment.weight();
      sink.waiting(-segment.weight());
      long behind = next - first.getKey();
      if (behind >= segment.length) {
        repeated += segment.length;
      } else {
        repeated += behind;
        deliver(segment.data, segment.length, (int) behind);
      }
    }
  }

  private void deliver(byte[] data, int length, int from) {
    int to = Math.max(from, data.length);
    int count = length - from;
    sink.bytes(data, Math.min(from, data.length), Math.min(to, data.length), count);
    advance(count);
  }

  private void advance(long count) {
    next += count;
    nextSequence += (int) count;
  }
}
