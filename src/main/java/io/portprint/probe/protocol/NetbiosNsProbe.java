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

/** Finds NetBIOS name services (RFC 1002) by their node status, which tells the host's names. */
@Component
final class NetbiosNsProbe implements Probe {

  private static final String PROTOCOL = "netbios-ns";
  private static final Bytes STATUS =
      Bytes.hex("0000 0001 0000 0000 0000 20 434b")
          .plus(Bytes.latin1("A".repeat(30)))
          .plus(Bytes.hex("00 0021 0001"));
  private static final int GROUP = 0x8000;
  private static final double NODE_STATUS = 0.98;

  @Override
  public Description description() {
    return new Description(
        "netbios-ns",
        PROTOCOL,
        Transport.UDP,
        "NetBIOS name service",
        "Asks for the node status with a fresh identifier and requires a table of names.",
        List.of("RFC 1002"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(
        new Opening(
            "netbios-ns/node-status", Claims.random(random, 2).plus(STATUS), Set.of(137), 7));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Bytes sent = answer.sent();
    if (sent.length() != 2 + STATUS.length() || !sent.slice(2, sent.length()).equals(STATUS)) {
      return Recognition.MISMATCH;
    }
    try {
      return status(answer, Cursor.of(answer.received()));
    } catch (Cursor.Malformed noStatus) {
      return Recognition.MISMATCH;
    }
  }

  private static Recognition status(Answer answer, Cursor cursor) throws Cursor.Malformed {
    Cursor.require(cursor.u16() == answer.sent().u16(0), "the identifier is repeated");
    Cursor.require((cursor.u16() & 0xf80f) == 0x8000, "a good response");
    Cursor.require(cursor.u16() == 0 && cursor.u16() == 1, "one answer, no question");
    cursor.skip(4);
    Cursor.require(cursor.take(36).equals(answer.sent().slice(12, 48)), "the name and type");
    cursor.skip(2 + 4);
    Cursor data = cursor.within(cursor.u16());
    int count = data.u8();
    Cursor.require(count > 0, "a table of names");
    List<String> names = new ArrayList<>();
    String host = null;
    for (int i = 0; i < count; i++) {
      String name = Claims.text(data.take(15)).stripTrailing();
      int suffix = data.u8();
      boolean group = (data.u16() & GROUP) != 0;
      names.add("%s<%02x>%s".formatted(name, suffix, group ? " group" : ""));
      if (host == null && suffix == 0 && !group) {
        host = name;
      }
    }
    return new Recognition.Recognised(
        Claims.found(
                Claims.onHost(Service.of(PROTOCOL), host),
                NODE_STATUS,
                answer,
                "a node status with the identifier of our question")
            .withDetail("names", List.copyOf(names)));
  }
}
