package io.portprint.transport;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.State;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.ConversationException.Failure;
import io.portprint.scope.ApprovedEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which endpoints are open, many at a time: TCP by connecting, UDP by what the port's
 * protocols answer to. A few threads, each with a selector of its own, ask an {@link Office} for
 * endpoints whose turn has come and tell it what became of each.
 *
 * <p>What an attempt can tell is what connect(2) tells: a reset is {@code closed}, silence after
 * several attempts is {@code filtered}. A firewall that answers with a reset, or with ICMP's port
 * unreachable, can't be told from a closed port without raw sockets.
 */
public final class Sweeper<K extends Sweeper.Knock> implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Sweeper.class);

  /** Endpoints that are taken together. */
  private static final int BATCH = 64;

  /** What is worth reading of an answer: that there is one. */
  private static final int DATAGRAM = 1;

  /** After a failure of this machine (no descriptor, no port) an attempt waits this long. */
  private static final long RECOVERY = Duration.ofMillis(50).toNanos();

  private static final int MOST_RECOVERIES = 100;
  private static final int MOST_THREADS = 4;
  private static final int HOSTS = 100_000;
  private static final Duration REMEMBERED = Duration.ofMinutes(10);

  /** An endpoint whose turn has come. */
  public interface Knock {

    ApprovedEndpoint endpoint();

    /** Whether anybody still wants to know; where not, nobody is told. */
    boolean wanted();

    /** What to say over UDP, one per attempt and then anew; at least one. */
    List<Bytes> payloads();
  }

  /** Who gives endpoints out and is told what became of them. Called by the sweep's threads. */
  public interface Office<K> {

    /** Adds up to so many endpoints whose turn has come. */
    void take(int most, List<? super K> to);

    /**
     * The endpoint is open.
     *
     * @param caller the connection, which is the office's from now on; null for UDP
     */
    void open(K knock, @Nullable Caller caller);

    /** The endpoint is not known to be open. */
    void quiet(K knock, State state);

    /** Nobody wanted to know any more. */
    void dropped(K knock);
  }

  private final Office<K> office;
  private final Gate gate;
  private final SweepMetrics metrics;
  private final Supplier<Refusals> refusals;
  private final LoadingCache<InetAddress, Path> paths;
  private final int loopbackWindow;
  private final List<Worker> workers = new ArrayList<>();
  private volatile boolean closed;

  /**
   * @param refusals makes what is asked about loopback first, by the thread that uses it
   */
  Sweeper(
      Office<K> office,
      Gate gate,
      SweepProperties limits,
      SweepMetrics metrics,
      Supplier<Refusals> refusals) {
    this.office = office;
    this.gate = gate;
    this.metrics = metrics;
    this.refusals = refusals;
    this.loopbackWindow = limits.maxInFlight();
    this.paths =
        Caffeine.newBuilder()
            .maximumSize(HOSTS)
            .expireAfterAccess(REMEMBERED)
            .build(host -> new Path(limits));
    int threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
    for (int i = 0; i < threads; i++) {
      workers.add(new Worker(Math.max(1, limits.maxInFlight() / threads)));
    }
  }

  /** Begins to ask the office for work. */
  public void start() {
    for (int i = 0; i < workers.size(); i++) {
      Thread.ofPlatform().name("sweep-" + i).daemon().start(workers.get(i));
    }
  }

  /** How many endpoints of a host may be under way at a time. */
  public int window(InetAddress host) {
    return host.isLoopbackAddress() ? loopbackWindow : paths.get(host).window();
  }

  /** There may be more to take, or less that is wanted. */
  public void wake() {
    workers.forEach(worker -> worker.selector.wakeup());
  }

  /** Lets go at once of what nobody wants to know any more. */
  public void forget() {
    workers.forEach(worker -> worker.unwanted = true);
    wake();
  }

  @Override
  public void close() {
    closed = true;
    wake();
  }

  /** One endpoint on its way. */
  private final class Attempt implements Comparable<Attempt> {

    private final K knock;
    private final InetAddress host;
    private final Path path;
    private final boolean datagram;
    private int number = 1;
    private int recoveries;
    private @Nullable SelectableChannel channel;
    private boolean told;
    private long startedAt;
    private long due;

    Attempt(K knock) {
      this.knock = knock;
      this.host = knock.endpoint().endpoint().address();
      this.path = paths.get(host);
      this.datagram = knock.endpoint().endpoint().transport() == Transport.UDP;
    }

    InetSocketAddress address() {
      return new InetSocketAddress(host, knock.endpoint().endpoint().port());
    }

    /** Something was said, and an answer is waited for. */
    boolean underWay() {
      return channel != null;
    }

    /** UDP is said every payload, and everything again where the way loses packets. */
    int tries() {
      int tries = path.tries();
      int payloads = knock.payloads().size();
      return datagram && payloads > 1 ? payloads * Math.max(1, tries - 1) : tries;
    }

    /** How often the same was said: attempts with different payloads say nothing of loss. */
    int round() {
      return datagram ? 1 + (number - 1) / Math.max(1, knock.payloads().size()) : number;
    }

    @Override
    public int compareTo(Attempt other) {
      return Long.compare(due - other.due, 0);
    }
  }

  private final class Worker implements Runnable {

    private final Selector selector;
    private final int capacity;
    private final List<K> batch = new ArrayList<>(BATCH);
    private final PriorityQueue<Attempt> pending = new PriorityQueue<>();
    private final Map<Attempt, SocketChannel> connected = new HashMap<>();
    private final ByteBuffer answer = ByteBuffer.allocateDirect(DATAGRAM);
    private volatile boolean unwanted;
    private @Nullable Refusals onLoopback;

    Worker(int capacity) {
      this.capacity = capacity;
      try {
        this.selector = Selector.open();
      } catch (IOException e) {
        throw new UncheckedIOException("no selector for the sweep", e);
      }
    }

    @Override
    public void run() {
      try (selector) {
        while (!closed) {
          try {
            turn();
          } catch (RuntimeException e) {
            // a defect must not end the sweep of everybody
            log.atError().setCause(e).log("the sweep stumbled");
          }
        }
      } catch (IOException e) {
        log.atError().setCause(e).log("the sweep ended");
      } finally {
        pending.forEach(one -> shut(one));
        if (onLoopback != null) {
          onLoopback.close();
        }
      }
    }

    private void turn() throws IOException {
      if (unwanted) {
        unwanted = false;
        drop();
      }
      int room = Math.min(BATCH, capacity - pending.size());
      if (room > 0) {
        office.take(room, batch);
      }
      boolean more = !batch.isEmpty();
      while (!batch.isEmpty()) {
        Attempt attempt = new Attempt(batch.removeLast());
        guarded(attempt, () -> begin(attempt));
      }
      if (more && pending.isEmpty()) {
        return; // all were answered at once, and nothing else is waited for
      }
      wait(more);
      answers();
      times();
    }

    /** A defect in one attempt must cost neither the others nor the end of its run. */
    private void guarded(Attempt attempt, Runnable step) {
      try {
        step.run();
      } catch (RuntimeException e) {
        log.atError()
            .addKeyValue("endpoint", attempt.knock.endpoint())
            .setCause(e)
            .log("the sweep of an endpoint failed");
        pending.remove(attempt);
        shut(attempt);
        if (!attempt.told) {
          told(attempt, () -> office.quiet(attempt.knock, State.NOT_PROBED));
        }
      }
    }

    private void drop() {
      List<Attempt> gone = pending.stream().filter(one -> !one.knock.wanted()).toList();
      pending.removeAll(new HashSet<>(gone));
      gone.forEach(this::shut);
      gone.forEach(this::drop);
    }

    private void wait(boolean more) throws IOException {
      Attempt next = pending.peek();
      if (more) {
        selector.selectNow();
      } else if (next == null) {
        selector.select();
      } else {
        long nanos = next.due - System.nanoTime();
        if (nanos <= 0) {
          selector.selectNow();
        } else {
          selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
        }
      }
    }

    /** Within the limits on rates: now, or when they allow. */
    private void begin(Attempt attempt) {
      if (!attempt.knock.wanted()) {
        drop(attempt);
        return;
      }
      long wait = gate.reserve(attempt.knock.endpoint());
      if (wait > 0) {
        attempt.due = System.nanoTime() + wait;
        pending.add(attempt);
      } else {
        say(attempt);
      }
    }

    private void say(Attempt attempt) {
      metrics.attempted(attempt.datagram, attempt.number > 1 || attempt.recoveries > 0);
      attempt.startedAt = System.nanoTime();
      try {
        if (attempt.datagram) {
          ask(attempt);
        } else {
          connect(attempt);
        }
      } catch (IOException e) {
        failed(attempt, e);
      }
    }

    private void connect(Attempt attempt) throws IOException {
      if (attempt.host.isLoopbackAddress()
          && onLoopback().refuses(attempt.host, attempt.knock.endpoint().endpoint().port())) {
        refused(attempt);
        return;
      }
      SocketChannel channel =
          SocketChannel.open(
              attempt.host instanceof Inet4Address
                  ? StandardProtocolFamily.INET
                  : StandardProtocolFamily.INET6);
      attempt.channel = channel;
      channel.configureBlocking(false);
      // on loopback the answer has come when connect(2) returns
      if (channel.connect(attempt.address())
          || attempt.host.isLoopbackAddress() && channel.finishConnect()) {
        heard(attempt, attempt.round());
        handOver(attempt, channel);
      } else {
        channel.register(selector, SelectionKey.OP_CONNECT, attempt);
        await(attempt);
      }
    }

    private Refusals onLoopback() {
      if (onLoopback == null) {
        onLoopback = refusals.get();
      }
      return onLoopback;
    }

    private void ask(Attempt attempt) throws IOException {
      DatagramChannel channel = DatagramChannel.open();
      attempt.channel = channel;
      channel.configureBlocking(false);
      channel.connect(attempt.address());
      List<Bytes> payloads = attempt.knock.payloads();
      channel.write(
          ByteBuffer.wrap(payloads.get((attempt.number - 1) % payloads.size()).toArray()));
      channel.register(selector, SelectionKey.OP_READ, attempt);
      await(attempt);
    }

    private void await(Attempt attempt) {
      attempt.due = attempt.startedAt + attempt.path.timeout(attempt.round());
      pending.add(attempt);
    }

    private void answers() throws IOException {
      Set<SelectionKey> selected = selector.selectedKeys();
      for (Iterator<SelectionKey> each = selected.iterator(); each.hasNext(); ) {
        SelectionKey key = each.next();
        each.remove();
        @SuppressWarnings("unchecked")
        Attempt attempt = (Attempt) key.attachment();
        if (key.isValid()) {
          guarded(attempt, () -> answered(attempt, key));
        }
      }
      if (!connected.isEmpty()) {
        // a channel blocks again only when its selector has forgotten it
        selector.selectNow();
        Map<Attempt, SocketChannel> ready = Map.copyOf(connected);
        connected.clear();
        ready.forEach((attempt, channel) -> guarded(attempt, () -> handOver(attempt, channel)));
      }
    }

    private void answered(Attempt attempt, SelectionKey key) {
      try {
        switch (attempt.channel) {
          case SocketChannel channel -> {
            over(attempt, key);
            channel.finishConnect();
            heard(attempt, attempt.round());
            connected.put(attempt, channel);
          }
          case DatagramChannel channel -> {
            if (channel.receive(answer.clear()) == null) {
              return; // what seemed to come was dropped, for its checksum was wrong
            }
            over(attempt, key);
            heard(attempt, attempt.round());
            shut(attempt);
            told(attempt, () -> office.open(attempt.knock, null));
          }
          case null, default -> throw new IllegalStateException("nothing was said");
        }
      } catch (IOException e) {
        over(attempt, key);
        failed(attempt, e);
      }
    }

    /** Nothing more is waited for. */
    private void over(Attempt attempt, SelectionKey key) {
      key.cancel();
      pending.remove(attempt);
    }

    private void heard(Attempt attempt, int round) {
      long now = System.nanoTime();
      attempt.path.answered(now - attempt.startedAt, round, now);
    }

    private void handOver(Attempt attempt, SocketChannel channel) {
      try {
        if (channel.getLocalAddress().equals(channel.getRemoteAddress())) {
          // the system chose the port that was asked for as its own: TCP connects with itself
          shut(attempt);
          say(attempt);
        } else if (attempt.knock.wanted()) {
          channel.configureBlocking(true);
          Duration roundTrip = Duration.ofNanos(System.nanoTime() - attempt.startedAt);
          done(attempt);
          attempt.told = true;
          office.open(attempt.knock, new Caller(channel, roundTrip));
        } else {
          shut(attempt);
          drop(attempt);
        }
      } catch (IOException e) {
        failed(attempt, e);
      }
    }

    private void failed(Attempt attempt, IOException cause) {
      shut(attempt);
      Failure failure = Dialer.kind(cause);
      switch (failure) {
        case REFUSED, RESET -> refused(attempt);
        case UNREACHABLE -> told(attempt, () -> office.quiet(attempt.knock, State.UNREACHABLE));
        case TIMEOUT -> again(attempt);
        case LOCAL, ENDED -> {
          if (++attempt.recoveries > MOST_RECOVERIES) {
            log.atWarn().setCause(cause).log("the sweep finds no resources on this machine");
            told(attempt, () -> office.quiet(attempt.knock, State.NOT_PROBED));
          } else {
            attempt.due = System.nanoTime() + RECOVERY;
            pending.add(attempt);
          }
        }
      }
    }

    private void refused(Attempt attempt) {
      // hosts send few ICMP errors a second (RFC 1812, 4.3.2.8): a late one was not lost
      heard(attempt, attempt.datagram ? 1 : attempt.round());
      told(attempt, () -> office.quiet(attempt.knock, State.CLOSED));
    }

    /** Whose time has come: to be said something, to be said it again, or to be given up. */
    private void times() {
      long now = System.nanoTime();
      for (Attempt next = pending.peek();
          next != null && next.due - now <= 0;
          next = pending.peek()) {
        pending.remove();
        Attempt attempt = next;
        guarded(attempt, () -> due(attempt));
      }
    }

    private void due(Attempt attempt) {
      if (attempt.underWay()) {
        shut(attempt);
        again(attempt);
      } else if (attempt.knock.wanted()) {
        say(attempt);
      } else {
        drop(attempt);
      }
    }

    private void again(Attempt attempt) {
      if (!attempt.knock.wanted()) {
        drop(attempt);
      } else if (attempt.number < attempt.tries()) {
        if (attempt.number++ == 1) {
          attempt.path.repeats();
        }
        begin(attempt);
      } else {
        attempt.path.silent();
        State silence = attempt.datagram ? State.OPEN_OR_FILTERED : State.FILTERED;
        told(attempt, () -> office.quiet(attempt.knock, silence));
      }
    }

    private void told(Attempt attempt, Runnable verdict) {
      if (attempt.knock.wanted()) {
        done(attempt);
        attempt.told = true;
        verdict.run();
      } else {
        drop(attempt);
      }
    }

    private void drop(Attempt attempt) {
      done(attempt);
      attempt.told = true;
      office.dropped(attempt.knock);
    }

    private void done(Attempt attempt) {
      if (attempt.number > 1) {
        attempt.path.repeatsNoMore();
      }
    }

    private void shut(Attempt attempt) {
      SelectableChannel channel = attempt.channel;
      attempt.channel = null;
      if (channel != null) {
        try {
          channel.close();
        } catch (IOException e) {
          log.atDebug().setCause(e).log("connection did not close cleanly");
        }
      }
    }
  }
}
