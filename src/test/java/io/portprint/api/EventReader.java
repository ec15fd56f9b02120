package io.portprint.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A reader of server-sent events over a socket of its own, byte by byte: it reads no further. */
final class EventReader implements AutoCloseable {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** An event; a comment is one without fields. */
  record Event(@Nullable String name, @Nullable String id, @Nullable JsonNode data) {}

  private final Socket socket = new Socket();
  private final String head;

  /** Connects and reads the head of the answer; speaks HTTP/1.0, for which nothing is chunked. */
  EventReader(int port, String path, String... headers) {
    try {
      socket.setReceiveBufferSize(4_096);
      socket.setSoTimeout(30_000);
      socket.connect(new InetSocketAddress("127.0.0.1", port));
      StringBuilder request = new StringBuilder("GET ").append(path).append(" HTTP/1.0\r\n");
      for (int i = 0; i < headers.length; i += 2) {
        request.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
      }
      socket
          .getOutputStream()
          .write(request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
      StringBuilder read = new StringBuilder();
      for (String line = line(); line != null && !line.isEmpty(); line = line()) {
        read.append(line).append('\n');
      }
      head = read.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String head() {
    return head;
  }

  /** The next line without its end; null at the end of the stream. */
  private @Nullable String line() throws IOException {
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int one = in.read();
    if (one < 0) {
      return null;
    }
    for (; one >= 0 && one != '\n'; one = in.read()) {
      if (one != '\r') {
        line.write(one);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  /** The next event or comment, told by the blank line after it; null at the end of the stream. */
  @Nullable Event next() {
    try {
      String name = null;
      String id = null;
      JsonNode data = null;
      for (String line = line(); line != null; line = line()) {
        if (line.isEmpty()) {
          return new Event(name, id, data);
        }
        int colon = line.indexOf(':');
        String value = line.substring(colon + 1).strip();
        switch (line.substring(0, colon)) {
          case "", "retry" -> {}
          case "event" -> name = value;
          case "id" -> id = value;
          case "data" -> data = JSON.readTree(value);
          default -> throw new IllegalStateException(line);
        }
      }
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next event of a name. */
  Event next(String name) {
    for (Event event = next(); event != null; event = next()) {
      if (name.equals(event.name())) {
        return event;
      }
    }
    throw new IllegalStateException("the stream ended without " + name);
  }

  /** The ids of the fingerprints and of the end, up to the end of the stream. */
  List<String> ids() {
    List<String> ids = new ArrayList<>();
    for (Event event = next(); event != null; event = next()) {
      if (event.id() != null) {
        ids.add(event.id());
      }
    }
    return ids;
  }

  /** What else there is to read, as it came, until the connection ends in one way or the other. */
  String rest() {
    StringBuilder rest = new StringBuilder();
    try {
      for (String line = line(); line != null; line = line()) {
        rest.append(line).append('\n');
      }
    } catch (SocketException reset) {
      rest.append('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rest.toString();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
