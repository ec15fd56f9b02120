package io.portprint.publication;

import io.portprint.fingerprint.Bytes;
import io.portprint.probe.LearnedProbe;
import io.portprint.probe.Probe;
import io.portprint.probe.Specimen;
import io.portprint.publication.PublicationException.Reason;
import io.portprint.signature.SignatureBook;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The trial before a learned signature is published: does it prove enough, and does it leave alone
 * what is something else?
 */
final class Audition {

  /** An answer that is right by accident is then one in 2^40. */
  static final double LEAST_BITS = 40;

  /** Less will do where three answers follow what we said: nobody has those by accident. */
  static final double LEAST_FRESH_BITS = 24;

  /** Look-alikes that invent what they say may be right once. */
  private static final int TRIES = 16;

  private static final int PORT = 40_000;

  private Audition() {}

  /**
   * @param book all probes there are beside it
   * @param signatures whose examples are answers too
   * @throws PublicationException where it is not fit to be published
   */
  static Passed of(LearnedProbe learned, List<Probe> book, SignatureBook signatures) {
    if (learned.bits() < LEAST_BITS && learned.freshBits() < LEAST_FRESH_BITS) {
      throw new PublicationException(
          Reason.NOT_FIT,
          "an answer proves %.1f bits, of which %.0f are needed, and what follows fresh requests proves %.1f bits over three answers, of which %.0f would do"
              .formatted(learned.bits(), LEAST_BITS, learned.freshBits(), LEAST_FRESH_BITS));
    }
    Probe probe = learned.probe();
    RandomGenerator random = new SplittableRandom(7);
    List<Peer> lookAlikes =
        LookAlikes.of(probe.specimens(Bytes.EMPTY).getFirst().answer().length());
    for (Peer peer : lookAlikes) {
      for (int i = 0; i < TRIES; i++) {
        refuseWhereNamed(probe, peer, random);
      }
    }
    List<Peer> known = known(probe, book, signatures);
    known.forEach(peer -> refuseWhereNamed(probe, peer, random));
    return new Passed(lookAlikes.stream().map(Peer::name).toList(), known.size());
  }

  private static void refuseWhereNamed(Probe probe, Peer peer, RandomGenerator random) {
    String protocol = probe.description().protocol();
    if (!Objects.equals(protocol, peer.protocol())
        && new Rehearsal(probe, peer, PORT, random).names()) {
      throw new PublicationException(
          Reason.NOT_FIT, "it would call this %s: %s".formatted(protocol, peer.name()));
    }
  }

  /** A peer for each answer that the book knows, which gives it to whatever it is asked. */
  private static List<Peer> known(Probe learned, List<Probe> book, SignatureBook signatures) {
    List<Peer> peers = new ArrayList<>();
    for (Probe probe : book) {
      List<Specimen> specimens = probe.specimens(Bytes.EMPTY);
      for (int i = 0; i < specimens.size(); i++) {
        int which = i;
        Specimen known = specimens.get(i);
        if (!known.protocol().equals(learned.description().protocol())) {
          peers.add(
              new Peer(
                  "an answer of %s that the book knows".formatted(known.protocol()),
                  known.protocol(),
                  known.greeting() ? known.answer() : Bytes.EMPTY,
                  (request, client, randomly) -> probe.specimens(request).get(which).answer()));
        }
      }
    }
    signatures
        .examples()
        .forEach(
            known ->
                peers.add(
                    new Peer(
                        "an answer of %s that the book knows".formatted(known.protocol()),
                        known.protocol(),
                        known.subject(),
                        (request, client, randomly) -> known.subject())));
    return peers;
  }
}
