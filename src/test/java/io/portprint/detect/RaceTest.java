package io.portprint.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.State;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Description;
import io.portprint.probe.Finding;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Probing;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RaceTest {

  /** Says a word, and knows the peer that says it back in upper case. */
  private record Word(String word, Transport transport) implements Probe {

    @Override
    public Description description() {
      return new Description(word, word, transport, word, "Says a word.", List.of());
    }

    @Override
    public List<Opening> openings(RandomGenerator random) {
      return List.of(new Opening(word, Bytes.latin1(word), Set.of(), 3));
    }

    @Override
    public Recognition recognise(Answer answer) {
      return answer.received().equals(Bytes.latin1(word.toUpperCase(Locale.ROOT)))
          ? new Recognition.Recognised(
              Finding.of(Service.of(word), 0.9, answer.because("said it back", List.of())))
          : Recognition.MISMATCH;
    }
  }

  @Test
  void aDatagramThatIsLostIsSaidAgain() {
    Map<String, Integer> heard = new ConcurrentHashMap<>();
    LoopbackPeer.DatagramScript losesTheFirst =
        (request, sender) -> {
          String word = request.latin1();
          boolean second = heard.merge(word, 1, Integer::sum) == 2;
          return second && word.equals("beta") ? List.of(Bytes.latin1("BETA")) : List.of();
        };
    try (LoopbackPeer peer = LoopbackPeer.udp(losesTheFirst)) {
      Fingerprint verdict =
          Probing.detect(
              peer.port(),
              Transport.UDP,
              new Word("alpha", Transport.UDP),
              new Word("beta", Transport.UDP));

      assertThat(verdict.state()).isEqualTo(State.OPEN);
      assertThat(verdict.service()).extracting(Service::protocol).isEqualTo("beta");
      assertThat(heard).containsEntry("beta", 2);
    }
  }

  @Test
  void theSameBytesAreSaidOnceHoweverManyProbesWouldSayThem() {
    try (LoopbackPeer peer = LoopbackPeer.udp((request, sender) -> List.of(Bytes.latin1("?")))) {
      Probing.detect(
          peer.port(),
          Transport.UDP,
          new Word("alpha", Transport.UDP),
          new Word("alpha", Transport.UDP));

      assertThat(peer.datagrams()).containsExactly(Bytes.latin1("alpha"));
    }
  }
}
