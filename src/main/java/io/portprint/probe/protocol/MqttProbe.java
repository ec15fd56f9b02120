package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Conversation;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Description;
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.probe.Interview;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.probe.protocol.Cursor.Malformed;
import io.portprint.signature.SignatureBook;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/**
 * MQTT by the acknowledgement of a connection without a name or a password, with a clean session
 * that ends with it (MQTT 3.1.1, 3.1 and 3.2): accepted or not, it is four bytes. That a level of
 * the protocol that there is none of is answered otherwise, or a subscription acknowledged by its
 * identifier, proves it; and many brokers tell their version in a topic.
 */
@Component
final class MqttProbe implements Probe {

  private static final String PROTOCOL = "mqtt";
  private static final int LEVEL = 4;
  private static final int LEVEL_OF_5 = 5;
  private static final int NO_SUCH_LEVEL = 9;

  /** A clean session, 10 s of keep-alive. */
  private static final Bytes REQUEST = connect(LEVEL, Bytes.EMPTY, name(Bytes.of(new byte[8])));

  private static final Bytes CONNACK = Bytes.hex("200200");

  private static final int LARGEST_CODE = 5;
  private static final int BAD_LEVEL = 1;
  private static final int BAD_LEVEL_5 = 0x84;
  private static final int SUBACK = 0x90;
  private static final int REFUSED = 0x80;
  private static final int PUBLISH = 3;
  private static final Bytes DISCONNECT = Bytes.hex("e000");
  private static final String TOPIC = "$SYS/broker/version";

  private static final double TOLD = 0.8;
  private static final double OTHER_CODE = 0.6;
  private static final double OTHER_VERSION = 0.6;
  private static final double OWN_IDENTIFIER = 0.95;

  private final SignatureBook signatures;

  MqttProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "MQTT",
        "Connects without a password, at a level of the protocol that there is none of too, and"
            + " reads $SYS/broker/version where that is allowed. Publishes nothing.",
        List.of(
            "https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html",
            "https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(
        new Opening(
            "mqtt/connect",
            connect(LEVEL, Bytes.EMPTY, name(Claims.random(random, 8))),
            Set.of(1883, 8883),
            4,
            List.of("mqtt")));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Bytes received = answer.received();
    int same = REQUEST.length() - 16;
    if (answer.sent().length() != REQUEST.length()
        || !answer.sent().startsWith(REQUEST.head(same))) {
      return Recognition.MISMATCH;
    }
    if (code(received) < 0) {
      return Claims.notYet(
          answer,
          received.length() <= CONNACK.length()
              && CONNACK.head(received.length()).equals(received));
    }
    return new Recognition.Suspected(
        Claims.found(Service.of(PROTOCOL), TOLD, answer, "answers a connection as MQTT does"));
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    Dossier dossier = new Dossier(signatures, finding);
    int code = code(interview.first().received());
    dossier.detail("authentication", code > BAD_LEVEL);
    Answer none = connected(interview, NO_SUCH_LEVEL, Bytes.EMPTY, "mqtt/no-such-level");
    boolean told = refusesLevel(none.received());
    if (told && code != BAD_LEVEL) {
      dossier.proven(none, OTHER_CODE, "refuses a level that there is none of");
    } else if (code(none.received()) > 0) {
      return Dossier.other(none, "answers every level of the protocol alike").orElseThrow();
    }
    Answer five = connected(interview, LEVEL_OF_5, Bytes.of(new byte[1]), "mqtt/connect-5");
    boolean speaksFive = isOfFive(five.received());
    if (speaksFive) {
      dossier.proven(five, OTHER_VERSION, "answers MQTT 5 with properties");
    }
    dossier.detail(
        "versions",
        code == BAD_LEVEL
            ? speaksFive ? List.of("5") : List.of()
            : speaksFive ? List.of("3.1.1", "5") : List.of("3.1.1"));
    if (code > 0) {
      return told && code != BAD_LEVEL || speaksFive || none.silent()
          ? dossier.confirmed().orElseThrow()
          : Dossier.other(none, "does not answer as MQTT does").orElseThrow();
    }
    return Dialogue.speakingFirst(
            interview,
            connect(LEVEL, Bytes.EMPTY, name(Claims.random(interview.random(), 8))),
            "mqtt/connect",
            soFar -> soFar.length() > CONNACK.length(),
            (dialogue, _) -> version(dossier, dialogue, told || speaksFive))
        .orElseThrow();
  }

  private static Answer connected(Interview interview, int level, Bytes properties, String name)
      throws ConversationException {
    Bytes payload = connect(level, properties, name(Claims.random(interview.random(), 8)));
    try (Conversation conversation = interview.converse()) {
      return conversation.ask(name, payload, MqttProbe::isWhole);
    }
  }

  private static Optional<Examination> version(Dossier dossier, Dialogue dialogue, boolean proven)
      throws ConversationException {
    Bytes id = Bytes.of((byte) 1, Claims.random(dialogue.interview().random(), 1).toArray()[0]);
    Answer answer =
        dialogue.ask("mqtt/subscribe", subscribe(id), soFar -> message(soFar, id).isPresent());
    dialogue.farewell("mqtt/disconnect", DISCONNECT.latin1(), soFar -> !soFar.isEmpty());
    if (acknowledges(answer.received(), id)) {
      dossier.proven(answer, OWN_IDENTIFIER, "acknowledges a subscription by its identifier");
      message(answer.received(), id)
          .ifPresent(
              text -> {
                dossier.learn("mqtt.version", text, answer, "the version of the broker");
                dossier.detail("brokerVersion", Dossier.shown(text.latin1()));
              });
      return dossier.confirmed();
    }
    return answer.silent() && proven
        ? dossier.confirmed()
        : Dossier.other(answer, "does not acknowledge a subscription");
  }

  /** The code of a CONNACK without a session, which must be all that there is; or -1. */
  private static int code(Bytes received) {
    int last = CONNACK.length();
    return received.length() == last + 1
            && received.startsWith(CONNACK)
            && received.at(last) <= LARGEST_CODE
        ? received.at(last)
        : -1;
  }

  private static boolean isWhole(Bytes soFar) {
    return soFar.length() > CONNACK.length() && soFar.length() >= 2 + soFar.at(1);
  }

  /** Unsupported protocol version, in the words of MQTT 3 or 5. */
  private static boolean refusesLevel(Bytes received) {
    return code(received) == BAD_LEVEL
        || isOfFive(received) && received.at(CONNACK.length()) == BAD_LEVEL_5;
  }

  /** Whether this is a CONNACK with properties (MQTT 5, 3.2), all lengths of which agree. */
  static boolean isOfFive(Bytes received) {
    Cursor stream = Cursor.of(received);
    try {
      Cursor.require(stream.u8() == CONNACK.at(0), "CONNACK");
      Cursor body = stream.within(length(stream));
      Cursor.require(stream.atEnd() && body.u8() == 0, "no session");
      int reason = body.u8();
      Cursor.require(reason == 0 || reason >= REFUSED, "a reason");
      Cursor properties = body.within(length(body));
      return body.atEnd() && properties.remaining() >= 0;
    } catch (Malformed e) {
      return false;
    }
  }

  private static String name(Bytes identifier) {
    return "pp" + identifier.hex();
  }

  private static Bytes connect(int level, Bytes properties, String client) {
    return packet(
        0x10,
        text("MQTT")
            .plus(Bytes.of((byte) level, (byte) 2, (byte) 0, (byte) 10))
            .plus(properties)
            .plus(text(client)));
  }

  private static Bytes subscribe(Bytes id) {
    return packet(0x82, id.plus(text(TOPIC)).plus(Bytes.of((byte) 0)));
  }

  private static Bytes packet(int header, Bytes body) {
    return Bytes.of((byte) header, (byte) body.length()).plus(body);
  }

  private static Bytes text(String text) {
    return Bytes.of((byte) 0, (byte) text.length()).plus(Bytes.latin1(text));
  }

  /** Whether one of the packets acknowledges the subscription, be it granted or refused. */
  static boolean acknowledges(Bytes received, Bytes id) {
    Cursor stream = Cursor.of(received);
    try {
      while (!stream.atEnd()) {
        int header = stream.u8();
        Cursor body = stream.within(length(stream));
        if (header == SUBACK && body.remaining() == id.length() + 1) {
          boolean own = body.take(id.length()).equals(id);
          int granted = body.u8();
          return own && (granted <= 2 || granted == REFUSED);
        }
      }
      return false;
    } catch (Malformed e) {
      return false;
    }
  }

  /** What was published in the topic, once the subscription is acknowledged too. */
  static Optional<Bytes> message(Bytes received, Bytes id) {
    Cursor stream = Cursor.of(received);
    try {
      while (acknowledges(received, id) && !stream.atEnd()) {
        int header = stream.u8();
        Cursor body = stream.within(length(stream));
        if (header >> 4 == PUBLISH && body.take(body.u16()).latin1().equals(TOPIC)) {
          body.skip((header & 6) == 0 ? 0 : 2);
          return Optional.of(body.rest());
        }
      }
      return Optional.empty();
    } catch (Malformed e) {
      return Optional.empty();
    }
  }

  /** A length of one to four bytes, the least first (MQTT 3.1.1, 2.2.3). */
  private static int length(Cursor stream) throws Malformed {
    int length = 0;
    for (int shift = 0; shift < 28; shift += 7) {
      int digit = stream.u8();
      length |= (digit & 0x7f) << shift;
      if (digit < 0x80) {
        return length;
      }
    }
    throw new Malformed("a length of four bytes at most");
  }
}
