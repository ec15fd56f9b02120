package io.portprint.capture.evidence;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Evidence;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The evidence of a fingerprint as a pcapng file (draft-ietf-opsawg-pcapng), which Wireshark opens:
 * each piece of evidence is a TCP connection or an exchange of datagrams of its own, with its
 * reason as a comment. Payloads are what was said and heard; everything around them is made up, and
 * a comment on the file says so.
 *
 * <p>The same evidence gives the same bytes. At most 4,096 pieces of evidence and 64 KiB of each
 * direction are shown; comments say where something was left out.
 */
public final class EvidenceCapture {

  /** The first of the dynamic ports (RFC 6335, 6). */
  static final int FIRST_PORT = 49_152;

  /** Streams that are shown. */
  static final int MOST_TURNS = 4_096;

  /** Of what was said in a turn, and of what was heard. */
  static final int MOST_BYTES = 65_536;

  static final Duration LONGEST = Duration.ofHours(1);

  /** Since 1970; with all that may come after it, it fits into 63 bits of nanoseconds. */
  static final Duration LATEST = Duration.ofDays(365 * 230);

  /** Addresses for documentation (RFC 5737, RFC 3849); the second ones for peers at the first. */
  private static final List<InetAddress> CLIENTS =
      List.of(
          InetAddress.ofLiteral("192.0.2.1"),
          InetAddress.ofLiteral("198.51.100.1"),
          InetAddress.ofLiteral("2001:db8::1"),
          InetAddress.ofLiteral("2001:db8::2"));

  private final Fingerprint fingerprint;
  private final String application;

  /**
   * @param application who writes the file, such as {@code Portprint 1.0}
   */
  public EvidenceCapture(Fingerprint fingerprint, String application) {
    this.fingerprint = fingerprint;
    this.application = application;
  }

  /** Whether there is not one packet to show. */
  public boolean isEmpty() {
    return fingerprint.evidence().stream().allMatch(this::isBare);
  }

  /** A connection is something to show even where nothing was said; no datagram is nothing. */
  private boolean isBare(Evidence evidence) {
    return fingerprint.endpoint().transport() == Transport.UDP
        && evidence.sent().isEmpty()
        && evidence.received().isEmpty();
  }

  /** Writes the file, packet by packet, and leaves the stream open. */
  public void writeTo(OutputStream out) throws IOException {
    List<Evidence> shown =
        fingerprint.evidence().subList(0, Math.min(MOST_TURNS, fingerprint.evidence().size()));
    Endpoint endpoint = fingerprint.endpoint();
    IpPath path = new IpPath(clientOf(endpoint.address()), endpoint.address());
    PcapngWriter file = new PcapngWriter(out);
    int bare = (int) shown.stream().filter(this::isBare).count();
    file.section(Remarks.section(fingerprint, path.source(), shown.size(), bare), application);
    file.describeInterface("evidence");
    Tape tape = new Tape(file, begin());
    for (int i = 0; i < shown.size(); i++) {
      Turn turn = turn(i + 1, shown.get(i));
      int port = FIRST_PORT + i;
      switch (endpoint.transport()) {
        case TCP -> new TcpStream(path, port, endpoint.port(), tape).play(turn);
        case UDP -> new Datagrams(path, port, endpoint.port(), tape).play(turn);
      }
    }
  }

  /** An address to stand for a client's that isn't known. */
  static InetAddress clientOf(InetAddress server) {
    return CLIENTS.stream()
        .filter(one -> one instanceof Inet4Address == server instanceof Inet4Address)
        .filter(one -> !one.equals(server))
        .findFirst()
        .orElseThrow();
  }

  private Turn turn(int number, Evidence evidence) {
    Bytes sent = evidence.sent().head(MOST_BYTES);
    Bytes received = evidence.received().head(MOST_BYTES);
    boolean cut =
        sent.length() < evidence.sent().length()
            || received.length() < evidence.received().length();
    return new Turn(
        sent,
        received,
        nanos(evidence.roundTrip(), LONGEST),
        Remarks.turn(fingerprint, number, evidence, cut));
  }

  /** When the examination began, in nanoseconds since 1970. */
  private long begin() {
    long end = nanos(Duration.between(Instant.EPOCH, fingerprint.observedAt()), LATEST);
    return Math.max(0, end - nanos(fingerprint.duration(), LONGEST));
  }

  /** In nanoseconds, within bounds. */
  static long nanos(@Nullable Duration duration, Duration most) {
    if (duration == null || duration.isNegative()) {
      return 0;
    }
    return (duration.compareTo(most) > 0 ? most : duration).toNanos();
  }
}
