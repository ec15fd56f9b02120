package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Impostor;
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
import io.portprint.signature.SignatureBook;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Finds a node of the BitTorrent DHT (BEP 5) by a ping, whose transaction id it must repeat. We
 * call ourselves read-only (BEP 43), announce nothing and ask for nobody's torrents.
 *
 * <p>Silence proves nothing: read-only nodes answer nobody, and Transmission doesn't answer while
 * its table is empty. IANA has no name for the protocol.
 */
@Component
final class BitTorrentDhtProbe implements Probe {

  /** The other side's own ping: rTorrent sends it first to whom it does not know. */
  private static final double A_QUESTION = 0.6;

  private final SignatureBook signatures;

  BitTorrentDhtProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        BitTorrentUdp.DHT,
        BitTorrentUdp.DHT,
        Transport.UDP,
        "BitTorrent DHT (Kademlia node)",
        "Pings twice and requires bencoded replies with our transaction ids and the same node id;"
            + " asks for uTP on the same port. The client's own letters name the product.",
        List.of("BEP 5", "BEP 29", "BEP 42", "BEP 43"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(
        new Opening("bittorrent-dht/ping", DhtReply.request(random), BitTorrentUdp.PORTS, 2));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Optional<DhtReply> reply = BitTorrentUdp.dht(answer);
    if (reply.isEmpty() && DhtReply.asksFirst(answer.sent(), answer.received())) {
      return new Recognition.Suspected(
          Claims.found(
              Service.of(BitTorrentUdp.DHT), A_QUESTION, answer, "pings us before it answers"));
    }
    return reply.isEmpty()
        ? Recognition.MISMATCH
        : new Recognition.Recognised(
            Finding.of(
                Service.of(BitTorrentUdp.DHT),
                BitTorrentUdp.ONE_REPLY,
                BitTorrentUdp.because(answer, reply.get())));
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    Answer first = interview.first();
    Optional<Conversation> ongoing = interview.ongoing();
    if (BitTorrentUdp.dht(first).isEmpty() && ongoing.isPresent()) {
      try (Conversation conversation = ongoing.get()) {
        first = conversation.receive(first.name(), soFar -> true);
      }
    }
    Optional<DhtReply> reply = BitTorrentUdp.dht(first);
    if (reply.isEmpty()) {
      return new Examination.Refuted("no reply of the DHT", null, List.of());
    }
    BitTorrentUdp port = new BitTorrentUdp(interview);
    Finding found =
        BitTorrentUdp.describe(finding, first, reply.get(), interview, signatures)
            .withDetail("dht", true);
    Optional<Answer> again = port.ping();
    if (again.isPresent()) {
      Optional<DhtReply> second = BitTorrentUdp.dht(again.get());
      if (second.isEmpty()) {
        return new Examination.Confirmed(found);
      }
      if (isAnother(reply.get().id(), second.get().id())) {
        return refuted(again.get());
      }
      found =
          found
              .withConfidence(BitTorrentUdp.TWO_REPLIES)
              .withEvidence(BitTorrentUdp.because(again.get(), second.get()));
    }
    Optional<Answer> connected = port.connect();
    Optional<UtpReply> utp = connected.flatMap(BitTorrentUdp::utp);
    found = found.withDetail("utp", utp.isPresent());
    return new Examination.Confirmed(
        utp.isEmpty()
            ? found
            : found.withEvidence(BitTorrentUdp.because(connected.get(), utp.get())));
  }

  private static boolean isAnother(@Nullable Bytes one, @Nullable Bytes other) {
    return one != null && other != null && !one.equals(other);
  }

  private static Examination refuted(Answer answer) {
    String reason = "calls itself another node in each of two replies";
    return new Examination.Refuted(
        reason,
        new Impostor(
            BitTorrentUdp.DHT, answer.sent().escaped(), answer.received().escaped(), reason),
        List.of(answer.because(reason, List.of())));
  }
}
