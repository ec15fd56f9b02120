import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Memory and time against the number of endpoints of a job (10^2 to 10^7), of conversations at a time (10 to 10,000) with peers
 * that say a letter a second, one with each, and of signatures. The heap has 512 MiB throughout.
 *
 * <p>Usage: {@code java bench/Scale.java [endpoints|conversations|signatures]}; without a word all three. For the last, {@code
 * --nmap-probes FILE} and {@code --recog FOLDER} name an operator's files, where there are any.
 */
final class Scale {

  public static void main(String[] words) throws Exception {
    String only = words.length == 0 || words[0].startsWith("--") ? "" : words[0];
    if (only.isEmpty() || only.equals("endpoints")) {
      endpoints();
    }
    if (only.isEmpty() || only.equals("conversations")) {
      conversations();
    }
    if (only.isEmpty() || only.equals("signatures")) {
      signatures(
          Service.option(words, "--nmap-probes", "/usr/share/nmap/nmap-service-probes"),
          Service.option(words, "--recog", ""));
    }
    System.exit(0);
  }

  private static void endpoints() throws Exception {
    System.out.println("endpoints   seconds   us each   heap at most   alive before and after");
    try (Service service =
        Service.start(
            "--portprint.jobs.max-endpoints=20000000",
            "--portprint.engine.max-endpoints=40000000")) {
      service.job("{\"targets\": [\"127.78.0.0/24\"], \"ports\": \"10000-10999\", \"identify\": false}"); // warms up
      for (int size = 100; size <= 10_000_000; size *= 10) {
        int addresses = size < 10_000 ? 1 : 200;
        int ports = size / addresses;
        long before = service.heapAlive();
        try (Service.Peak heap = service.watchHeap()) {
          long started = System.nanoTime();
          String job =
              service.job(
                  """
                  {"targets": ["127.79.0.1-127.79.0.%d"], "ports": "10000-%d", "identify": false}
                  """
                      .formatted(addresses, 10_000 + ports - 1));
          while (!Service.member(job, "state").equals("completed")) {
            Thread.sleep(200);
            job = service.get("/api/v1/jobs/" + Service.member(job, "id"));
          }
          double seconds = (System.nanoTime() - started) / 1e9;
          long peak = heap.bytes();
          System.out.printf(
              Locale.ROOT,
              "%9d %9.2f %9.1f %10d MiB %8d and %d MiB%n",
              size,
              seconds,
              seconds / size * 1e6,
              Service.mebibytes(peak),
              Service.mebibytes(before),
              Service.mebibytes(service.heapAlive()));
        }
      }
    }
  }

  private static void conversations() throws Exception {
    System.out.println("peers at a time   examined   connected   heap at most   resident");
    for (int count = 10; count <= 10_000; count *= 10) {
      try (Drip drip = new Drip();
          Service service =
              Service.start(
                  "--portprint.engine.max-conversations=" + count,
                  "--portprint.engine.connections-per-host=10000",
                  "--portprint.detect.connections-per-endpoint=1");
          Service.Peak heap = service.watchHeap()) {
        // more endpoints than have a place at a time, so that every place is taken
        int last = count + count / 5;
        String targets = "\"127.81.0.1-127.81.%d.%d\"".formatted(last / 256, last % 256);
        String id =
            Service.member(
                service
                    .send(
                        "POST",
                        "/api/v1/jobs",
                        """
                        {"targets": [%s], "ports": "%d", "effort": "thorough"}
                        """
                            .formatted(targets, drip.port()))
                    .body(),
                "id");
        double most = 0;
        double examined = 0;
        long resident = 0;
        long end = System.nanoTime() + 30_000_000_000L;
        while (System.nanoTime() < end) {
          most = Math.max(most, service.metric("portprint.conversations.open"));
          examined = Math.max(examined, service.metric("portprint.engine.busy"));
          resident = Math.max(resident, service.resident());
          Thread.sleep(100);
        }
        service.send("DELETE", "/api/v1/jobs/" + id, null);
        System.out.printf(
            Locale.ROOT,
            "%15d %10.0f %11.0f %10d MiB %6d MiB%n",
            count,
            examined,
            most,
            Service.mebibytes(heap.bytes()),
            Service.mebibytes(resident));
      }
    }
  }

  /** Says a letter a second to everybody, on every address of loopback. */
  private static final class Drip implements AutoCloseable {

    private final ServerSocketChannel listener = ServerSocketChannel.open();
    private final Selector selector = Selector.open();
    private final ByteBuffer said = ByteBuffer.allocate(8_192);
    private volatile boolean closed;

    Drip() throws IOException {
      // 0.0.0.0, for the peers are many addresses of loopback
      listener.bind(new InetSocketAddress(InetAddress.getByName("0.0.0.0"), 0), 4_096);
      listener.configureBlocking(false);
      listener.register(selector, SelectionKey.OP_ACCEPT);
      Thread.ofPlatform().daemon().start(this::run);
    }

    int port() throws IOException {
      return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    private void run() {
      long next = System.nanoTime();
      try {
        while (!closed) {
          selector.select(100);
          for (SelectionKey key : selector.selectedKeys()) {
            if (key.channel() instanceof SocketChannel one && ended(one)) {
              one.close();
            }
          }
          selector.selectedKeys().clear();
          for (SocketChannel one = listener.accept(); one != null; one = listener.accept()) {
            if (((InetSocketAddress) one.getRemoteAddress()).getAddress().isLoopbackAddress()) {
              one.configureBlocking(false);
              one.register(selector, SelectionKey.OP_READ);
            } else {
              one.close();
            }
          }
          if (System.nanoTime() > next) {
            next += 1_000_000_000L;
            for (SelectionKey key : selector.keys()) {
              if (key.isValid() && key.channel() instanceof SocketChannel one) {
                drip(one);
              }
            }
          }
        }
      } catch (IOException e) {
        if (!closed) {
          throw new IllegalStateException(e);
        }
      }
    }

    /** Whatever is said is read and forgotten. */
    private boolean ended(SocketChannel one) {
      try {
        int count = one.read(said.clear());
        while (count > 0) {
          count = one.read(said.clear());
        }
        return count < 0;
      } catch (IOException reset) {
        return true;
      }
    }

    private static void drip(SocketChannel one) throws IOException {
      try {
        one.write(ByteBuffer.wrap("a".getBytes(StandardCharsets.US_ASCII)));
      } catch (IOException gone) {
        one.close();
      }
    }

    @Override
    public void close() throws IOException {
      closed = true;
      selector.wakeup();
      listener.close();
    }
  }

  private static void signatures(String nmapProbes, String recog) throws Exception {
    System.out.println("signatures   start s   alive   resident");
    String[][] books = {
      {},
      {"--portprint.signatures.nmap-probes=" + nmapProbes},
      {"--portprint.signatures.recog=" + recog},
      {"--portprint.signatures.nmap-probes=" + nmapProbes, "--portprint.signatures.recog=" + recog}
    };
    for (String[] book : books) {
      boolean there = true;
      for (String option : book) {
        there &= Files.exists(Path.of(option.substring(option.indexOf('=') + 1))) && !option.endsWith("=");
      }
      if (!there) {
        continue;
      }
      long started = System.nanoTime();
      try (Service service = Service.start(book)) {
        double seconds = (System.nanoTime() - started) / 1e9;
        System.out.printf(
            Locale.ROOT,
            "%10d %9.1f %5d MiB %4d MiB   %s%n",
            count(service),
            seconds,
            Service.mebibytes(service.heapAlive()),
            Service.mebibytes(service.resident()),
            String.join(" ", book));
      }
    }
  }

  private static long count(Service service) throws Exception {
    long count = 0;
    String cursor = "";
    do {
      String page = service.get("/api/v1/signatures?limit=1000" + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
      count += page.split("\"source\":", -1).length - 1;
      cursor = page.contains("\"nextCursor\":null") ? "" : Service.member(page, "nextCursor");
    } while (!cursor.isEmpty());
    return count;
  }
}
