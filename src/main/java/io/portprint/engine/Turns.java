package io.portprint.engine;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is: lines take turns endpoint by endpoint, or a few at a time where their work is
 * urgent, so a short line is not stuck behind a long one; and no host has more endpoints at a time
 * than it may. A line comes forward a chunk at a time, and one whose chunk has only endpoints of
 * busy hosts steps aside until one of them is free. A line that has nothing now is dropped, and
 * comes back by being {@link #add}ed.
 *
 * <p>A data structure without threads; not safe for use by several at once.
 */
final class Turns<L extends Turns.Line> {

  static final int CHUNK = 256;

  /** Endpoints in a line. */
  interface Line {

    /** The next endpoint in line; null where there is none now. */
    @Nullable Waiting next();

    /** How many turns it has before another line has one. */
    int weight();
  }

  /** A line's place in the order. */
  private static final class Entry<L extends Line> {

    private final L line;
    private final Map<InetAddress, Deque<Turn<L>>> chunk = new LinkedHashMap<>();
    private int inChunk;
    private int inRow;

    private Entry(L line) {
      this.line = line;
    }

    private void comeForward() {
      while (inChunk < CHUNK) {
        Waiting next = line.next();
        if (next == null) {
          return;
        }
        chunk
            .computeIfAbsent(next.endpoint().endpoint().address(), host -> new ArrayDeque<>())
            .add(new Turn<>(line, next));
        inChunk++;
      }
    }
  }

  /** An endpoint whose turn has come. */
  record Turn<L>(L line, Waiting waiting) {

    InetAddress host() {
      return waiting.endpoint().endpoint().address();
    }
  }

  private static final class Host<L extends Line> {
    private int busy;
    private final SequencedSet<Entry<L>> waiting = new LinkedHashSet<>();
  }

  private final int capacity;
  private final ToIntFunction<InetAddress> perHost;
  private final Deque<Entry<L>> ring = new ArrayDeque<>();
  private final Map<L, Entry<L>> entries = new HashMap<>();
  private final Map<InetAddress, Host<L>> hosts = new HashMap<>();
  private int busy;

  /**
   * @param capacity endpoints at a time
   * @param perHost endpoints of one address at a time
   */
  Turns(int capacity, ToIntFunction<InetAddress> perHost) {
    this.capacity = capacity;
    this.perHost = perHost;
  }

  /** Puts a line at the end of the order; false where it stands there already. */
  boolean add(L line) {
    if (entries.containsKey(line)) {
      return false;
    }
    Entry<L> entry = new Entry<>(line);
    entries.put(line, entry);
    ring.add(entry);
    return true;
  }

  /**
   * The next turn, which takes a place until it is {@link #release}d; empty where none can be had
   * now.
   */
  Optional<Turn<L>> next() {
    while (busy < capacity) {
      Entry<L> entry = ring.poll();
      if (entry == null) {
        return Optional.empty();
      }
      entry.comeForward();
      Optional<Turn<L>> turn = take(entry);
      if (entry.inChunk == 0) {
        entry.comeForward();
      }
      if (entry.inChunk == 0) {
        entries.remove(entry.line);
      } else if (turn.isEmpty()) {
        entry.inRow = 0;
        entry.chunk.keySet().forEach(host -> host(host).waiting.add(entry));
      } else if (++entry.inRow < entry.line.weight()) {
        ring.addFirst(entry);
      } else {
        entry.inRow = 0;
        ring.add(entry);
      }
      if (turn.isPresent()) {
        return turn;
      }
    }
    return Optional.empty();
  }

  private Optional<Turn<L>> take(Entry<L> entry) {
    Iterator<Map.Entry<InetAddress, Deque<Turn<L>>>> each = entry.chunk.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<InetAddress, Deque<Turn<L>>> one = each.next();
      Host<L> host = host(one.getKey());
      if (host.busy < perHost.applyAsInt(one.getKey())) {
        Turn<L> turn = one.getValue().remove();
        if (one.getValue().isEmpty()) {
          each.remove();
        } else if (entry.chunk.size() > 1) {
          // another host's endpoint comes next
          each.remove();
          entry.chunk.put(one.getKey(), one.getValue());
        }
        entry.inChunk--;
        host.busy++;
        busy++;
        return Optional.of(turn);
      }
    }
    return Optional.empty();
  }

  private Host<L> host(InetAddress address) {
    return hosts.computeIfAbsent(address, unknown -> new Host<>());
  }

  /** Gives back the place of a turn; a line that waited for its host is in the order again. */
  void release(Turn<L> turn) {
    busy--;
    Host<L> host = host(turn.host());
    host.busy--;
    if (!host.waiting.isEmpty()) {
      Entry<L> woken = host.waiting.removeFirst();
      woken.chunk.keySet().forEach(other -> host(other).waiting.remove(woken));
      ring.add(woken);
    }
    if (host.busy == 0 && host.waiting.isEmpty()) {
      hosts.remove(turn.host());
    }
  }

  /** Takes a line out of the order; those of its endpoints that had come forward are told. */
  void remove(L line, Consumer<Waiting> hadNoTurn) {
    Entry<L> entry = entries.remove(line);
    if (entry == null) {
      return;
    }
    ring.remove(entry);
    entry.chunk.keySet().forEach(host -> host(host).waiting.remove(entry));
    hosts.values().removeIf(host -> host.busy == 0 && host.waiting.isEmpty());
    entry.chunk.values().forEach(turns -> turns.forEach(turn -> hadNoTurn.accept(turn.waiting())));
  }

  /** Lines that stand aside until a host of theirs is free. */
  int parked() {
    return entries.size() - ring.size();
  }

  /** Turns that are taken now. */
  int busy() {
    return busy;
  }
}
