package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import java.util.SplittableRandom;

class BitTorrentFuzzTests {

  @FuzzTest
  void dictionaries(byte[] content) {
    Bytes received = Bytes.of(content);
    if (Bencode.dictionary(received).isPresent()) {
      assertThat(received.at(0)).isEqualTo('d');
      assertThat(received.at(received.length() - 1)).isEqualTo('e');
    }
  }

  @FuzzTest
  void replies(byte[] content) {
    Bytes received = Bytes.of(content);
    SplittableRandom random = new SplittableRandom(content.length);
    Bytes ping = DhtReply.request(random);
    if (DhtReply.read(ping, received).isPresent()) {
      assertThat(received.indexOf(ping.slice(54, 58))).isPositive();
    }
    Bytes syn = UtpReply.request(random);
    UtpReply.read(syn, received)
        .ifPresent(reply -> assertThat(reply.reset().length()).isEqualTo(20));
    Bytes transaction = received.length() < 8 ? Bytes.EMPTY : received.slice(4, 8);
    BitTorrentUdpTrackerProbe.read(transaction, received)
        .ifPresent(_ -> assertThat(received.length()).isGreaterThanOrEqualTo(12));
  }
}
