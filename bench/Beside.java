import java.net.ServerSocket;
import java.util.Locale;

/**
 * Single look-ups alone, and beside a job of ten million endpoints on loopback that is swept meanwhile; and the heap that this
 * takes.
 *
 * <p>Usage: {@code java bench/Beside.java [--lookups 1000] [--blocks 256]}: the job has 39,063 ports on so many addresses.
 */
final class Beside {

  public static void main(String[] words) throws Exception {
    int lookups = Math.min(100_000, Integer.parseInt(Service.option(words, "--lookups", "1000")));
    int addresses = Math.min(256, Integer.parseInt(Service.option(words, "--blocks", "256")));
    try (Service service =
            Service.start(
                "--portprint.jobs.max-endpoints=20000000",
                "--portprint.engine.max-endpoints=40000000");
        ServerSocket ftp = Service.ftp()) {
      lookUp(service, ftp, lookups); // warms up
      double[] alone = lookUp(service, ftp, lookups);
      String id;
      double[] beside;
      long before = System.nanoTime();
      String job;
      try (Service.Peak heap = service.watchHeap()) {
        id =
            Service.member(
                service
                    .send(
                        "POST",
                        "/api/v1/jobs",
                        """
                        {"targets": ["127.77.0.0-127.77.0.%d"], "ports": "10000-49062", "identify": false}
                        """
                            .formatted(addresses - 1))
                    .body(),
                "id");
        beside = lookUp(service, ftp, lookups);
        job = service.get("/api/v1/jobs/" + id);
        if (!Service.member(job, "state").equals("running")) {
          throw new IllegalStateException("the job ended before the look-ups: " + job);
        }
        while (Service.member(job, "state").equals("running")) {
          Thread.sleep(500);
          job = service.get("/api/v1/jobs/" + id);
        }
        System.out.printf(
            Locale.ROOT,
            "job of %s endpoints: %s, %s closed, %.0f s; at most %d MiB of heap in use, %d MiB alive after it%n",
            Service.member(job, "endpoints"),
            Service.member(job, "state"),
            Service.member(job, "closed"),
            (System.nanoTime() - before) / 1e9,
            Service.mebibytes(heap.bytes()),
            Service.mebibytes(service.heapAlive()));
      }
      System.out.printf(
          Locale.ROOT,
          "%d look-ups   p50 ms   p99 ms%nalone        %8.1f %8.1f%nbeside       %8.1f %8.1f%nratio        %8.1f %8.1f%n",
          lookups,
          Service.median(alone),
          Service.p99(alone),
          Service.median(beside),
          Service.p99(beside),
          Service.median(beside) / Service.median(alone),
          Service.p99(beside) / Service.p99(alone));
    }
    System.exit(0);
  }

  private static double[] lookUp(Service service, ServerSocket ftp, int times) throws Exception {
    double[] millis = new double[times];
    for (int i = 0; i < times; i++) {
      long started = System.nanoTime();
      String verdict =
          service.get("/api/v1/fingerprints/127.0.0.1/" + ftp.getLocalPort() + "?maxAge=PT0S");
      millis[i] = (System.nanoTime() - started) / 1e6;
      if (!verdict.contains("\"protocol\":\"ftp\"")) {
        throw new IllegalStateException(verdict);
      }
    }
    return millis;
  }
}
