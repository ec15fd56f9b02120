package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Description;
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.probe.Interview;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.probe.protocol.Cursor.Malformed;
import io.portprint.signature.SignatureBook;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * AMQP by the protocol header with which a server answers whatever is no header of its own, an HTTP
 * request for one (AMQP 0-9-1, 4.2.2; AMQP 1.0, 2.2). It needs no opening. The same header said
 * back draws {@code connection.start} from an old server, and {@code sasl-mechanisms} from one of
 * 1.0.
 */
@Component
final class AmqpProbe implements Probe {

  private static final String PROTOCOL = "amqp";
  private static final Bytes MAGIC = Bytes.latin1("AMQP");
  private static final int HEADER = 8;

  /** What servers say they speak, by the four bytes after the magic ones. */
  private static final Map<Bytes, String> VERSIONS =
      Map.of(
          Bytes.hex("00000901"), "0-9-1",
          Bytes.hex("01010009"), "0-9",
          Bytes.hex("01010800"), "0-8",
          Bytes.hex("00010000"), "1.0",
          Bytes.hex("02010000"), "1.0",
          Bytes.hex("03010000"), "1.0");

  private static final Bytes SASL = MAGIC.plus(Bytes.hex("03010000"));

  private static final Bytes ONE = MAGIC.plus(Bytes.hex("00010000"));

  /** A described value whose descriptor is a small ulong. */
  private static final Bytes DESCRIBED = Bytes.hex("0053");

  /** A described list (0x00) whose descriptor, a small ulong (0x53), is that of the mechanisms. */
  private static final Bytes MECHANISMS = Bytes.hex("005340");

  /** Class 10, method 10. */
  private static final long CONNECTION_START = 0x000A_000A;

  private static final int FRAME_HEADER = 7;
  private static final int FRAME_END = 0xCE;
  private static final long LONGEST_FRAME = 16_384;
  private static final int MOST_PROPERTIES = 64;

  private static final double TOLD = 0.8;
  private static final double STRUCTURE = 0.95;

  private final SignatureBook signatures;

  AmqpProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "AMQP",
        "Knows the protocol header that answers what is none, says it back and reads product,"
            + " version and platform out of connection.start. Never logs in.",
        List.of(
            "https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf",
            "https://docs.oasis-open.org/amqp/core/v1.0/os/amqp-core-transport-v1.0-os.html"));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Bytes received = answer.received();
    if (answer.sent().startsWith(MAGIC) || received.length() > HEADER && !hasFrames(received)) {
      return Recognition.MISMATCH;
    }
    if (received.length() < HEADER) {
      int known = Math.min(received.length(), MAGIC.length());
      return Claims.notYet(answer, received.head(known).equals(MAGIC.head(known)));
    }
    String version = VERSIONS.get(received.slice(MAGIC.length(), HEADER));
    if (version == null || !received.startsWith(MAGIC)) {
      return Recognition.MISMATCH;
    }
    return new Recognition.Recognised(
        Claims.found(Service.of(PROTOCOL), TOLD, answer, "a protocol header of AMQP's")
            .withDetail("protocolVersion", version));
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    Bytes header = interview.first().received().head(HEADER);
    boolean one = "1.0".equals(finding.details().get("protocolVersion"));
    return Dialogue.speakingFirst(
            interview,
            one ? SASL : header,
            "amqp/header",
            one ? AmqpProbe::hasMechanisms : AmqpProbe::hasFrame,
            (dialogue, answer) -> one ? ofOne(finding, dialogue, answer) : ofOld(finding, answer))
        .orElseThrow();
  }

  private Optional<Examination> ofOne(Finding finding, Dialogue dialogue, Answer answer) {
    if (!hasMechanisms(answer.received())) {
      return Dossier.other(answer, "says a header of AMQP's, but not what follows it");
    }
    Dossier dossier = new Dossier(signatures, finding);
    dossier.proven(answer, STRUCTURE, "tells its SASL mechanisms in a frame of AMQP 1.0");
    Bytes first = dialogue.interview().first().received();
    if (first.length() > HEADER) {
      dossier.learn("amqp.close", first, answer, "how it refuses what is no header");
    }
    return dossier.confirmed();
  }

  private Optional<Examination> ofOld(Finding finding, Answer answer) {
    Map<String, String> properties;
    try {
      properties = serverProperties(answer.received());
    } catch (Malformed e) {
      return Dossier.other(answer, "says a header of AMQP's, but no connection.start");
    }
    Dossier dossier = new Dossier(signatures, finding);
    dossier.proven(answer, STRUCTURE, "begins the connection with connection.start");
    String product = shown(properties, "product");
    String version = shown(properties, "version");
    String platform = shown(properties, "platform");
    dossier.learn(
        "amqp.start",
        Bytes.latin1(product + '\n' + version + '\n' + platform + '\n'),
        answer,
        "what the server says of itself");
    if (dossier.service().product() == null && !product.isEmpty()) {
      dossier.service(
          dossier
              .service()
              .orElse(
                  Claims.product(
                      PROTOCOL, product, version.isEmpty() ? null : version, List.of())));
    }
    if (!platform.isEmpty()) {
      dossier.detail("platform", platform);
    }
    String cluster = shown(properties, "cluster_name");
    if (!cluster.isEmpty()) {
      dossier.detail("clusterName", cluster);
    }
    return dossier.confirmed();
  }

  private static String shown(Map<String, String> properties, String name) {
    return Dossier.shown(properties.getOrDefault(name, ""));
  }

  /** Whether a method frame is there as far as it says that it goes. */
  private static boolean hasFrame(Bytes soFar) {
    return soFar.length() >= FRAME_HEADER
        && (soFar.u32(3) > LONGEST_FRAME || soFar.length() > FRAME_HEADER + soFar.u32(3));
  }

  /**
   * The texts among the server's properties in a {@code connection.start}, which must be all that
   * there is: a method frame on channel 0, every length of which agrees with the others.
   */
  static Map<String, String> serverProperties(Bytes received) throws Malformed {
    Cursor stream = Cursor.of(received);
    Cursor.require(stream.u8() == 1, "a method frame");
    Cursor.require(stream.u16() == 0, "channel 0");
    Cursor payload = stream.within(stream.u32());
    Cursor.require(stream.u8() == FRAME_END && stream.atEnd(), "an end of the frame");
    Cursor.require(payload.u32() == CONNECTION_START, "connection.start");
    payload.skip(2); // the version, that of the header
    Map<String, String> texts = texts(payload.within(payload.u32()));
    payload.skip(payload.u32()); // mechanisms
    payload.skip(payload.u32()); // locales
    Cursor.require(payload.atEnd(), "nothing after the locales");
    return texts;
  }

  private static Map<String, String> texts(Cursor table) throws Malformed {
    Map<String, String> texts = new LinkedHashMap<>();
    for (int i = 0; !table.atEnd(); i++) {
      Cursor.require(i < MOST_PROPERTIES, "a table of bounded size");
      String name = table.take(table.u8()).latin1();
      int type = table.u8();
      if (type == 'S') {
        texts.put(name, table.take(table.u32()).latin1());
      } else {
        skip(table, type);
      }
    }
    return texts;
  }

  /** Passes a value of another type (AMQP 0-9-1, 4.2.1, with the letters that servers use). */
  private static void skip(Cursor table, int type) throws Malformed {
    switch (type) {
      case 'V' -> {}
      case 't', 'b', 'B' -> table.skip(1);
      case 's', 'u', 'U' -> table.skip(2);
      case 'I', 'i', 'f' -> table.skip(4);
      case 'D' -> table.skip(5);
      case 'l', 'L', 'd', 'T' -> table.skip(8);
      case 'F', 'A', 'x' -> table.skip(table.u32());
      default -> throw new Malformed("no type of a field: " + type);
    }
  }

  /** Whether nothing but frames follows the header of AMQP 1.0: some say why they close (2.4.1). */
  static boolean hasFrames(Bytes received) {
    Cursor stream = Cursor.of(received);
    try {
      Cursor.require(stream.take(HEADER).equals(ONE), "the header of 1.0");
      while (!stream.atEnd()) {
        Cursor frame = stream.within(stream.u32() - 4);
        Cursor.require(frame.u8() == 2 && frame.u8() == 0, "a frame of AMQP's");
        frame.skip(2);
        Cursor.require(frame.take(DESCRIBED.length()).equals(DESCRIBED), "a performative");
      }
      return true;
    } catch (Malformed e) {
      return false;
    }
  }

  /**
   * Whether the SASL header is said back and a frame of type 1 follows that holds the mechanisms
   * (AMQP 1.0, 5.3.3.1).
   */
  static boolean hasMechanisms(Bytes received) {
    Cursor stream = Cursor.of(received);
    try {
      Cursor.require(stream.take(HEADER).equals(SASL), "the header of SASL");
      long size = stream.u32();
      Cursor frame = stream.within(size - 4);
      Cursor.require(frame.u8() == 2 && frame.u8() == 1, "a frame of SASL's");
      frame.skip(2);
      return frame.take(MECHANISMS.length()).equals(MECHANISMS);
    } catch (Malformed e) {
      return false;
    }
  }
}
