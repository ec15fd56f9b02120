package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.detect.Effort;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Finding;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Probing;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What every probe must withstand: answers of others to its questions, and of its own kind cut. */
final class Strangers {

  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private Strangers() {}

  static Answer answer(Bytes sent, Bytes received, Ending ending) {
    return new Answer("test", sent, received, ending, LOOPBACK, Duration.ofMillis(1));
  }

  static Answer answer(Bytes sent, Bytes received) {
    return answer(sent, received, Ending.COMPLETE);
  }

  static Finding recognised(Recognition recognition) {
    assertThat(recognition).isInstanceOf(Recognition.Recognised.class);
    return ((Recognition.Recognised) recognition).finding();
  }

  static Finding suspected(Recognition recognition) {
    assertThat(recognition).isInstanceOf(Recognition.Suspected.class);
    return ((Recognition.Suspected) recognition).finding();
  }

  /** The only thing that the probe says first. */
  static Bytes opening(Probe probe) {
    List<Opening> openings = probe.openings(new SplittableRandom(7));
    assertThat(openings).hasSize(1);
    return openings.getFirst().payload();
  }

  /** Detection that also says what is said seldom. */
  static Fingerprint detect(LoopbackPeer peer, Transport transport, Probe... probes) {
    return Probing.detect(
        peer.port(), transport, Effort.THOROUGH, Effort.THOROUGH.deadline(), probes);
  }

  /** Echoes, noise, fixed answers and other protocols are neither recognised nor suspected. */
  static void assertNobodyElse(Probe probe) {
    SplittableRandom random = new SplittableRandom(11);
    for (Opening opening : probe.openings(new SplittableRandom(7))) {
      for (Bytes stranger : strangers(opening.payload(), random)) {
        for (Ending ending : Ending.values()) {
          assertThat(probe.recognise(answer(opening.payload(), stranger, ending)))
              .as("%s to %s, %s", stranger, opening.name(), ending)
              .isIn(Recognition.MISMATCH, Recognition.INCOMPLETE);
        }
        assertThat(probe.recognise(answer(opening.payload(), stranger)))
            .isEqualTo(Recognition.MISMATCH);
      }
    }
  }

  private static List<Bytes> strangers(Bytes said, SplittableRandom random) {
    List<Bytes> all = new ArrayList<>();
    SkypeSamples.lookAlikes().forEach(one -> all.add(one.answer()));
    all.add(said);
    all.add(said.plus(said));
    all.add(said.head(4));
    all.add(said.slice(Math.min(2, said.length()), said.length()));
    all.add(said.plus(Bytes.latin1("\r\n")));
    for (String text :
        List.of(
            "SSH-2.0-OpenSSH_9.2p1\r\n",
            "220 ready\r\n",
            "HTTP/1.0 404 Not Found\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nContent-Length: 0\r\n\r\n",
            "-ERR unknown command 'GET'\r\n",
            "+OK ready\r\n",
            "* OK IMAP4rev1\r\n",
            "ERROR\r\n",
            "\0",
            "\u00ff\u00fd\u0018\u00ff\u00fd\u0020",
            "\u0015\u0003\u0001\u0000\u0002\u0002\u0046",
            "RFB 003.008\n")) {
      all.add(Bytes.latin1(text));
    }
    for (int length = 1; length < 200; length++) {
      all.add(Claims.random(random, length));
      if (said.length() >= 2) {
        all.add(said.head(2).plus(Claims.random(random, length)));
      }
      all.add(Bytes.of(new byte[length]));
    }
    return all;
  }

  /** A true answer that is cut anywhere, or follows on another question, proves nothing. */
  static void assertAllOrNothing(Probe probe, Bytes sent, Bytes received) {
    assertThat(probe.recognise(answer(sent, received))).isNotEqualTo(Recognition.MISMATCH);
    for (int length = 1; length < received.length(); length++) {
      assertThat(probe.recognise(answer(sent, received.head(length))))
          .as("%d of %d bytes", length, received.length())
          .isEqualTo(Recognition.MISMATCH);
    }
    Bytes another = probe.openings(new SplittableRandom(99)).getFirst().payload();
    assertThat(probe.recognise(answer(another, received))).isEqualTo(Recognition.MISMATCH);
    assertThat(probe.recognise(answer(Bytes.latin1("GET / HTTP/1.0\r\n\r\n"), received)))
        .isEqualTo(Recognition.MISMATCH);
    assertThat(probe.recognise(answer(Bytes.EMPTY, received))).isEqualTo(Recognition.MISMATCH);
  }
}
