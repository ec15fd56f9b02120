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
import io.portprint.signature.Match;
import io.portprint.signature.SignatureBook;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/**
 * Finds agents of SNMPv3 by the report that engine discovery draws (RFC 3414, section 4): it needs
 * no name and no password, repeats the message's identifier, and tells the engine's own. The first
 * part of that is the enterprise that made the engine.
 *
 * <p>Agents of versions 1 and 2c alone stay unknown: their community is a password (RFC 1157,
 * section 4.1), however well known, and none is ever sent from here.
 */
@Component
final class SnmpProbe implements Probe {

  private static final String PROTOCOL = "snmp";
  private static final Set<Integer> PORTS = Set.of(161, 1161, 10161);
  private static final double REPORT = 0.99;
  private static final int VERSION_3 = 3;
  private static final Bytes REPORTABLE = Bytes.hex("04");
  private static final int USER_SECURITY = 3;
  private static final int REPORT_PDU = 0xa8;
  private static final int GET_PDU = 0xa0;
  private static final Bytes EMPTY = Ber.encode(Ber.OCTETS);

  /** 1.3.6.1.6.3.15.1.1: the counters of the user-based security model. */
  private static final Bytes USM_STATISTICS = Bytes.hex("2b060106030f0101");

  private final SignatureBook signatures;

  SnmpProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  /** What a report told. */
  record Engine(Bytes id, long boots, long time) {

    /** The number that IANA gave to who made the engine (RFC 3411, SnmpEngineID). */
    long enterprise() {
      return id.u32(0) & 0x7fffffffL;
    }
  }

  @Override
  public Description description() {
    return new Description(
        "snmp",
        PROTOCOL,
        Transport.UDP,
        "SNMP",
        "Asks an SNMPv3 engine for its identifier with a fresh message identifier, and requires a"
            + " report with it. No community is tried.",
        List.of("RFC 3411", "RFC 3412", "RFC 3414"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(
        new Opening(
            "snmp/engine-discovery", discovery(random.nextInt(1 << 24, 1 << 30)), PORTS, 3));
  }

  /** An empty request by nobody to an engine of unknown name. */
  static Bytes discovery(long id) {
    Bytes header =
        Ber.encode(
            Ber.SEQUENCE,
            Ber.number(id),
            Ber.number(65_507),
            Ber.encode(Ber.OCTETS, REPORTABLE),
            Ber.number(USER_SECURITY));
    Bytes security =
        Ber.encode(Ber.SEQUENCE, EMPTY, Ber.number(0), Ber.number(0), EMPTY, EMPTY, EMPTY);
    Bytes request =
        Ber.encode(GET_PDU, Ber.number(id), Ber.number(0), Ber.number(0), Ber.encode(Ber.SEQUENCE));
    return Ber.encode(
        Ber.SEQUENCE,
        Ber.number(VERSION_3),
        header,
        Ber.encode(Ber.OCTETS, security),
        Ber.encode(Ber.SEQUENCE, EMPTY, EMPTY, request));
  }

  @Override
  public Recognition recognise(Answer answer) {
    return discovered(answer.sent())
        .flatMap(id -> report(answer.received(), id))
        .map(engine -> described(answer, engine))
        .orElse(Recognition.MISMATCH);
  }

  private Recognition described(Answer answer, Engine engine) {
    Optional<Match> match =
        signatures.match("snmp.engine", Bytes.latin1(engine.enterprise() + ":" + engine.id.hex()));
    Service service = Claims.named(PROTOCOL, match);
    return new Recognition.Recognised(
        Finding.of(
                service,
                REPORT,
                answer.because(
                    "a report of SNMPv3 that repeats the message's identifier and tells the"
                        + " engine's",
                    List.of(),
                    match.map(Match::signature).orElse(null)))
            .withDetail("engineId", engine.id.hex())
            .withDetail("enterprise", engine.enterprise())
            .withDetail("engineBoots", engine.boots())
            .withDetail("engineTimeSeconds", engine.time()));
  }

  /** The message identifier of a discovery; empty where this is none. */
  private static Optional<Long> discovered(Bytes sent) {
    if (sent.length() < 16 || sent.at(0) != Ber.SEQUENCE) {
      return Optional.empty();
    }
    try {
      Cursor message = Ber.value(Cursor.of(sent), Ber.SEQUENCE);
      Cursor.require(Ber.integer(message, Ber.INTEGER) == VERSION_3, "version 3");
      long id = Ber.integer(Ber.value(message, Ber.SEQUENCE), Ber.INTEGER);
      return discovery(id).equals(sent) ? Optional.of(id) : Optional.empty();
    } catch (Cursor.Malformed anotherQuestion) {
      return Optional.empty();
    }
  }

  /** The engine that reports on a message. */
  static Optional<Engine> report(Bytes received, long id) {
    try {
      Cursor whole = Cursor.of(received);
      Cursor message = Ber.value(whole, Ber.SEQUENCE);
      Cursor.require(whole.atEnd(), "one message");
      Cursor.require(Ber.integer(message, Ber.INTEGER) == VERSION_3, "version 3");
      Cursor header = Ber.value(message, Ber.SEQUENCE);
      Cursor.require(Ber.integer(header, Ber.INTEGER) == id, "the identifier is repeated");
      Cursor security = Ber.value(Ber.value(message, Ber.OCTETS), Ber.SEQUENCE);
      Bytes engine = Ber.octets(security);
      Cursor.require(engine.length() >= 5 && engine.length() <= 32, "an engine's identifier");
      long boots = Ber.integer(security, Ber.INTEGER);
      long time = Ber.integer(security, Ber.INTEGER);
      Cursor scoped = Ber.value(message, Ber.SEQUENCE);
      Ber.octets(scoped);
      Ber.octets(scoped);
      Cursor report = Ber.value(scoped, REPORT_PDU);
      Ber.integer(report, Ber.INTEGER);
      Ber.integer(report, Ber.INTEGER);
      Ber.integer(report, Ber.INTEGER);
      Cursor variable = Ber.value(Ber.value(report, Ber.SEQUENCE), Ber.SEQUENCE);
      Bytes name = Ber.value(variable, Ber.OBJECT).rest();
      Cursor.require(name.startsWith(USM_STATISTICS), "a counter of the security model");
      return Optional.of(new Engine(engine, boots, time));
    } catch (Cursor.Malformed noReport) {
      return Optional.empty();
    }
  }
}
