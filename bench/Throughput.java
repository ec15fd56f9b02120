import java.net.ServerSocket;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Look-ups a second by several clients, beside a GET of the same server that does nothing, turn about in one run.
 *
 * <p>Usage: {@code java bench/Throughput.java [--clients 16] [--seconds 5] [--rounds 5]}.
 */
final class Throughput {

  public static void main(String[] words) throws Exception {
    int clients = Math.min(256, Integer.parseInt(Service.option(words, "--clients", "16")));
    int seconds = Math.min(60, Integer.parseInt(Service.option(words, "--seconds", "5")));
    int rounds = Math.min(50, Integer.parseInt(Service.option(words, "--rounds", "5")));
    try (Service service = Service.start();
        ServerSocket ftp = Service.ftp()) {
      String lookUp = "/api/v1/fingerprints/127.0.0.1/" + ftp.getLocalPort();
      String[] names = {"do-nothing GET", "look-up, known", "look-up, afresh"};
      String[] paths = {
        "/actuator/health/liveness", lookUp + "?maxAge=PT1H", lookUp + "?maxAge=PT0S"
      };
      double[][] rates = new double[paths.length][rounds];
      for (int round = -1; round < rounds; round++) { // the first one warms up
        for (int what = 0; what < paths.length; what++) {
          double rate = rate(service, paths[what], clients, seconds);
          if (round >= 0) {
            rates[what][round] = rate;
          }
        }
      }
      System.out.printf("%d clients, %d s each, medians of %d%n", clients, seconds, rounds);
      for (int what = 0; what < paths.length; what++) {
        System.out.printf(
            Locale.ROOT,
            "%-16s %8.0f a second, %.2f of the first%n",
            names[what],
            Service.median(rates[what]),
            Service.median(rates[what]) / Service.median(rates[0]));
      }
      System.out.println("(who asks afresh for the same endpoint at the same time shares one examination)");
    }
    System.exit(0);
  }

  private static double rate(Service service, String path, int clients, int seconds)
      throws Exception {
    AtomicLong count = new AtomicLong();
    AtomicReference<Exception> failure = new AtomicReference<>();
    CountDownLatch done = new CountDownLatch(clients);
    long started = System.nanoTime();
    long end = started + seconds * 1_000_000_000L;
    for (int i = 0; i < clients; i++) {
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  while (System.nanoTime() < end) {
                    service.get(path);
                    count.incrementAndGet();
                  }
                } catch (Exception e) {
                  failure.set(e);
                } finally {
                  done.countDown();
                }
              });
    }
    done.await();
    if (failure.get() != null) {
      throw failure.get();
    }
    return count.get() / ((System.nanoTime() - started) / 1e9);
  }
}
