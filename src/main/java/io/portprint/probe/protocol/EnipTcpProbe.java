package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Description;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/**
 * Finds EtherNet/IP devices over TCP by their identity (CIP volume 2, section 2-4.3), for which no
 * session is needed. Said only where the port suggests it.
 */
@Component
final class EnipTcpProbe implements Probe {

  private static final String PROTOCOL = "ethernet-ip-2";
  private static final Bytes LIST_IDENTITY = Bytes.hex("6300 0000 00000000 00000000");
  private static final int HEADER = 24;
  private static final double REPEATS_64_BITS = 0.99;

  @Override
  public Description description() {
    return new Description(
        "enip-tcp",
        PROTOCOL,
        Transport.TCP,
        "EtherNet/IP",
        "Asks for the identity with a fresh sender context and requires an answer with it.",
        List.of("ODVA, The CIP Networks Library, volume 2"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    Bytes request = LIST_IDENTITY.plus(Claims.random(random, 8)).plus(Bytes.hex("00000000"));
    return List.of(new Opening("enip/list-identity", request, Set.of(44818), 9));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Bytes sent = answer.sent();
    Bytes received = answer.received();
    if (sent.length() != HEADER || !sent.startsWith(LIST_IDENTITY)) {
      return Recognition.MISMATCH;
    }
    try {
      return identity(answer, Cursor.of(received));
    } catch (Cursor.Malformed noIdentity) {
      return Claims.notYet(answer, received.isEmpty() || received.at(0) == 0x63);
    }
  }

  private static Recognition identity(Answer answer, Cursor cursor) throws Cursor.Malformed {
    Cursor.require(cursor.u16LittleEndian() == 0x63, "the command is repeated");
    int length = cursor.u16LittleEndian();
    cursor.skip(8);
    Cursor.require(cursor.take(8).equals(answer.sent().slice(12, 20)), "so is the context");
    cursor.skip(4);
    Cursor.require(length == cursor.remaining(), "the length is true");
    Cursor.require(cursor.u16LittleEndian() >= 1, "an item");
    Cursor.require(cursor.u16LittleEndian() == 0x0c, "an identity");
    Cursor item = cursor.within(cursor.u16LittleEndian());
    item.skip(2 + 16);
    int vendor = item.u16LittleEndian();
    int type = item.u16LittleEndian();
    item.skip(2);
    String revision = item.u8() + "." + item.u8();
    item.skip(2 + 4);
    String name = Claims.text(item.take(item.u8()));
    return new Recognition.Recognised(
        Claims.found(
                Service.of(PROTOCOL), REPEATS_64_BITS, answer, "an identity for our own context")
            .withDetail("vendor", vendor)
            .withDetail("deviceType", type)
            .withDetail("revision", revision)
            .withDetail("productName", name));
  }
}
