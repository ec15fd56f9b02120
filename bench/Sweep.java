import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A sweep of 40,001 ports of loopback, 20 of them open, by the service over REST, by {@code nmap -sT -Pn -n} and by the C
 * program beside this one, turn about in one run; and how often the service found all that is open.
 *
 * <p>Usage: {@code java bench/Sweep.java [--rounds 5] [--runs 50]}. Needs nmap and a C compiler.
 */
final class Sweep {

  private static final int FIRST = 10_000;
  private static final int LAST = 50_000;
  private static final int OPEN = 20;
  private static final Pattern PORT = Pattern.compile("\"port\":(\\d+)");

  public static void main(String[] words) throws Exception {
    int rounds = Math.min(50, Integer.parseInt(Service.option(words, "--rounds", "5")));
    int runs = Math.min(1_000, Integer.parseInt(Service.option(words, "--runs", "50")));
    Path loop = Files.createTempFile("connect", "");
    run("cc", "-O2", "-o", loop.toString(), "bench/connect.c");
    List<ServerSocket> open = listen();
    Set<Integer> expected = new TreeSet<>();
    open.forEach(one -> expected.add(one.getLocalPort()));
    int complete = 0;
    Set<Integer> others = new TreeSet<>();
    double[][] seconds = new double[3][rounds];
    try (Service service = Service.start()) {
      for (int round = -3; round < rounds; round++) { // the first ones warm up
        long started = System.nanoTime();
        sweep(service);
        long swept = System.nanoTime();
        run("nmap", "-sT", "-Pn", "-n", "-p" + FIRST + "-" + LAST, "127.0.0.1");
        long mapped = System.nanoTime();
        run(loop.toString(), "127.0.0.1", "" + FIRST, "" + LAST);
        long looped = System.nanoTime();
        if (round >= 0) {
          seconds[0][round] = (swept - started) / 1e9;
          seconds[1][round] = (mapped - swept) / 1e9;
          seconds[2][round] = (looped - mapped) / 1e9;
        }
      }
      for (int i = 0; i < runs; i++) {
        Set<Integer> found = sweep(service);
        if (found.containsAll(expected)) {
          complete++;
        }
        others.addAll(found);
      }
    } finally {
      for (ServerSocket one : open) {
        one.close();
      }
      Files.delete(loop);
    }
    System.out.printf("%d ports, %d open, medians of %d%n", LAST - FIRST + 1, OPEN, rounds);
    String[] names = {"service, over REST", "nmap -sT -Pn -n", "connect.c"};
    double own = Service.median(seconds[0]);
    for (int what = 0; what < names.length; what++) {
      double other = Service.median(seconds[what]);
      System.out.printf(
          Locale.ROOT, "%-20s %6.2f s  the service takes %.2f of it%n", names[what], other, own / other);
    }
    others.removeAll(expected);
    System.out.printf(
        "all %d were found in %d of %d runs; open were also, by other programs: %s%n",
        OPEN, complete, runs, others);
    System.exit(complete == runs ? 0 : 1);
  }

  private static Set<Integer> sweep(Service service) throws Exception {
    String job =
        service.job(
            """
            {"targets": ["127.0.0.1"], "ports": "%d-%d", "identify": false}
            """
                .formatted(FIRST, LAST));
    Set<Integer> found = new TreeSet<>();
    Matcher port =
        PORT.matcher(
            service.get("/api/v1/jobs/" + Service.member(job, "id") + "/fingerprints?state=open&limit=1000"));
    while (port.find()) {
      found.add(Integer.parseInt(port.group(1)));
    }
    return found;
  }

  /** On ports of the whole range; one that is taken is passed over. */
  private static List<ServerSocket> listen() throws IOException {
    Random random = new Random(1);
    List<ServerSocket> open = new ArrayList<>();
    while (open.size() < OPEN) {
      int port = FIRST + random.nextInt(LAST - FIRST + 1);
      try {
        ServerSocket one = new ServerSocket(port, 64, InetAddress.getByName("127.0.0.1"));
        open.add(one);
        Thread.ofVirtual().start(() -> accept(one));
      } catch (IOException taken) {
        // another one
      }
    }
    return open;
  }

  /** A queue that is never emptied is full one day, and then the port is silent. */
  private static void accept(ServerSocket listener) {
    try {
      while (true) {
        listener.accept().close();
      }
    } catch (IOException closed) {
      // the end
    }
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(String.join(" ", command) + ": " + output);
    }
  }
}
