import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Many clients that post jobs at once, for a bounded time: every answer has to be 2xx, 429 or 503 in the documented form,
 * and every accepted job has to end. Prints the counts and the service's highest heap; status 1 where it is not so.
 *
 * <p>Usage: {@code java bench/Overload.java [--url http://127.0.0.1:8080] [--clients 200] [--seconds 60] [--key KEY]}. The
 * jobs name closed ports of 127.0.0.1, the service itself, and a slow peer that this program brings. Any JDK from 17 on.
 */
public class Overload {

  private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*\"([0-9a-f-]{36})\"");
  private static final Pattern STATE = Pattern.compile("\"state\"\\s*:\\s*\"(\\w+)\"");
  private static final Pattern VALUE = Pattern.compile("\"value\"\\s*:\\s*([0-9.E+]+)");

  public static void main(String[] words) throws Exception {
    String url = option(words, "--url", "http://127.0.0.1:8080");
    String key = option(words, "--key", "");
    int clients = Math.min(500, Integer.parseInt(option(words, "--clients", "200")));
    int seconds = Math.min(300, Integer.parseInt(option(words, "--seconds", "60")));
    int slow = startSlowPeer();
    int own = URI.create(url).getPort();
    String body =
        """
        {"targets": ["127.0.0.1", "127.0.0.2"], "ports": "1-200,%d", "endpoints": ["127.0.0.1:%d/tcp"], "effort": "quick"}
        """
            .formatted(own, slow);
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    Map<String, AtomicLong> answers = new ConcurrentHashMap<>();
    Queue<String> jobs = new ConcurrentLinkedQueue<>();
    Queue<String> faults = new ConcurrentLinkedQueue<>();
    AtomicLong heap = new AtomicLong();
    long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    Thread[] all = new Thread[clients];
    for (int i = 0; i < clients; i++) {
      all[i] =
          new Thread(
              () -> {
                while (System.nanoTime() < end) {
                  try {
                    HttpResponse<String> answer =
                        client.send(
                            request(url + "/api/v1/jobs", key)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                            HttpResponse.BodyHandlers.ofString());
                    judge(answer, answers, jobs, faults);
                  } catch (IOException | InterruptedException e) {
                    faults.add("no answer: " + e);
                  }
                }
              });
      all[i].start();
    }
    while (System.nanoTime() < end) {
      Thread.sleep(500);
      heap.accumulateAndGet(heapUsed(client, url, key), Math::max);
    }
    for (Thread one : all) {
      one.join();
    }
    long unfinished = waitForJobs(client, url, key, jobs, heap);
    System.out.printf(
        "%d clients, %d s: answers %s; %d jobs accepted, %d not ended; highest heap in use %d MiB; %d faults%n",
        clients, seconds, answers, jobs.size(), unfinished, heap.get() >> 20, faults.size());
    faults.stream().limit(5).forEach(System.out::println);
    System.exit(faults.isEmpty() && unfinished == 0 && !jobs.isEmpty() ? 0 : 1);
  }

  private static void judge(
      HttpResponse<String> answer, Map<String, AtomicLong> answers, Queue<String> jobs, Queue<String> faults) {
    answers.computeIfAbsent(Integer.toString(answer.statusCode()), status -> new AtomicLong()).incrementAndGet();
    switch (answer.statusCode()) {
      case 200, 202 -> {
        Matcher id = ID.matcher(answer.body());
        if (id.find()) {
          jobs.add(id.group(1));
        } else {
          faults.add("a job without an id: " + answer.body());
        }
      }
      case 429, 503 -> {
        boolean problem = answer.headers().firstValue("Content-Type").orElse("").startsWith("application/problem+json");
        if (!problem || answer.headers().firstValue("Retry-After").isEmpty()) {
          faults.add(answer.statusCode() + " not in the documented form: " + answer.body());
        }
      }
      default -> faults.add(answer.statusCode() + ": " + answer.body());
    }
  }

  /** How many have not ended within five minutes; a job that was forgotten after its end has ended. */
  private static long waitForJobs(HttpClient client, String url, String key, Queue<String> jobs, AtomicLong heap)
      throws Exception {
    long end = System.nanoTime() + Duration.ofMinutes(5).toNanos();
    Queue<String> left = new ConcurrentLinkedQueue<>(jobs);
    while (!left.isEmpty() && System.nanoTime() < end) {
      String id = left.peek();
      HttpResponse<String> answer =
          client.send(request(url + "/api/v1/jobs/" + id, key).build(), HttpResponse.BodyHandlers.ofString());
      Matcher state = STATE.matcher(answer.body());
      if (answer.statusCode() == 404 || state.find() && !state.group(1).matches("queued|running")) {
        left.remove();
      } else {
        Thread.sleep(100);
        heap.accumulateAndGet(heapUsed(client, url, key), Math::max);
      }
    }
    return left.size();
  }

  private static long heapUsed(HttpClient client, String url, String key) {
    try {
      HttpResponse<String> answer =
          client.send(
              request(url + "/actuator/metrics/jvm.memory.used?tag=area:heap", key).build(),
              HttpResponse.BodyHandlers.ofString());
      Matcher value = VALUE.matcher(answer.body());
      return value.find() ? (long) Double.parseDouble(value.group(1)) : 0;
    } catch (IOException | InterruptedException e) {
      return 0; // too busy to tell; asked again soon
    }
  }

  private static HttpRequest.Builder request(String url, String key) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(60));
    return key.isEmpty() ? request : request.header("X-API-Key", key);
  }

  private static String option(String[] words, String name, String otherwise) {
    int at = Arrays.asList(words).indexOf(name);
    return at < 0 ? otherwise : words[at + 1];
  }

  /** Greets after a while, and then says nothing. */
  private static int startSlowPeer() throws IOException {
    ServerSocket listener = new ServerSocket(0, 256, InetAddress.getByName("127.0.0.1"));
    Thread accepting =
        new Thread(
            () -> {
              while (true) {
                try {
                  Socket connection = listener.accept();
                  Thread serving =
                      new Thread(
                          () -> {
                            try (connection) {
                              Thread.sleep(300);
                              connection.getOutputStream().write("220 slow\r\n".getBytes(StandardCharsets.US_ASCII));
                              connection.setSoTimeout(10_000);
                              while (connection.getInputStream().read() >= 0) {
                                // whatever is asked
                              }
                            } catch (IOException | InterruptedException theOtherSideHasGone) {
                              // the usual end
                            }
                          });
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
}
