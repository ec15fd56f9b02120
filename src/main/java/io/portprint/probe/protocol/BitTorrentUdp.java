package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Evidence;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Span;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Conversation;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Finding;
import io.portprint.probe.Interview;
import io.portprint.signature.Match;
import io.portprint.signature.SignatureBook;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The questions to the UDP port of a BitTorrent client, which speaks two protocols at once: the DHT
 * (BEP 5) and uTP (BEP 29). Whichever is recognised first, the other is asked too; where both are
 * spoken the verdict names the DHT, which tells more, so that the same port is always called the
 * same.
 */
final class BitTorrentUdp {

  static final String DHT = "bittorrent-dht";
  static final String UTP = "bittorrent-utp";

  /** Clients use any port; these are the defaults of the better known ones. */
  static final Set<Integer> PORTS =
      Set.of(6881, 6882, 6883, 6884, 6885, 6886, 6887, 6888, 6889, 51413, 49001, 25401, 8999);

  static final double ONE_REPLY = 0.95;
  static final double TWO_REPLIES = 0.99;

  private static final Duration PATIENCE = Duration.ofMillis(700);
  private static final String CLIENT_FIELD = DHT + ".client";
  private static final Logger log = LoggerFactory.getLogger(BitTorrentUdp.class);

  private final Interview interview;

  BitTorrentUdp(Interview interview) {
    this.interview = interview;
  }

  /**
   * Pings the UDP port of the number from a socket of its own; empty where that came to nothing.
   */
  Optional<Answer> ping() {
    return ask(
        "bittorrent-dht/ping-again",
        conversation -> conversation.send(DhtReply.request(interview.random())));
  }

  /** Begins a connection over uTP and takes it back at once; empty where that came to nothing. */
  Optional<Answer> connect() {
    return ask(
        "bittorrent-utp/syn-again",
        conversation -> conversation.send(UtpReply.request(interview.random())));
  }

  private interface Saying {
    void say(Conversation conversation) throws ConversationException;
  }

  private Optional<Answer> ask(String name, Saying saying) {
    try (Conversation conversation = converse()) {
      saying.say(conversation);
      Answer answer = conversation.receive(name, _ -> true, PATIENCE);
      takeBack(conversation, answer);
      return answer.silent() ? Optional.empty() : Optional.of(answer);
    } catch (ConversationException failed) {
      log.atDebug()
          .addKeyValue("endpoint", interview.endpoint())
          .addKeyValue("question", name)
          .addKeyValue("failure", failed.failure())
          .log("BitTorrent client's UDP port could not be asked once more");
      return Optional.empty();
    }
  }

  private Conversation converse() throws ConversationException {
    return interview.endpoint().transport() == Transport.UDP
        ? interview.converse()
        : interview.converse(Transport.UDP);
  }

  /**
   * Resets a connection over uTP: a client keeps it for many seconds else, and some (Transmission)
   * serve no one else at our address meanwhile.
   */
  static void takeBack(Conversation conversation, Answer answer) throws ConversationException {
    Optional<UtpReply> reply = UtpReply.read(answer.sent(), answer.received());
    if (reply.isPresent()) {
      conversation.send(reply.get().reset());
    }
  }

  static Optional<DhtReply> dht(Answer answer) {
    return DhtReply.read(answer.sent(), answer.received());
  }

  static Optional<UtpReply> utp(Answer answer) {
    return UtpReply.read(answer.sent(), answer.received());
  }

  static Evidence because(Answer answer, DhtReply reply) {
    String what =
        reply.id() == null
            ? "an error message of the BitTorrent DHT that repeats our transaction id"
            : "a node of the BitTorrent DHT: repeats our transaction id and tells its own of 20"
                + " bytes";
    return answer.because(what, List.of(new Span(0, answer.received().length())));
  }

  static Evidence because(Answer answer, UtpReply reply) {
    return answer.because(
        "accepts a uTP connection: repeats our connection id and acknowledges sequence number "
            + reply.acknowledged(),
        List.of(new Span(0, 4), new Span(18, 2)));
  }

  /** A finding with what a reply of the DHT tells. */
  static Finding describe(
      Finding finding, Answer answer, DhtReply reply, Interview interview, SignatureBook book) {
    Finding described = finding;
    if (reply.id() != null) {
      described = described.withDetail("nodeId", reply.id().hex());
    }
    InetAddress observed = reply.observed();
    if (observed != null) {
      described =
          described
              .withDetail("observedClientAddress", observed.getHostAddress())
              .withDetail("addressKnown", reply.saw(interview.ownAddresses()));
    }
    Optional<String> client = reply.clientText();
    if (client.isEmpty()) {
      return described;
    }
    described = described.withDetail("client", reply.client().escaped());
    Optional<Match> match = book.match(CLIENT_FIELD, Bytes.latin1(client.get()));
    if (match.isEmpty()) {
      return described;
    }
    Service service = match.get().service().withProtocol(described.protocol());
    int at = answer.received().indexOf(reply.client());
    List<Span> span = at < 0 ? List.of() : List.of(new Span(at, reply.client().length()));
    return described
        .withService(service)
        .withEvidence(
            answer.because("the client names itself in v", span, match.get().signature()));
  }
}
