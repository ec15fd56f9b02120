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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A service of the benchmark's own, from the jar that {@code ./mvnw -DskipTests package} makes: started with a heap of 512 MiB
 * on a free port of loopback, and ended with the benchmark.
 */
final class Service implements AutoCloseable {

  private static final Pattern VALUE = Pattern.compile("\"value\":([0-9.E+-]+)");

  private final Process process;
  private final int port;
  private final Path log;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private Service(Process process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
  }

  static Service start(String... properties) throws Exception {
    Path jar;
    try (Stream<Path> target = Files.list(Path.of("target"))) {
      jar =
          target
              .filter(file -> file.getFileName().toString().matches("portprint-.*(?<!sources)\\.jar"))
              .findFirst()
              .orElseThrow(() -> new IllegalStateException("no jar: ./mvnw -DskipTests package"));
    }
    int port;
    try (ServerSocket passing = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      port = passing.getLocalPort();
    }
    Path log = Files.createTempFile("portprint-bench", ".log");
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("-Xmx512m", "-jar", jar.toString(), "--server.port=" + port));
    command.addAll(Arrays.asList(properties));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    Service service = new Service(process, port, log);
    long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
    while (!service.healthy()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new IllegalStateException("the service does not start: " + log);
      }
      Thread.sleep(50);
    }
    return service;
  }

  private boolean healthy() throws InterruptedException {
    try {
      return send("GET", "/actuator/health/liveness", null).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  String url(String path) {
    return "http://127.0.0.1:" + port + path;
  }

  HttpResponse<String> send(String method, String path, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url(path)))
            .timeout(Duration.ofSeconds(90))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  String get(String path) throws IOException, InterruptedException {
    HttpResponse<String> answer = send("GET", path, null);
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(path + ": " + answer.statusCode() + " " + answer.body());
    }
    return answer.body();
  }

  /** Posts a job and waits up to a minute for its end; the job. */
  String job(String body) throws IOException, InterruptedException {
    HttpResponse<String> answer = send("POST", "/api/v1/jobs", body, "Prefer", "wait=60");
    if (answer.statusCode() / 100 != 2) {
      throw new IllegalStateException(answer.statusCode() + " " + answer.body());
    }
    return answer.body();
  }

  /** A member of a JSON object that is a text without quotes, or a number. */
  static String member(String json, String name) {
    Matcher member = Pattern.compile("\"" + name + "\":\"?([^\",}]+)").matcher(json);
    if (!member.find()) {
      throw new IllegalStateException("no " + name + " in " + json);
    }
    return member.group(1);
  }

  double metric(String name) throws IOException, InterruptedException {
    Matcher value = VALUE.matcher(get("/actuator/metrics/" + name));
    if (!value.find()) {
      throw new IllegalStateException("no value of " + name);
    }
    return Double.parseDouble(value.group(1));
  }

  long heapInUse() throws IOException, InterruptedException {
    return (long) metric("jvm.memory.used?tag=area:heap");
  }

  /** What is left of the heap when nothing is in use that need not be. */
  long heapAlive() throws IOException, InterruptedException {
    String jcmd =
        Path.of(ProcessHandle.current().info().command().orElseThrow())
            .resolveSibling("jcmd")
            .toString();
    Process collecting =
        new ProcessBuilder(jcmd, Long.toString(process.pid()), "GC.run")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!collecting.waitFor(30, TimeUnit.SECONDS) || collecting.exitValue() != 0) {
      throw new IllegalStateException("jcmd failed");
    }
    return heapInUse();
  }

  long resident() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .map(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }

  /** The highest heap in use while something runs, looked at five times a second. */
  Peak watchHeap() {
    return new Peak();
  }

  final class Peak implements AutoCloseable {

    private final AtomicLong highest = new AtomicLong();
    private final Thread watching =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    while (true) {
                      highest.accumulateAndGet(heapInUse(), Math::max);
                      Thread.sleep(200);
                    }
                  } catch (InterruptedException | IOException over) {
                    // the end of the watch
                  }
                });

    long bytes() {
      return highest.get();
    }

    @Override
    public void close() throws InterruptedException {
      watching.interrupt();
      watching.join();
    }
  }

  @Override
  public void close() throws Exception {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    Files.delete(log);
  }

  /** A server on loopback that says an FTP greeting and answers as one does before login. */
  static ServerSocket ftp() throws IOException {
    ServerSocket listener = new ServerSocket(0, 512, InetAddress.getByName("127.0.0.1"));
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (true) {
                  Socket connection = listener.accept();
                  Thread.ofVirtual().start(() -> serveFtp(connection));
                }
              } catch (IOException closed) {
                // the end
              }
            });
    return listener;
  }

  private static void serveFtp(Socket connection) {
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

  static String option(String[] words, String name, String otherwise) {
    int at = Arrays.asList(words).indexOf(name);
    return at < 0 ? otherwise : words[at + 1];
  }

  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /** The value that 99 of 100 don't exceed. */
  static double p99(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil(sorted.length * 0.99) - 1];
  }

  static long mebibytes(long bytes) {
    return bytes >> 20;
  }
}
