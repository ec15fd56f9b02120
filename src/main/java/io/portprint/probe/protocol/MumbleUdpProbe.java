package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Span;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Description;
import io.portprint.probe.Finding;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/**
 * Finds a server of the Mumble voice chat by the ping with which clients fill their list of
 * servers: it is answered without a login, with our identifier of 64 bits, the version and the
 * number of users. IANA has no name for the protocol.
 */
@Component
final class MumbleUdpProbe implements Probe {

  private static final String PROTOCOL = "mumble";
  private static final int IDENTIFIER = 8;
  private static final int REQUEST = 12;
  private static final int REPLY = 24;
  private static final Bytes PING = Bytes.hex("00000000");
  private static final long MOST_USERS = 1_000_000;

  /**
   * What the server tells.
   *
   * @param bandwidth in bits per second that a user may send
   */
  record Pong(String version, long users, long mostUsers, long bandwidth) {}

  @Override
  public Description description() {
    return new Description(
        "mumble-udp",
        PROTOCOL,
        Transport.UDP,
        "Mumble voice chat",
        "Pings as a list of servers does and requires our identifier of 64 bits in the reply, which"
            + " tells the version and how many users there are.",
        List.of("Mumble protocol 1.2.5"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(
        new Opening(
            "mumble/ping", PING.plus(DhtReply.randomBytes(random, IDENTIFIER)), Set.of(64738), 6));
  }

  static Optional<Pong> read(Bytes sent, Bytes received) {
    if (sent.length() != REQUEST
        || !sent.startsWith(PING)
        || received.length() != REPLY
        || !received.slice(4, REQUEST).equals(sent.slice(4, REQUEST))) {
      return Optional.empty();
    }
    long users = received.u32(12);
    long mostUsers = received.u32(16);
    if (received.at(0) != 0 || users > mostUsers || mostUsers > MOST_USERS) {
      return Optional.empty();
    }
    String version = "%d.%d.%d".formatted(received.at(1), received.at(2), received.at(3));
    return Optional.of(new Pong(version, users, mostUsers, received.u32(20)));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Optional<Pong> read = read(answer.sent(), answer.received());
    if (read.isEmpty()) {
      return Recognition.MISMATCH;
    }
    Pong pong = read.get();
    String cpe = "cpe:2.3:a:mumble:mumble:%s:*:*:*:*:*:*:*".formatted(pong.version());
    Service service =
        new Service(
            PROTOCOL, "Mumble server", pong.version(), null, null, null, null, List.of(cpe), false);
    return new Recognition.Recognised(
        Finding.of(
                service,
                0.98,
                answer.because(
                    "repeats our identifier of 64 bits and tells a version",
                    List.of(new Span(0, REQUEST))))
            .withDetail("users", pong.users())
            .withDetail("maxUsers", pong.mostUsers())
            .withDetail("bandwidth", pong.bandwidth()));
  }
}
