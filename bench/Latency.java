import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Look-ups beside a GET of an endpoint that does nothing, by one client, turn about, in one run.
 *
 * <p>Usage: {@code java bench/Latency.java [--url http://127.0.0.1:8080] [--ftp PORT] [--rounds 300] [--key KEY]}. Without
 * {@code --ftp} it brings a small FTP server of its own on loopback. Any JDK from 17 on.
 */
public class Latency {

  public static void main(String[] words) throws Exception {
    String url = option(words, "--url", "http://127.0.0.1:8080");
    int rounds = Math.min(10_000, Integer.parseInt(option(words, "--rounds", "300")));
    String key = option(words, "--key", "");
    int ftp = Integer.parseInt(option(words, "--ftp", "0"));
    if (ftp == 0) {
      ftp = startFtp();
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

  /** Says what a server says before login, and nothing else. */
  private static int startFtp() throws IOException {
    ServerSocket listener = new ServerSocket(0, 64, InetAddress.getByName("127.0.0.1"));
    Thread accepting =
        new Thread(
            () -> {
              while (true) {
                try {
                  Socket connection = listener.accept();
                  Thread serving = new Thread(() -> serve(connection));
                  serving.setDaemon(true);
                  serving.start();
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              }
            });
    accepting.setDaemon(true);
    accepting.start();
    return listener.getLocalPort();
  }

  private static void serve(Socket connection) {
    try (connection) {
      InputStream in = connection.getInputStream();
      OutputStream out = connection.getOutputStream();
      out.write("220 Bench FTP server ready.\r\n".getBytes(StandardCharsets.US_ASCII));
      StringBuilder line = new StringBuilder();
      for (int one = in.read(); one >= 0; one = in.read()) {
        line.append((char) one);
        if (one == '\n') {
          String word = line.toString().trim().toUpperCase(Locale.ROOT);
          line.setLength(0);
          String answer =
              switch (word) {
                case "SYST" -> "215 UNIX Type: L8\r\n";
                case "FEAT" -> "211-Features:\r\n EPSV\r\n SIZE\r\n211 End\r\n";
                case "QUIT" -> "221 Goodbye.\r\n";
                default -> "500 Unknown command.\r\n";
              };
          out.write(answer.getBytes(StandardCharsets.US_ASCII));
          if (word.equals("QUIT")) {
            return;
          }
        }
      }
    } catch (IOException theOtherSideHasGone) {
      // the usual end
    }
  }
}
