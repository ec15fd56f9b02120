package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Description;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/**
 * Finds QUIC servers by the versions that they offer to who asks for one that there is not: the
 * packet has our random connection identifiers the other way round (RFC 8999, section 6).
 */
@Component
final class QuicProbe implements Probe {

  private static final String PROTOCOL = "quic";

  /** A version of the form that is kept free to force the negotiation (RFC 9000, section 15). */
  private static final Bytes NO_VERSION = Bytes.hex("1a2a3a4a");

  private static final int ID = 8;

  /** Form and version, then both identifiers with their lengths. */
  private static final int HEADER = 5 + 2 * (1 + ID);

  /** The least that a server has to be asked with (RFC 9000, section 14.1). */
  private static final int LEAST = 1200;

  private static final int MOST_VERSIONS = 32;
  private static final double REPEATS_IDENTIFIERS = 0.99;

  @Override
  public Description description() {
    return new Description(
        "quic",
        PROTOCOL,
        Transport.UDP,
        "QUIC",
        "Asks for a version that there is not and requires a negotiation with our connection"
            + " identifiers.",
        List.of("RFC 8999", "RFC 9000", "RFC 9114"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    Bytes id = Bytes.of((byte) ID);
    Bytes packet =
        Bytes.hex("c0")
            .plus(NO_VERSION)
            .plus(id.plus(Claims.random(random, ID)))
            .plus(id.plus(Claims.random(random, ID)))
            .plus(Bytes.of(new byte[LEAST - HEADER]));
    return List.of(new Opening("quic/no-version", packet, Set.of(80, 443, 853, 4433, 8443), 6));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Bytes sent = answer.sent();
    Bytes received = answer.received();
    if (sent.length() != LEAST
        || !sent.startsWith(Bytes.hex("c0").plus(NO_VERSION))
        || !negotiates(sent, received)) {
      return Recognition.MISMATCH;
    }
    List<String> versions = versions(received.slice(HEADER, received.length()));
    return new Recognition.Recognised(
        Claims.found(
                Service.of(PROTOCOL),
                REPEATS_IDENTIFIERS,
                answer,
                "a negotiation of versions that repeats both connection identifiers")
            .withDetail("versions", versions));
  }

  private static boolean negotiates(Bytes sent, Bytes received) {
    return received.length() >= HEADER + 4
        && (received.length() - HEADER) % 4 == 0
        && (received.at(0) & 0x80) != 0
        && received.u32(1) == 0
        && received.slice(5, 6 + ID).equals(sent.slice(6 + ID, HEADER))
        && received.slice(6 + ID, HEADER).equals(sent.slice(5, 6 + ID));
  }

  /** What is offered, without what is but there to keep clients from taking it for granted. */
  static List<String> versions(Bytes offer) {
    List<String> names = new ArrayList<>();
    for (int at = 0; at + 4 <= offer.length() && names.size() < MOST_VERSIONS; at += 4) {
      long version = offer.u32(at);
      if ((version & 0x0f0f0f0fL) != 0x0a0a0a0aL) {
        names.add(name(version));
      }
    }
    return List.copyOf(names);
  }

  private static String name(long version) {
    if (version == 1) {
      return "1";
    }
    if (version == 0x6b3343cfL) {
      return "2";
    }
    return version >>> 8 == 0xff0000L ? "draft-" + (version & 0xff) : "0x%08x".formatted(version);
  }
}
