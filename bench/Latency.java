import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Locale;

/**
 * Look-ups beside a GET of an endpoint that does nothing, by one client, turn about, in one run.
 *
 * <p>Usage: {@code java bench/Latency.java [--url http://127.0.0.1:8080] [--ftp PORT] [--rounds 300] [--key KEY]}. Without
 * {@code --ftp} it brings a small FTP server of its own on loopback. Needs the JDK 25.
 */
public class Latency {

  public static void main(String[] words) throws Exception {
    String url = option(words, "--url", "http://127.0.0.1:8080");
    int rounds = Math.min(10_000, Integer.parseInt(option(words, "--rounds", "300")));
    String key = option(words, "--key", "");
    int ftp = Integer.parseInt(option(words, "--ftp", "0"));
    if (ftp == 0) {
      ftp = Service.ftp().getLocalPort();
    }
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    String[] names = {"do-nothing GET", "cached look-up", "uncached FTP look-up"};
    String[] paths = {
      "/actuator/health/liveness",
      "/api/v1/fingerprints/127.0.0.1/" + ftp + "?maxAge=PT1H",
      "/api/v1/fingerprints/127.0.0.1/" + ftp + "?maxAge=PT0S"
    };
    long[][] nanos = new long[paths.length][rounds];
    for (int round = -rounds / 4; round < rounds; round++) { // the first ones warm up
      for (int what = 0; what < paths.length; what++) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + paths[what]));
        if (!key.isEmpty()) {
          request.header("X-API-Key", key);
        }
        long started = System.nanoTime();
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        long took = System.nanoTime() - started;
        if (answer.statusCode() != 200 || what > 0 && !answer.body().contains("\"ftp\"")) {
          throw new IllegalStateException(paths[what] + ": " + answer.statusCode() + " " + answer.body());
        }
        if (round >= 0) {
          nanos[what][round] = took;
        }
      }
    }
    System.out.printf("%d rounds%n%-22s %10s %10s %10s%n", rounds, "", "p50 ms", "p99 ms", "p50 ratio");
    Arrays.stream(nanos).forEach(Arrays::sort);
    for (int what = 0; what < paths.length; what++) {
      System.out.printf(
          Locale.ROOT,
          "%-22s %10.2f %10.2f %10.1f%n",
          names[what],
          nanos[what][rounds / 2] / 1e6,
          nanos[what][rounds * 99 / 100] / 1e6,
          (double) nanos[what][rounds / 2] / nanos[0][rounds / 2]);
    }
    System.exit(0);
  }

  private static String option(String[] words, String name, String otherwise) {
    int at = Arrays.asList(words).indexOf(name);
    return at < 0 ? otherwise : words[at + 1];
  }
}
