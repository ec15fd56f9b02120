package io.portprint.testing;

import io.portprint.fingerprint.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A server of the machine's own packages, started on a free port of 127.0.0.1 and ended again. */
public final class RealServer implements AutoCloseable {

  private static final String LISTENING = "0A";

  private static final int FIRST_PORT = 20_100;
  private static final int PORTS = 3_800;
  private static final int APART = 4;
  private static final AtomicInteger NEXT = new AtomicInteger(new Random().nextInt(PORTS));

  /** Where {@code .ci/servers} lays packages out. */
  private static final Path UNPACKED =
      Path.of(
              Objects.requireNonNullElseGet(
                  System.getenv("XDG_CACHE_HOME"),
                  () -> System.getProperty("user.home") + "/.cache"))
          .resolve("portprint/servers");

  private final RealServerEntry entry;
  private final Path folder;
  private final int port;
  private final int secondPort;
  private final List<Process> processes = new ArrayList<>();

  private RealServer(RealServerEntry entry, Path folder) throws IOException {
    this.entry = entry;
    this.folder = folder;
    this.port = freePort();
    this.secondPort = freePort();
  }

  /** Starts it and waits until it has its port. */
  public static RealServer start(RealServerEntry entry) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("real-server");
    // many a server gives up being root as soon as it can
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    RealServer server = new RealServer(entry, folder);
    try {
      server.prepare();
      server.run();
      return server;
    } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
      server.close();
      throw e;
    }
  }

  public int port() {
    return port;
  }

  /** What it has printed so far, for who wants to know why it fails. */
  public String log() {
    try {
      Path log = folder.resolve("log");
      String text = Files.exists(log) ? Files.readString(log, StandardCharsets.ISO_8859_1) : "";
      return text.substring(Math.max(0, text.length() - 2_000));
    } catch (IOException e) {
      return "its log can't be read: " + e;
    }
  }

  private void prepare() throws IOException, InterruptedException {
    for (var file : entry.files().entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, fill(file.getValue()));
    }
    for (List<String> command : entry.before()) {
      Process process = launch(command);
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException("%s failed: %s".formatted(command, log()));
      }
    }
  }

  private void run() throws IOException {
    List<String> command = new ArrayList<>(apart());
    command.addAll(entry.command());
    processes.add(launch(command));
    try {
      Awaitility.await()
          .atMost(Duration.ofSeconds(entry.within()))
          .pollInterval(Duration.ofMillis(50))
          .until(this::hasPort);
    } catch (ConditionTimeoutException e) {
      throw new IOException("%s did not take its port: %s".formatted(entry.name(), log()), e);
    }
  }

  /**
   * A session of its own, for there are servers that signal their whole process group when they
   * end; and, where we may, process numbers of their own, so that nothing outlives the server.
   */
  private static List<String> apart() {
    boolean root = System.getProperty("user.name").equals("root");
    return root
        ? List.of("unshare", "--pid", "--fork", "--kill-child", "setsid")
        : List.of("setsid");
  }

  private Process launch(List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command.stream().map(this::fill).toList())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
    entry.environment().forEach((name, value) -> builder.environment().put(name, fill(value)));
    return builder.start();
  }

  /** Whether the program and what else it needs is on this machine. */
  public static boolean isThere(RealServerEntry entry) {
    Path program = Path.of(entry.command().getFirst().replace("${unpacked}", UNPACKED.toString()));
    return (!program.isAbsolute() || Files.isExecutable(program))
        && entry.needs().stream().map(Path::of).allMatch(Files::exists);
  }

  private String fill(String text) {
    return text.replace("${port}", Integer.toString(port))
        .replace("${unpacked}", UNPACKED.toString())
        .replace("${port2}", Integer.toString(secondPort))
        .replace("${dir}", folder.toString())
        .replace("${java}", System.getProperty("java.home"));
  }

  /** Seen from outside: a connection made to find out would be the server's first client. */
  private boolean hasPort() throws IOException {
    String name = entry.transport() == Transport.TCP ? "tcp" : "udp";
    String suffix = ":" + HexFormat.of().toHexDigits((short) port).toUpperCase(Locale.ROOT);
    for (String table : List.of(name, name + "6")) {
      for (String line : Files.readAllLines(Path.of("/proc/net", table))) {
        String[] columns = line.strip().split("\\s+");
        if (columns.length > 3
            && columns[1].endsWith(suffix)
            && (entry.transport() == Transport.UDP || columns[3].equals(LISTENING))) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * A port below those that the system deals to clients, one of which would otherwise take it
   * before the server does, with room for a few more below it.
   */
  private static int freePort() throws IOException {
    for (int attempt = 0; attempt < PORTS; attempt++) {
      int port = FIRST_PORT + NEXT.getAndAdd(APART) % PORTS;
      try (ServerSocket tcp = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
          DatagramSocket udp = new DatagramSocket(port, InetAddress.getLoopbackAddress())) {
        assert tcp.isBound() && udp.isBound();
        return port;
      } catch (BindException _) {
        // somebody has it
      }
    }
    throw new IOException("no port is free");
  }

  @Override
  public void close() {
    for (Process process : processes) {
      List<ProcessHandle> family =
          Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
      family.forEach(ProcessHandle::destroy);
      for (ProcessHandle member : family) {
        try {
          member.onExit().get(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
          member.destroyForcibly();
        }
      }
    }
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
