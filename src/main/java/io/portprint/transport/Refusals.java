package io.portprint.transport;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a port of loopback refuses, asked of the C library: a socket that was refused can be used
 * again, which Java's channels can't, and this is nearly all the time that a sweep of loopback
 * takes. It says yes or nothing: what is not refused at once is for the usual way.
 *
 * <p>On Linux alone, by the numbers of its generic system call interface; elsewhere it says
 * nothing. For use by one thread.
 */
final class Refusals implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Refusals.class);

  /** Architectures that have those numbers. */
  private static final Set<String> GENERIC = Set.of("amd64", "x86_64", "aarch64");

  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int SOCK_STREAM_NONBLOCK_CLOEXEC = 1 | 0x800 | 0x80000;
  private static final int ECONNREFUSED = 111;
  private static final int EINPROGRESS = 115;
  private static final int NONE = -1;

  private static final int SOCKADDR_IN = 16;
  private static final int SOCKADDR_IN6 = 28;
  private static final int PORT = 2;
  private static final int ADDRESS_V4 = 4;
  private static final int ADDRESS_V6 = 8;
  private static final ValueLayout.OfShort NETWORK_SHORT =
      ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

  private final @Nullable Calls calls;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment state;
  private final Asker v4 = new Asker(AF_INET, SOCKADDR_IN, ADDRESS_V4);
  private final Asker v6 = new Asker(AF_INET6, SOCKADDR_IN6, ADDRESS_V6);

  /** The functions of the C library. */
  private record Calls(
      MethodHandle socket, MethodHandle connect, MethodHandle close, VarHandle errno) {

    static Calls link() {
      Linker linker = Linker.nativeLinker();
      SymbolLookup library = linker.defaultLookup();
      Linker.Option errno = Linker.Option.captureCallState("errno");
      return new Calls(
          linker.downcallHandle(
              library.findOrThrow("socket"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT)),
          linker.downcallHandle(
              library.findOrThrow("connect"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_INT),
              errno),
          linker.downcallHandle(
              library.findOrThrow("close"),
              FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)),
          Linker.Option.captureStateLayout().varHandle(PathElement.groupElement("errno")));
    }
  }

  private Refusals(@Nullable Calls calls) {
    this.calls = calls;
    this.state = arena.allocate(Linker.Option.captureStateLayout());
  }

  /** One that never says anything. */
  static Refusals silent() {
    return new Refusals(null);
  }

  /** One that says what it can find out on this system. To be made by the thread that uses it. */
  static Refusals ofThisSystem() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    if (!system.equals("linux") || !GENERIC.contains(System.getProperty("os.arch", ""))) {
      return silent();
    }
    try {
      return new Refusals(Calls.link());
    } catch (RuntimeException | LinkageError e) {
      log.atInfo().setCause(e).log("loopback is swept in the slower way");
      return silent();
    }
  }

  /** Whether a port of an address of loopback refuses at once. */
  boolean refuses(InetAddress host, int port) {
    if (calls == null) {
      return false;
    }
    try {
      return (host instanceof Inet4Address ? v4 : v6).refused(calls, host.getAddress(), port);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  @Override
  public void close() {
    try {
      if (calls != null) {
        v4.close(calls);
        v6.close(calls);
      }
    } catch (Throwable e) {
      throw failed(e);
    } finally {
      arena.close();
    }
  }

  /** Method handles may throw anything; what is not an exception is nobody's to catch. */
  private static IllegalStateException failed(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return new IllegalStateException("a call of the C library failed", cause);
  }

  /** The socket of one address family, which is used until somebody does not refuse it. */
  private final class Asker {

    private final int family;
    private final int length;
    private final int addressAt;
    private final MemorySegment peer;
    private int socket = NONE;

    Asker(int family, int length, int addressAt) {
      this.family = family;
      this.length = length;
      this.addressAt = addressAt;
      this.peer = arena.allocate(length, Integer.BYTES);
      peer.set(ValueLayout.JAVA_SHORT, 0, (short) family);
    }

    boolean refused(Calls known, byte[] address, int port) throws Throwable {
      if (socket == NONE) {
        socket = (int) known.socket.invokeExact(family, SOCK_STREAM_NONBLOCK_CLOEXEC, 0);
        if (socket < 0) {
          socket = NONE;
          return false;
        }
      }
      peer.set(NETWORK_SHORT, PORT, (short) port);
      MemorySegment.copy(address, 0, peer, ValueLayout.JAVA_BYTE, addressAt, address.length);
      int error = connect(known);
      if (error == EINPROGRESS) {
        error = connect(known); // what the first call has begun, the second tells the outcome of
      }
      if (error == ECONNREFUSED) {
        return true;
      }
      close(known);
      return false;
    }

    private int connect(Calls known) throws Throwable {
      int result = (int) known.connect.invokeExact(state, socket, peer, length);
      return result == 0 ? 0 : (int) known.errno.get(state, 0L);
    }

    void close(Calls known) throws Throwable {
      if (socket != NONE) {
        int _ = (int) known.close.invokeExact(socket);
        socket = NONE;
      }
    }
  }
}
