package io.portprint.webhook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** A receiver of webhooks on loopback that answers as it is told, and at last with 204. */
public final class Receiver implements AutoCloseable {

  /** What came. */
  public record Request(String method, String path, HttpExchange exchange, byte[] body) {

    public String header(String name) {
      return String.valueOf(exchange.getRequestHeaders().getFirst(name));
    }
  }

  private record Answer(int status, String name, String value) {}

  private final HttpServer server;
  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();

  public Receiver() {
    this("127.0.0.1");
  }

  public Receiver(String address) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(address), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  /** What to answer next, after what was said before. */
  public Receiver thenAnswer(int status) {
    return thenAnswer(status, "X-Nothing", "");
  }

  public Receiver thenAnswer(int status, String header, String value) {
    answers.add(new Answer(status, header, value));
    return this;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.add(
          new Request(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              exchange,
              exchange.getRequestBody().readAllBytes()));
      Answer answer = answers.poll();
      if (answer != null) {
        exchange.getResponseHeaders().set(answer.name(), answer.value());
      }
      exchange.sendResponseHeaders(answer == null ? 204 : answer.status(), -1);
    }
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** A URL of this receiver, by the address that it listens on. */
  public String url(String path) {
    return "http://%s:%d%s"
        .formatted(server.getAddress().getAddress().getHostAddress(), port(), path);
  }

  public List<Request> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
