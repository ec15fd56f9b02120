package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Span;
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
import io.portprint.signature.Match;
import io.portprint.signature.SignatureBook;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/**
 * Finds a BitTorrent tracker that is asked over UDP (BEP 15): it gives us a connection id under our
 * transaction id. A scrape under a wrong connection id, which it must not serve, shows in which
 * words it complains. Nothing is announced. IANA has no name for the protocol.
 */
@Component
final class BitTorrentUdpTrackerProbe implements Probe {

  private static final String PROTOCOL = "bittorrent-udp-tracker";
  private static final String ERROR_FIELD = PROTOCOL + ".error";
  private static final Bytes CONNECT = Bytes.hex("00000417 27101980 00000000");
  private static final Bytes SCRAPE = Bytes.hex("00000002");
  private static final int CONNECT_ACTION = 0;
  private static final int ERROR_ACTION = 3;
  private static final long ERROR_ACTION_SWAPPED = 0x03000000L;
  private static final int SHORTEST = 16;
  private static final int HEADER = 8;
  private static final int LONGEST_ERROR = 256;
  private static final double ONE_REPLY = 0.95;
  private static final double TWO_REPLIES = 0.99;
  private static final Set<Integer> PORTS =
      Set.of(80, 443, 451, 1337, 2710, 2810, 3100, 6969, 8080);

  private final SignatureBook signatures;

  BitTorrentUdpTrackerProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  /** What a tracker answers. */
  sealed interface Reply {

    record Connected(Bytes connection) implements Reply {}

    /**
     * @param swapped whether the action stands in the wrong order of bytes, as some versions of
     *     opentracker have it
     */
    record Error(Bytes text, boolean swapped) implements Reply {}
  }

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.UDP,
        "BitTorrent tracker over UDP",
        "Asks twice for a connection id, which must come under our transaction ids; then scrapes"
            + " under a wrong one and looks at the complaint. Announces nothing.",
        List.of("BEP 15"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(new Opening("bittorrent-udp-tracker/connect", request(random), PORTS, 4));
  }

  static Bytes request(RandomGenerator random) {
    return CONNECT.plus(DhtReply.randomBytes(random, 4));
  }

  /** The reply to a request of ours under the transaction id given; empty for anything else. */
  static Optional<Reply> read(Bytes transaction, Bytes received) {
    if (received.length() < HEADER || !received.slice(4, HEADER).equals(transaction)) {
      return Optional.empty();
    }
    long action = received.u32(0);
    if (action == CONNECT_ACTION && received.length() == SHORTEST) {
      return Optional.of(new Reply.Connected(received.slice(HEADER, SHORTEST)));
    }
    if (action == ERROR_ACTION || action == ERROR_ACTION_SWAPPED) {
      return text(received.slice(HEADER, received.length()))
          .map(text -> new Reply.Error(text, action == ERROR_ACTION_SWAPPED));
    }
    return Optional.empty();
  }

  /** Printable ASCII, at least a word of it, with or without a zero at its end. */
  private static Optional<Bytes> text(Bytes content) {
    int end = content.length();
    if (end > 0 && content.at(end - 1) == 0) {
      end--;
    }
    if (end < 4 || end > LONGEST_ERROR) {
      return Optional.empty();
    }
    for (int at = 0; at < end; at++) {
      if (content.at(at) < 0x20 || content.at(at) > 0x7e) {
        return Optional.empty();
      }
    }
    return Optional.of(content.slice(0, end));
  }

  private static Optional<Reply> toConnect(Answer answer) {
    Bytes sent = answer.sent();
    return sent.length() == SHORTEST && sent.startsWith(CONNECT)
        ? read(sent.slice(CONNECT.length(), SHORTEST), answer.received())
        : Optional.empty();
  }

  @Override
  public Recognition recognise(Answer answer) {
    Optional<Reply> reply = toConnect(answer);
    if (reply.isEmpty()) {
      return Recognition.MISMATCH;
    }
    return new Recognition.Recognised(
        Finding.of(
            Service.of(PROTOCOL),
            ONE_REPLY,
            answer.because(
                switch (reply.get()) {
                  case Reply.Connected _ -> "gives a connection id under our transaction id";
                  case Reply.Error _ -> "refuses a connection id under our transaction id";
                },
                List.of(new Span(0, HEADER)))));
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    try (Conversation conversation = interview.converse()) {
      Answer again =
          conversation.ask(
              "bittorrent-udp-tracker/connect-again", request(interview.random()), _ -> true);
      Optional<Reply> reply = toConnect(again);
      if (reply.isEmpty()) {
        return again.silent()
            ? new Examination.Confirmed(finding)
            : new Examination.Refuted(
                "answers a second request as no tracker does",
                null,
                List.of(again.because("no answer of a tracker", List.of())));
      }
      Finding found =
          finding
              .withConfidence(TWO_REPLIES)
              .withEvidence(
                  again.because(
                      "answers under another transaction id too", List.of(new Span(0, HEADER))));
      return new Examination.Confirmed(
          switch (reply.get()) {
            case Reply.Error error -> named(found, again, error);
            case Reply.Connected(Bytes connection) ->
                complaint(found, conversation, connection, interview.random());
          });
    }
  }

  private Finding complaint(
      Finding found, Conversation conversation, Bytes connection, RandomGenerator random)
      throws ConversationException {
    Bytes transaction = DhtReply.randomBytes(random, 4);
    Bytes scrape =
        inverted(connection).plus(SCRAPE).plus(transaction).plus(DhtReply.randomBytes(random, 20));
    Answer answer =
        conversation.ask("bittorrent-udp-tracker/scrape-wrong-connection", scrape, _ -> true);
    return read(transaction, answer.received())
        .map(
            reply ->
                switch (reply) {
                  case Reply.Error error -> named(found, answer, error);
                  case Reply.Connected _ -> found;
                })
        .orElse(found);
  }

  private Finding named(Finding found, Answer answer, Reply.Error error) {
    Finding described = found.withDetail("error", error.text().escaped());
    Optional<Match> match = signatures.match(ERROR_FIELD, error.text());
    if (match.isEmpty()) {
      return described;
    }
    return described
        .withService(match.get().service().withProtocol(PROTOCOL))
        .withEvidence(
            answer.because(
                "complains in words of its own" + (error.swapped() ? ", the action swapped" : ""),
                List.of(new Span(HEADER, error.text().length())),
                match.get().signature()));
  }

  private static Bytes inverted(Bytes bytes) {
    byte[] all = bytes.toArray();
    for (int at = 0; at < all.length; at++) {
      all[at] = (byte) ~all[at];
    }
    return Bytes.of(all);
  }
}
