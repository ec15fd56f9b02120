package io.portprint.capture.learning;

import io.portprint.capture.learning.SimulatedPeers.Peer;
import io.portprint.fingerprint.Bytes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** What the simulated servers teach, for tests of other rooms. */
public final class LearntCandidates {

  static final Bytes SKYPE = Bytes.hex("924002a16665ea0d8c82c30c27cdc5e74e78fea150a6");
  static final Bytes CONNECT = Bytes.hex("0000041727101980 00000000 5e2a91c7");
  static final Bytes BINDING = Bytes.hex("0001 0000 2112a442 b7e7a701bc34d686fa87dfae");
  static final Bytes VERSION = Bytes.hex("1f8a 0000 0001 0000").plus(Bytes.latin1("version\r\n"));

  /** A request and the server that answers it. */
  record Case(Bytes request, Peer peer) {

    Lesson learn() {
      return Learner.learn(SimulatedPeers.replay(MutationPlan.of(request, 1, 7), peer));
    }
  }

  private LearntCandidates() {}

  static Map<String, Case> cases() {
    Map<String, Case> cases = new LinkedHashMap<>();
    cases.put("skype", new Case(SKYPE, SimulatedPeers.skype(1)));
    cases.put("tracker", new Case(CONNECT, SimulatedPeers.tracker(1)));
    cases.put("stun", new Case(BINDING, SimulatedPeers.stun()));
    cases.put("memcached", new Case(VERSION, SimulatedPeers.memcached("1.6.21")));
    cases.put("smtp", new Case(Bytes.EMPTY, SimulatedPeers.smtp("mx1.example", "Exim", "4.96")));
    cases.put("words", new Case(Bytes.latin1("ASK nonsense now\r\n"), SimulatedPeers.words()));
    return cases;
  }

  /** By the names of the servers. */
  public static Map<String, Candidate> all() {
    Map<String, Candidate> all = new LinkedHashMap<>();
    cases().forEach((name, one) -> all.put(name, one.learn().candidate().orElseThrow()));
    return all;
  }

  /** A fresh answer of one of them. */
  public static Bytes answer(String name, Bytes request) {
    return Objects.requireNonNull(cases().get(name))
        .peer()
        .answer(request, SimulatedPeers.CLIENT, 50_505, SimulatedPeers.START.plusSeconds(987_654))
        .orElseThrow();
  }
}
