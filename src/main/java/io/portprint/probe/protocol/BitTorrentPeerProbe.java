package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Confidence;
import io.portprint.fingerprint.Evidence;
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
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/**
 * Finds a BitTorrent client that waits for other peers (BEP 3). It answers nobody who knows no
 * torrent of its own, but before a torrent is named it exchanges keys with everybody (Message
 * Stream Encryption): whatever is said to it, once 96 bytes have come it takes them for a key and
 * sends its own. That is noise, so it is only a suspicion, and {@link MseExchange} tells.
 *
 * <p>A client that has no torrent, or accepts plain connections only, stays unknown: it hangs up
 * without a word. IANA has no name for the protocol.
 */
@Component
final class BitTorrentPeerProbe implements Probe {

  private static final String PROTOCOL = "bittorrent";
  private static final String PEER_ID_FIELD = PROTOCOL + ".peer-id";
  private static final String REFUSAL_FIELD = PROTOCOL + ".refusal";
  private static final Bytes HANDSHAKE = Bytes.latin1("\u0013BitTorrent protocol");
  private static final int PEER_ID_AT = 48;
  private static final int HANDSHAKE_LENGTH = 68;
  private static final Bytes NICE_TRY = Bytes.latin1("Nice try...\r\n");

  private static final double NOISE = 0.10;
  private static final double WORDS = 0.80;
  private static final double WORDS_AND_KEYS = 0.95;
  private static final double KEYS = 0.60;
  private static final double PROVEN = 0.98;

  private final SignatureBook signatures;

  BitTorrentPeerProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        "bittorrent-peer",
        PROTOCOL,
        Transport.TCP,
        "BitTorrent peer",
        "Exchanges keys twice, as Message Stream Encryption has it: silence until the last byte of"
            + " the key, then another key, and a hang-up only on who has computed the shared"
            + " secret. Knows no torrent and asks for none.",
        List.of("BEP 3", "BEP 20", "Message Stream Encryption (Azureus wiki, 2006)"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(
        new Opening("bittorrent/key", MseKey.generate(random).publicKey(), BitTorrentUdp.PORTS, 6));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Bytes received = answer.received();
    if (isHandshake(answer)) {
      return handshake(answer);
    }
    if (isGet(answer.sent()) && !received.isEmpty() && NICE_TRY.startsWith(received)) {
      return received.equals(NICE_TRY) ? words(answer) : Recognition.INCOMPLETE;
    }
    if (answer.sent().length() < MseKey.LENGTH) {
      return Recognition.MISMATCH;
    }
    if (!answer.ended()) {
      return received.length() < MseKey.LENGTH || MseExchange.isKey(received)
          ? Recognition.INCOMPLETE
          : Recognition.MISMATCH;
    }
    return MseExchange.isKey(received)
        ? new Recognition.Suspected(
            Finding.of(
                Service.of(PROTOCOL),
                NOISE,
                answer.because(
                    "answers 96 bytes and more with what looks random: a key, perhaps", List.of())))
        : Recognition.MISMATCH;
  }

  private static boolean isGet(Bytes sent) {
    return sent.startsWith(Bytes.latin1("GET "));
  }

  /** A handshake that is no echo of what we said. */
  private static boolean isHandshake(Answer answer) {
    return answer.received().startsWith(HANDSHAKE) && answer.sent().indexOf(HANDSHAKE) < 0;
  }

  private Recognition handshake(Answer answer) {
    Bytes received = answer.received();
    if (received.length() < HANDSHAKE_LENGTH) {
      return answer.ended() ? Recognition.MISMATCH : Recognition.INCOMPLETE;
    }
    Finding finding =
        Finding.of(
            Service.of(PROTOCOL),
            WORDS,
            answer.because("begins the handshake of peers", List.of(new Span(0, 20))));
    Bytes peerId = received.slice(PEER_ID_AT, HANDSHAKE_LENGTH);
    return new Recognition.Recognised(
        named(finding, answer, PEER_ID_FIELD, peerId, new Span(PEER_ID_AT, peerId.length()))
            .withDetail("peerId", peerId.escaped()));
  }

  private Recognition words(Answer answer) {
    Finding finding =
        Finding.of(
            Service.of(PROTOCOL),
            WORDS,
            answer.because("turns a web browser away as old Transmission clients do", List.of()));
    return new Recognition.Suspected(
        named(finding, answer, REFUSAL_FIELD, NICE_TRY, new Span(0, NICE_TRY.length())));
  }

  private Finding named(Finding finding, Answer answer, String field, Bytes subject, Span span) {
    Optional<Match> match = signatures.match(field, subject);
    return match.isEmpty()
        ? finding
        : finding
            .withService(match.get().service().withProtocol(PROTOCOL))
            .withEvidence(
                answer.because("the client's own words", List.of(span), match.get().signature()));
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    if (interview.first().received().startsWith(HANDSHAKE)) {
      return new Examination.Confirmed(finding);
    }
    boolean spoke = interview.first().received().equals(NICE_TRY);
    Optional<MseExchange> exchange =
        interview.insideTls() ? Optional.empty() : MseExchange.with(interview);
    if (exchange.isEmpty()) {
      return spoke
          ? new Examination.Confirmed(finding)
          : new Examination.Refuted("hangs up before it has a key", null, List.of());
    }
    return switch (exchange.get().judge()) {
      case MseExchange.Verdict.Not(String reason) ->
          spoke
              ? new Examination.Confirmed(finding)
              : new Examination.Refuted(reason, null, List.of());
      case MseExchange.Verdict.Likely() ->
          new Examination.Confirmed(
              beside(shown(finding, exchange.get(), spoke ? WORDS_AND_KEYS : KEYS), interview));
      case MseExchange.Verdict.Proven() ->
          new Examination.Confirmed(
              beside(proven(shown(finding, exchange.get(), PROVEN), exchange.get()), interview));
    };
  }

  /** With what the DHT tells on the UDP port of the same number, which most clients use for it. */
  private Finding beside(Finding finding, Interview interview) {
    Optional<Answer> answer = new BitTorrentUdp(interview).ping();
    Optional<DhtReply> reply = answer.flatMap(BitTorrentUdp::dht);
    Finding asked = finding.withDetail("dht", reply.isPresent());
    if (reply.isEmpty()) {
      return asked;
    }
    Finding both =
        asked
            .withConfidence(Confidence.combine(asked.confidence(), BitTorrentUdp.ONE_REPLY))
            .withEvidence(BitTorrentUdp.because(answer.get(), reply.get()));
    return BitTorrentUdp.describe(both, answer.get(), reply.get(), interview, signatures);
  }

  private static Finding shown(Finding finding, MseExchange exchange, double confidence) {
    return finding
        .withConfidence(confidence)
        .withEvidence(exchange.early().because("waits for the whole key", List.of()))
        .withEvidence(key(exchange.key()))
        .withEvidence(key(exchange.otherKey()))
        .withDetail("messageStreamEncryption", true);
  }

  private static Finding proven(Finding finding, MseExchange exchange) {
    return finding
        .withEvidence(
            exchange
                .right()
                .because(
                    "hangs up on who has the shared secret and no torrent: it has computed the"
                        + " secret too",
                    List.of()))
        .withEvidence(
            exchange.wrong().because("goes on waiting where the secret is wrong", List.of()));
  }

  private static Evidence key(Answer answer) {
    return answer.because(
        "a key and padding, others to each of our keys", List.of(new Span(0, MseKey.LENGTH)));
  }
}
