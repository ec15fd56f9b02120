package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.signature.SignatureBooks;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Probing;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A node that pings whom it does not know before it answers, as rTorrent does. */
class DhtAsksFirstTests {

  private static final Bytes OWN_ID = Bytes.latin1("abcdefghij0123456789");

  private static final Bytes QUESTION =
      Bytes.latin1("d1:ad2:id20:")
          .plus(OWN_ID)
          .plus(Bytes.latin1("e1:q4:ping1:t1:(1:v4:lt"))
          .plus(Bytes.hex("0d80"))
          .plus(Bytes.latin1("1:y1:qe"));

  private static Bytes reply(Bytes request) {
    int transaction = request.length() - 4 - "1:y1:qe".length();
    return Bytes.latin1("d1:rd2:id20:")
        .plus(OWN_ID)
        .plus(Bytes.latin1("e1:t4:"))
        .plus(request.slice(transaction, transaction + 4))
        .plus(Bytes.latin1("1:v4:lt"))
        .plus(Bytes.hex("0d80"))
        .plus(Bytes.latin1("1:y1:re"));
  }

  @Test
  void answersAfterItsOwnQuestion() {
    try (LoopbackPeer peer =
        LoopbackPeer.udp(
            (request, _) -> request.at(0) == 'd' ? List.of(QUESTION, reply(request)) : List.of())) {
      Fingerprint verdict =
          Probing.detect(peer.port(), Transport.UDP, new BitTorrentDhtProbe(SignatureBooks.own()));
      assertThat(verdict.service().protocol()).isEqualTo("bittorrent-dht");
      assertThat(verdict.service().product()).isEqualTo("rTorrent");
    }
  }

  @Test
  void asksOnly() {
    try (LoopbackPeer peer = LoopbackPeer.udp((_, _) -> List.of(QUESTION))) {
      Fingerprint verdict =
          Probing.detect(peer.port(), Transport.UDP, new BitTorrentDhtProbe(SignatureBooks.own()));
      assertThat(verdict.service() == null ? null : verdict.service().protocol()).isNull();
    }
  }
}
