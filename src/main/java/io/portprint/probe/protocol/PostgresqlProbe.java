package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Span;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Description;
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.probe.Interview;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.signature.Match;
import io.portprint.signature.SignatureBook;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/**
 * PostgreSQL and what speaks as it does. One letter answers the request for TLS, which proves
 * nothing; the error that a protocol version draws that nobody speaks is the proof, or, where none
 * is told, that a start without a user draws. Some take any version and ask for a password.
 */
@Component
final class PostgresqlProbe implements Probe {

  private static final String PROTOCOL = "postgresql";
  private static final Bytes SSL_REQUEST = Bytes.hex("00000008 04d2162f");

  /** A start of version 9.0 with no parameters. */
  private static final Bytes UNSPOKEN_VERSION = Bytes.hex("00000009 00090000 00");

  /** A start of version 3.0 with no parameters, not even the user's name that it has to have. */
  private static final Bytes NOBODY = Bytes.hex("00000009 00030000 00");

  /** AuthenticationCleartextPassword. */
  private static final Bytes WANTS_PASSWORD = Bytes.hex("52 00000008 00000003");

  private static final double ONE_LETTER = 0.3;
  private static final double OWN_ERROR = 0.97;
  private static final double OWN_REQUEST = 0.9;

  private final SignatureBook signatures;

  PostgresqlProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        "postgresql",
        PROTOCOL,
        Transport.TCP,
        "PostgreSQL",
        "Asks for TLS, then for a protocol version that nobody speaks: the error that this draws is"
            + " PostgreSQL's own. Never names a user.",
        List.of("https://www.postgresql.org/docs/current/protocol-message-formats.html"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(new Opening("postgresql/ssl-request", SSL_REQUEST, Set.of(5432, 5433, 6432), 2));
  }

  @Override
  public Recognition recognise(Answer answer) {
    if (error(answer.received()).isPresent()) {
      return Claims.recognised(
          Service.of(PROTOCOL), OWN_ERROR, answer, "an ErrorResponse with severity and SQLSTATE");
    }
    boolean letter =
        answer.sent().equals(SSL_REQUEST)
            && answer.received().length() == 1
            && "SN".indexOf(answer.received().at(0)) >= 0;
    return letter && answer.ended()
        ? new Recognition.Suspected(
            Claims.found(
                Service.of(PROTOCOL), ONE_LETTER, answer, "one letter to a request for TLS"))
        : Recognition.MISMATCH;
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    Answer refusal = interview.ask("postgresql/unspoken-version", UNSPOKEN_VERSION);
    if (refusal.received().equals(WANTS_PASSWORD)) {
      return new Examination.Confirmed(
          finding
              .withConfidence(OWN_REQUEST)
              .withEvidence(
                  refusal.because(
                      "asks for a password, whatever the version of the protocol",
                      List.of(new Span(0, WANTS_PASSWORD.length())))));
    }
    if (refusal.silent()) {
      refusal = interview.ask("postgresql/nobody", NOBODY);
    }
    Optional<Map<Character, String>> error = error(refusal.received());
    if (error.isEmpty()) {
      String reason = "no ErrorResponse to a start that can't be";
      return new Examination.Refuted(reason, null, List.of(refusal.because(reason, List.of())));
    }
    Optional<Match> match = signatures.match("postgresql.error", refusal.received());
    Finding sure =
        finding
            .withService(Claims.named(PROTOCOL, match))
            .withConfidence(OWN_ERROR)
            .withEvidence(
                refusal.because(
                    "refuses a start that can't be, with severity and SQLSTATE",
                    List.of(new Span(0, refusal.received().length())),
                    match.map(Match::signature).orElse(null)))
            .withDetail("error", Claims.text(Bytes.latin1(error.get().getOrDefault('M', ""))));
    Bytes first = interview.first().received();
    return new Examination.Confirmed(
        interview.first().sent().equals(SSL_REQUEST)
            ? sure.withDetail("tls", first.length() == 1 && first.at(0) == 'S')
            : sure);
  }

  /** The fields of one whole ErrorResponse; empty where this is none. */
  static Optional<Map<Character, String>> error(Bytes received) {
    Map<Character, String> fields = new LinkedHashMap<>();
    try {
      Cursor cursor = Cursor.of(received);
      Cursor.require(cursor.u8() == 'E', "an error");
      Cursor inside = cursor.within(cursor.u32() - 4);
      for (int type = inside.u8(); type != 0; type = inside.u8()) {
        StringBuilder value = new StringBuilder();
        for (int one = inside.u8(); one != 0; one = inside.u8()) {
          value.append((char) one);
        }
        fields.put((char) type, value.toString());
      }
      Cursor.require(inside.atEnd(), "nothing after the last field");
      Cursor.require(fields.getOrDefault('C', "").matches("[0-9A-Z]{5}"), "an SQLSTATE");
      Cursor.require(fields.containsKey('S') && fields.containsKey('M'), "severity and message");
      return Optional.of(fields);
    } catch (Cursor.Malformed e) {
      return Optional.empty();
    }
  }
}
