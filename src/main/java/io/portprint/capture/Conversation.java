package io.portprint.capture;

import io.portprint.capture.Flow.Ending;
import io.portprint.capture.Flow.Side;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Transport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A conversation while the capture is being read. Its sides are that of its first packet and the
 * other.
 */
final class Conversation {

  /** Turns that are kept of one conversation; further ones are counted. */
  static final int MOST_TURNS = 10_000;

  /**
   * Of a conversation without any payload, and of a turn beside its payload; in bytes, rounded up.
   */
  static final int WEIGHT = 1024;

  private static final int TURN_WEIGHT = 160;

  private final Transport transport;
  private final Peer first;
  private final Peer second;
  private final int mostBytes;
  private final Room.Share room;
  private final Half ofFirst;
  private final Half ofSecond;
  private final List<Run> turns = new ArrayList<>();
  private @Nullable Half client;
  private @Nullable Half firstSpeaker;
  private @Nullable Half lastSpeaker;
  private @Nullable Instant from;
  private @Nullable Instant to;
  private @Nullable Instant now;
  private Ending ending = Ending.OPEN;
  private long turnCount;
  private int kept;

  /** Bytes that wait in all conversations of the capture. */
  private final Waiting waiting;

  /** Counts what waits for earlier segments, over all conversations of one capture. */
  static final class Waiting {

    static final int MOST = 16 << 20;

    private final Room.Share room;
    private long bytes;

    Waiting(Room.Share room) {
      this.room = room;
    }

    private boolean add(int more) {
      if (more > 0) {
        room.take(more);
      } else {
        room.giveBack(-more);
      }
      bytes += more;
      return bytes <= MOST;
    }
  }

  /** A turn as it grows. */
  private static final class Run {
    private final Half speaker;
    private final @Nullable Instant at;
    private final long missing;
    private byte[] content = new byte[0];
    private int size;
    private long length;

    Run(Half speaker, @Nullable Instant at, long missing) {
      this.speaker = speaker;
      this.at = at;
      this.missing = missing;
    }
  }

  /** One direction. */
  private final class Half implements TcpStream.Sink {
    private final TcpStream stream = new TcpStream(this);
    private long packets;
    private long bytes;
    private long missing;

    /** Bytes that are missing before what it says next. */
    private long gap;

    @Override
    public void bytes(byte[] content, int begin, int end, int length) {
      if (end > begin) {
        bytes += end - begin;
        said(this, content, begin, end, end - begin);
      }
      if (length > end - begin) {
        missing(length - (end - begin));
      }
    }

    @Override
    public void missing(long count) {
      missing += count;
      gap += count;
    }

    @Override
    public boolean waiting(int more) {
      return waiting.add(more);
    }

    Side side() {
      return new Side(packets, bytes, stream.repeated(), missing);
    }
  }

  Conversation(
      Transport transport,
      Peer first,
      Peer second,
      int mostBytes,
      Room.Share room,
      Waiting waiting) {
    room.take(WEIGHT);
    this.transport = transport;
    this.first = first;
    this.second = second;
    this.mostBytes = mostBytes;
    this.room = room;
    this.waiting = waiting;
    this.ofFirst = new Half();
    this.ofSecond = new Half();
  }

  private Half of(Peer sender) {
    return sender.equals(first) ? ofFirst : ofSecond;
  }

  private Half other(Half half) {
    return half == ofFirst ? ofSecond : ofFirst;
  }

  private void seen(Half sender, @Nullable Instant at) {
    sender.packets++;
    now = at;
    if (at != null) {
      from = from == null || at.isBefore(from) ? at : from;
      to = to == null || at.isAfter(to) ? at : to;
    }
  }

  /** Each datagram is a turn of its own. */
  void datagram(Peer sender, @Nullable Instant at, byte[] data, int length) {
    Half half = of(sender);
    seen(half, at);
    half.bytes += data.length;
    half.missing += length - data.length;
    lastSpeaker = null;
    said(half, data, 0, data.length, length);
  }

  /** Whether a segment opens another connection between the same ports. */
  boolean isSucceededBy(Peer sender, TcpSegment segment) {
    TcpStream stream = of(sender).stream;
    return segment.syn()
        && !segment.ack()
        && stream.begun()
        && !stream.beginsAt(segment.dataSequence());
  }

  void segment(Peer sender, @Nullable Instant at, TcpSegment segment) {
    Half half = of(sender);
    Half other = other(half);
    seen(half, at);
    if (segment.syn() && client == null) {
      client = segment.ack() ? other : half;
    }
    if (segment.ack() && other.stream.begun()) {
      other.stream.acknowledged(segment.acknowledgment());
    }
    if (segment.rst()) {
      ending = Ending.RESET; // what it carries is a reason for people (RFC 9293, section 3.5.3)
      return;
    }
    half.stream.accept(segment);
    if (segment.fin() && ending == Ending.OPEN) {
      ending = Ending.CLOSED;
    }
  }

  private void said(Half speaker, byte[] content, int begin, int end, long length) {
    if (firstSpeaker == null) {
      firstSpeaker = speaker;
    }
    if (speaker != lastSpeaker || speaker.gap > 0) {
      turnCount++;
      if (turnCount <= MOST_TURNS) {
        room.take(TURN_WEIGHT);
        turns.add(new Run(speaker, now, speaker.gap));
      }
      lastSpeaker = speaker;
      speaker.gap = 0;
    }
    if (turnCount <= MOST_TURNS) {
      Run run = turns.getLast();
      run.length += length;
      append(run, content, begin, Math.min(end, begin + mostBytes - kept));
    }
  }

  private void append(Run run, byte[] content, int begin, int end) {
    int count = end - begin;
    int needed = run.size + count;
    if (needed > run.content.length) {
      long roomy = run.size == 0 ? needed : Math.max(needed, run.content.length * 3L / 2);
      int capacity = (int) Math.min(roomy, (long) run.size + mostBytes - kept);
      room.take(Room.weight(capacity) - Room.weight(run.content.length));
      run.content = Arrays.copyOf(run.content, capacity);
    }
    System.arraycopy(content, begin, run.content, run.size, count);
    run.size = needed;
    kept += count;
  }

  /** The conversation as it stands at the end of the capture. */
  Flow end(int number) {
    ofFirst.stream.end();
    ofSecond.stream.end();
    Half asker = client != null ? client : firstSpeaker != null ? firstSpeaker : ofFirst;
    List<Turn> said = new ArrayList<>(turns.size());
    for (Run run : turns) {
      Bytes payload = Bytes.of(run.content, 0, run.size);
      room.giveBack(Room.weight(run.content.length) - Room.weight(run.size));
      said.add(
          new Turn(
              run.speaker == asker ? Speaker.CLIENT : Speaker.SERVER,
              run.at,
              payload,
              run.length,
              run.missing));
    }
    turns.clear();
    return new Flow(
        number,
        transport,
        asker == ofFirst ? first : second,
        asker == ofFirst ? second : first,
        firstSpeaker == null ? null : firstSpeaker == asker ? Speaker.CLIENT : Speaker.SERVER,
        from,
        to,
        ending,
        asker.side(),
        other(asker).side(),
        said,
        turnCount,
        null);
  }
}
