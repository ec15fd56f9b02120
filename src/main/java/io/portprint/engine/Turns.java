package io.portprint.engine;

import io.portprint.scope.ApprovedEndpoint;
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

/**
 * Whose turn it is: runs take turns endpoint by endpoint, so a small run is not stuck behind a
 * large one, and no host has more endpoints under examination than it may. A run is expanded a
 * chunk at a time, and a run whose chunk has only endpoints of busy hosts steps aside until one of
 * them is free.
 *
 * <p>A data structure without threads; not safe for use by several at once.
 */
final class Turns<R extends Turns.Line> {

  static final int CHUNK = 256;

  /** Endpoints in a line. */
  interface Line {

    long size();

    ApprovedEndpoint endpoint(long index);
  }

  /** A run's place in the order. */
  private static final class Entry<R extends Line> {

    private final R run;
    private final Map<InetAddress, Deque<Turn<R>>> chunk = new LinkedHashMap<>();
    private int inChunk;
    private long next;

    private Entry(R run) {
      this.run = run;
    }

    private boolean exhausted() {
      return inChunk == 0 && next == run.size();
    }

    /** Endpoints whose turn has not come. */
    private long left() {
      return inChunk + run.size() - next;
    }

    private void expand() {
      while (inChunk < CHUNK && next < run.size()) {
        ApprovedEndpoint endpoint = run.endpoint(next);
        chunk
            .computeIfAbsent(endpoint.endpoint().address(), host -> new ArrayDeque<>())
            .add(new Turn<>(run, next, endpoint));
        next++;
        inChunk++;
      }
    }
  }

  /** An endpoint whose turn has come. */
  record Turn<R>(R run, long index, ApprovedEndpoint endpoint) {

    InetAddress host() {
      return endpoint.endpoint().address();
    }
  }

  private static final class Host<R extends Line> {
    private int busy;
    private final SequencedSet<Entry<R>> waiting = new LinkedHashSet<>();
  }

  private final int capacity;
  private final int perHost;
  private final Deque<Entry<R>> ring = new ArrayDeque<>();
  private final Map<R, Entry<R>> entries = new HashMap<>();
  private final Map<InetAddress, Host<R>> hosts = new HashMap<>();
  private int busy;

  /**
   * @param capacity endpoints under examination at a time
   * @param perHost endpoints of one address under examination at a time
   */
  Turns(int capacity, int perHost) {
    this.capacity = capacity;
    this.perHost = perHost;
  }

  void add(R run) {
    Entry<R> entry = new Entry<>(run);
    entries.put(run, entry);
    ring.add(entry);
  }

  /**
   * The next turn, which takes a place until it is {@link #release}d; empty where none can be had
   * now.
   */
  Optional<Turn<R>> next() {
    while (busy < capacity) {
      Entry<R> entry = ring.poll();
      if (entry == null) {
        return Optional.empty();
      }
      entry.expand();
      Optional<Turn<R>> turn = take(entry);
      if (entry.exhausted()) {
        entries.remove(entry.run);
      } else if (turn.isPresent()) {
        ring.add(entry);
      } else {
        entry.chunk.keySet().forEach(host -> host(host).waiting.add(entry));
      }
      if (turn.isPresent()) {
        return turn;
      }
    }
    return Optional.empty();
  }

  private Optional<Turn<R>> take(Entry<R> entry) {
    Iterator<Map.Entry<InetAddress, Deque<Turn<R>>>> each = entry.chunk.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<InetAddress, Deque<Turn<R>>> one = each.next();
      Host<R> host = host(one.getKey());
      if (host.busy < perHost) {
        Turn<R> turn = one.getValue().remove();
        // another host's endpoint comes next
        each.remove();
        if (!one.getValue().isEmpty()) {
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

  private Host<R> host(InetAddress address) {
    return hosts.computeIfAbsent(address, unknown -> new Host<>());
  }

  /** Gives back the place of a turn; a run that waited for its host is in line again. */
  void release(Turn<R> turn) {
    busy--;
    Host<R> host = host(turn.host());
    host.busy--;
    if (!host.waiting.isEmpty()) {
      Entry<R> woken = host.waiting.removeFirst();
      woken.chunk.keySet().forEach(other -> host(other).waiting.remove(woken));
      ring.add(woken);
    }
    if (host.busy == 0 && host.waiting.isEmpty()) {
      hosts.remove(turn.host());
    }
  }

  /** Takes a run out of the order. How many of its endpoints had no turn. */
  long remove(R run) {
    Entry<R> entry = entries.remove(run);
    if (entry == null) {
      return 0;
    }
    ring.remove(entry);
    entry.chunk.keySet().forEach(host -> host(host).waiting.remove(entry));
    hosts.values().removeIf(host -> host.busy == 0 && host.waiting.isEmpty());
    return entry.left();
  }

  /** Runs that stand aside until a host of theirs is free. */
  int parked() {
    return entries.size() - ring.size();
  }

  /** Endpoints under examination now. */
  int busy() {
    return busy;
  }
}
