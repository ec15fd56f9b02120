package io.portprint.probe.protocol;

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
import org.springframework.stereotype.Component;

/**
 * Finds a BitTorrent client by the connection that it accepts over uTP (BEP 29), which is taken
 * back at once. Other programs use uTP for themselves, seldom; the DHT on the same port is asked,
 * and where it answers the verdict names it.
 */
@Component
final class BitTorrentUtpProbe implements Probe {

  private final SignatureBook signatures;

  BitTorrentUtpProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        BitTorrentUdp.UTP,
        BitTorrentUdp.UTP,
        Transport.UDP,
        "BitTorrent over uTP",
        "Begins two connections and requires that each acknowledgement repeats the connection id"
            + " and the sequence number; resets them, and pings the DHT on the same port.",
        List.of("BEP 29", "BEP 5"));
  }

  /**
   * Later than the DHT's ping, which leaves nothing behind: by then most clients have told already.
   */
  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(
        new Opening("bittorrent-utp/syn", UtpReply.request(random), BitTorrentUdp.PORTS, 5));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Optional<UtpReply> reply = BitTorrentUdp.utp(answer);
    return reply.isEmpty()
        ? Recognition.MISMATCH
        : new Recognition.Recognised(
            Finding.of(
                Service.of(BitTorrentUdp.UTP),
                BitTorrentUdp.ONE_REPLY,
                BitTorrentUdp.because(answer, reply.get())));
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    Optional<Conversation> ongoing = interview.ongoing();
    if (ongoing.isPresent()) {
      BitTorrentUdp.takeBack(ongoing.get(), interview.first());
    }
    BitTorrentUdp port = new BitTorrentUdp(interview);
    Finding found = finding.withDetail("utp", true);
    Optional<Answer> again = port.connect();
    if (again.isPresent()) {
      Optional<UtpReply> second = BitTorrentUdp.utp(again.get());
      if (second.isEmpty()) {
        return refuted(again.get());
      }
      found =
          found
              .withConfidence(BitTorrentUdp.TWO_REPLIES)
              .withEvidence(BitTorrentUdp.because(again.get(), second.get()));
    }
    Optional<Answer> pinged = port.ping();
    Optional<DhtReply> dht = pinged.flatMap(BitTorrentUdp::dht);
    found = found.withDetail("dht", dht.isPresent());
    if (dht.isEmpty()) {
      return new Examination.Confirmed(found);
    }
    Finding both =
        found
            .withService(Service.of(BitTorrentUdp.DHT))
            .withEvidence(BitTorrentUdp.because(pinged.get(), dht.get()));
    return new Examination.Confirmed(
        BitTorrentUdp.describe(both, pinged.get(), dht.get(), interview, signatures));
  }

  private static Examination refuted(Answer answer) {
    String reason = "answers a second request for a connection as no uTP peer does";
    return new Examination.Refuted(
        reason,
        new Impostor(
            BitTorrentUdp.UTP, answer.sent().escaped(), answer.received().escaped(), reason),
        List.of(answer.because(reason, List.of())));
  }
}
