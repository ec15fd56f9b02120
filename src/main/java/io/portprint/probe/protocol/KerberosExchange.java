package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Evidence;
import io.portprint.fingerprint.Service;
import io.portprint.probe.Answer;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.probe.Interview;
import io.portprint.probe.Opening;
import io.portprint.probe.Recognition;
import io.portprint.signature.Match;
import io.portprint.signature.SignatureBook;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is said to a key distribution centre of Kerberos 5 and made of its errors, the same over
 * both transports but for the length that goes before a message in a stream. The request names a
 * realm that does not exist and no client at all, so it is nobody's attempt to log in.
 *
 * @param framed whether the messages go over a stream
 */
record KerberosExchange(SignatureBook signatures, boolean framed) {

  static final String PROTOCOL = "kerberos";
  static final List<String> REFERENCES = List.of("RFC 4120");

  private static final Set<Integer> PORTS = Set.of(88, 750);
  private static final double REPEATS_REALM = 0.99;
  private static final double ERROR = 0.97;
  private static final int REALM_LETTERS = 12;
  private static final int LENGTH = 4;

  private static final int KERBEROS_STRING = 0x1b;
  private static final Bytes CHANGES_PASSWORDS = Bytes.hex("1b066b61646d696e1b086368616e67657077");
  private static final int TIME = 0x18;
  private static final int AS_REQUEST = 0x6a;
  private static final int ERROR_MESSAGE = 0x7e;
  private static final Pattern GENERALIZED_TIME = Pattern.compile("\\d{14}Z");

  /**
   * An error message of RFC 4120, section 5.9.1.
   *
   * @param text as the server words it; null where it says no more than the code
   */
  record KdcError(String time, int code, Bytes realm, @Nullable Bytes text) {}

  List<Opening> openings(RandomGenerator random, int rarity) {
    StringBuilder realm = new StringBuilder();
    for (int i = 0; i < REALM_LETTERS; i++) {
      realm.append((char) ('A' + random.nextInt(26)));
    }
    Bytes request = request(realm.toString(), random.nextInt(1, Integer.MAX_VALUE));
    Bytes wire = framed ? Bytes.of((byte) 0, (byte) 0, (byte) 0, (byte) request.length()) : null;
    return List.of(
        new Opening("kerberos/as-req", wire == null ? request : wire.plus(request), PORTS, rarity));
  }

  /** Asks for a ticket of a realm, for nobody (RFC 4120, section 5.4.1). */
  static Bytes request(String realm, int nonce) {
    Bytes options = Ber.encode(0x03, Bytes.hex("0040000000"));
    Bytes service =
        Ber.encode(
            Ber.SEQUENCE,
            field(0, Ber.number(2)),
            field(1, Ber.encode(Ber.SEQUENCE, string("krbtgt"), string(realm))));
    Bytes till = Ber.encode(TIME, Bytes.latin1("20370913024805Z"));
    Bytes encryptions = Ber.encode(Ber.SEQUENCE, Ber.number(18), Ber.number(17), Ber.number(23));
    Bytes body =
        Ber.encode(
            Ber.SEQUENCE,
            field(0, options),
            field(2, string(realm)),
            field(3, service),
            field(5, till),
            field(7, Ber.number(nonce)),
            field(8, encryptions));
    return Ber.encode(
        AS_REQUEST,
        Ber.encode(
            Ber.SEQUENCE, field(1, Ber.number(5)), field(2, Ber.number(10)), field(4, body)));
  }

  private static Bytes field(int number, Bytes value) {
    return Ber.encode(0xa0 | number, value);
  }

  private static Bytes string(String text) {
    return Ber.encode(KERBEROS_STRING, Bytes.latin1(text));
  }

  Recognition recognise(Answer answer) {
    Optional<KdcError> read = unframed(answer.received()).flatMap(KerberosExchange::read);
    if (read.isEmpty()) {
      return Claims.notYet(answer, framed && begun(answer.received()));
    }
    if (answer.received().indexOf(CHANGES_PASSWORDS) >= 0) {
      return Recognition.MISMATCH; // a service of its own, which has its own probe
    }
    KdcError error = read.get();
    Bytes text = error.text();
    Optional<Match> match =
        text == null ? Optional.empty() : signatures.match("kerberos.error", text);
    boolean repeats = error.realm().length() > 3 && answer.sent().indexOf(error.realm()) >= 0;
    Service service = Claims.named(PROTOCOL, match);
    Finding finding =
        Finding.of(
                service,
                repeats ? REPEATS_REALM : ERROR,
                answer.because(
                    repeats
                        ? "an error of Kerberos 5 that repeats the realm which we made up"
                        : "an error of Kerberos 5",
                    List.of(),
                    match.map(Match::signature).orElse(null)))
            .withDetail("errorCode", error.code())
            .withDetail("serverTime", error.time());
    if (!repeats) {
      finding = finding.withDetail("realm", Claims.text(error.realm()));
    }
    return new Recognition.Recognised(
        text == null ? finding : finding.withDetail("errorText", Claims.text(text)));
  }

  /** Asks the request of its own where the error was drawn by something else. */
  Examination examine(Finding finding, Interview interview) throws ConversationException {
    if (finding.service().product() != null) {
      return new Examination.Confirmed(finding);
    }
    Opening opening = openings(interview.random(), 1).getFirst();
    Answer answer = interview.ask(opening.name(), opening.payload());
    if (!(recognise(answer) instanceof Recognition.Recognised(Finding asked))) {
      return new Examination.Confirmed(finding);
    }
    Finding better = finding.withService(asked.service()).withConfidence(asked.confidence());
    for (var detail : asked.details().entrySet()) {
      better = better.withDetail(detail.getKey(), detail.getValue());
    }
    for (Evidence evidence : asked.evidence()) {
      better = better.withEvidence(evidence);
    }
    return new Examination.Confirmed(better);
  }

  /** Whether a message begins like a length and an error. */
  private static boolean begun(Bytes received) {
    return !received.isEmpty()
        && received.at(0) == 0
        && (received.length() <= LENGTH || received.at(LENGTH) == ERROR_MESSAGE);
  }

  /** The one message that these bytes are. */
  private Optional<Bytes> unframed(Bytes wire) {
    if (!framed) {
      return Optional.of(wire);
    }
    return wire.length() > LENGTH && wire.u32(0) == wire.length() - LENGTH
        ? Optional.of(wire.slice(LENGTH, wire.length()))
        : Optional.empty();
  }

  /** An error message; empty for anything else. */
  static Optional<KdcError> read(Bytes message) {
    try {
      Cursor whole = Cursor.of(message);
      Cursor error = Ber.value(Ber.value(whole, ERROR_MESSAGE), Ber.SEQUENCE);
      Cursor.require(whole.atEnd(), "one message");
      Cursor.require(Ber.integer(Ber.value(error, 0xa0), Ber.INTEGER) == 5, "version 5");
      Cursor.require(Ber.integer(Ber.value(error, 0xa1), Ber.INTEGER) == 30, "an error");
      return Optional.of(fields(error));
    } catch (Cursor.Malformed noError) {
      return Optional.empty();
    }
  }

  private static KdcError fields(Cursor error) throws Cursor.Malformed {
    String time = "";
    int code = -1;
    Bytes realm = null;
    Bytes text = null;
    int last = 0xa1;
    while (!error.atEnd()) {
      int tag = error.u8();
      Cursor.require(tag > last && tag <= 0xac, "fields in order");
      last = tag;
      Cursor field = Ber.content(error);
      switch (tag) {
        case 0xa4 -> time = Ber.value(field, TIME).rest().latin1();
        case 0xa6 -> code = (int) Ber.integer(field, Ber.INTEGER);
        case 0xa9 -> realm = Ber.value(field, KERBEROS_STRING).rest();
        case 0xab -> text = Ber.value(field, KERBEROS_STRING).rest();
        default -> {} // the client's time and name, the service's, data of the error
      }
    }
    Cursor.require(GENERALIZED_TIME.matcher(time).matches(), "the server's time");
    Cursor.require(code >= 0 && code <= 255, "an error's code");
    if (realm == null) {
      throw new Cursor.Malformed("no realm");
    }
    return new KdcError(time, code, realm, text);
  }
}
