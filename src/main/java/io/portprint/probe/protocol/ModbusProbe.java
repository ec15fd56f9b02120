package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Description;
import io.portprint.probe.Finding;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/**
 * Finds Modbus servers (Modbus Application Protocol 1.1b3) by the answer to a request for their
 * identification, which reads nothing of the process. Said only where the port suggests it: a
 * controller may be old and easily upset.
 */
@Component
final class ModbusProbe implements Probe {

  private static final String PROTOCOL = "mbap";
  private static final Bytes IDENTIFY = Bytes.hex("0000 0005 01 2b 0e 01 00");
  private static final double IDENTIFIED = 0.97;
  private static final double REFUSED = 0.90;

  @Override
  public Description description() {
    return new Description(
        "modbus",
        PROTOCOL,
        Transport.TCP,
        "Modbus",
        "Reads the device identification with a fresh transaction and requires an answer with it.",
        List.of("MODBUS Application Protocol Specification V1.1b3"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(
        new Opening(
            "modbus/identification", Claims.random(random, 2).plus(IDENTIFY), Set.of(502), 7));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Bytes sent = answer.sent();
    Bytes received = answer.received();
    if (sent.length() != 11 || !sent.slice(2, 11).equals(IDENTIFY)) {
      return Recognition.MISMATCH;
    }
    int asFar = Math.min(4, received.length());
    if (!sent.startsWith(received.head(asFar))) {
      return Recognition.MISMATCH;
    }
    if (received.length() < 9 || received.length() < 6 + received.u16(4)) {
      return Claims.notYet(answer, true);
    }
    try {
      return identified(answer, Cursor.of(received.slice(4, received.length())));
    } catch (Cursor.Malformed noModbus) {
      return Recognition.MISMATCH;
    }
  }

  private static Recognition identified(Answer answer, Cursor cursor) throws Cursor.Malformed {
    Cursor.require(cursor.u16() == cursor.remaining(), "the length is true");
    Cursor.require(cursor.u8() == 1, "the unit is repeated");
    int function = cursor.u8();
    if (function == 0xab) {
      int code = cursor.u8();
      Cursor.require(code >= 1 && code <= 11 && cursor.atEnd(), "an exception");
      return Claims.recognised(
          Service.of(PROTOCOL), REFUSED, answer, "an exception to our transaction");
    }
    Cursor.require(function == 0x2b && cursor.u8() == 0x0e && cursor.u8() == 1, "identification");
    cursor.skip(3);
    int count = cursor.u8();
    Finding finding =
        Claims.found(
            Service.of(PROTOCOL), IDENTIFIED, answer, "the identification that we asked for");
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int object = cursor.u8();
      String text = Claims.text(cursor.take(cursor.u8()));
      if (object == i && !text.isBlank()) {
        texts.add(text.strip());
      }
      finding =
          switch (object) {
            case 0 -> finding.withDetail("vendor", text);
            case 1 -> finding.withDetail("productCode", text);
            case 2 -> finding.withDetail("revision", text);
            default -> finding;
          };
    }
    // the three that every device has: vendor, product, revision
    return new Recognition.Recognised(
        texts.size() < 3
            ? finding
            : finding.withService(
                Claims.product(
                    PROTOCOL,
                    texts.get(1).startsWith(texts.getFirst())
                        ? texts.get(1)
                        : texts.getFirst() + " " + texts.get(1),
                    texts.get(2),
                    List.of())));
  }
}
