package io.portprint.detect;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Finding;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The probes that judge the answers of one endpoint: every answer is put to every one of them. */
final class Panel {

  private static final Logger log = LoggerFactory.getLogger(Panel.class);

  /** A probe that recognised an answer, or suspects it. */
  record Candidate(Probe probe, Finding finding, boolean recognised) {

    static final Comparator<Candidate> MOST_LIKELY_FIRST =
        Comparator.comparing(Candidate::recognised)
            .thenComparingDouble(candidate -> candidate.finding().confidence())
            .reversed()
            .thenComparing(candidate -> candidate.probe().description().name());
  }

  private final List<Probe> probes;
  private final Sayings sayings;

  Panel(List<Probe> probes, Sayings sayings) {
    this.probes = List.copyOf(probes);
    this.sayings = sayings;
  }

  /** These probes but those of a protocol. */
  Panel without(String protocol) {
    return new Panel(
        probes.stream().filter(probe -> !probe.description().protocol().equals(protocol)).toList(),
        sayings);
  }

  /** Whether enough of an answer has come to tell what it is. */
  boolean decided(Answer soFar) {
    for (Probe probe : probes) {
      if (judge(probe, soFar) instanceof Recognition.Recognised) {
        return true;
      }
    }
    return false;
  }

  /** Who recognises or suspects an answer, the most likely first. */
  List<Candidate> judge(Answer answer) {
    List<Candidate> candidates = new ArrayList<>();
    for (Probe probe : probes) {
      switch (judge(probe, answer)) {
        case Recognition.Recognised(Finding finding) ->
            candidates.add(new Candidate(probe, finding, true));
        case Recognition.Suspected(Finding finding) ->
            candidates.add(new Candidate(probe, finding, false));
        case Recognition.Incomplete _, Recognition.Mismatch _ -> {}
      }
    }
    candidates.sort(Candidate.MOST_LIKELY_FIRST);
    return candidates;
  }

  /**
   * A probe that fails is a defect of ours: it is told in the log and must not cost the other
   * probes their turn.
   */
  private static Recognition judge(Probe probe, Answer answer) {
    try {
      return probe.recognise(answer);
    } catch (RuntimeException e) {
      log.atError()
          .addKeyValue("probe", probe.description().name())
          .addKeyValue("answer", answer.received().toString())
          .setCause(e)
          .log("probe failed to interpret an answer");
      return Recognition.MISMATCH;
    }
  }

  /**
   * What to say to an endpoint: what its port suggests first, then by rarity. The same bytes are
   * said once, however many probes would say them.
   */
  List<Opening> openings(int port, Transport transport, Effort effort, RandomGenerator random) {
    Map<Bytes, Opening> byPayload = new LinkedHashMap<>();
    probes.stream()
        .filter(probe -> probe.description().transport() == transport)
        .flatMap(probe -> probe.openings(random).stream())
        .filter(opening -> opening.rarity() <= effort.rarity() || opening.ports().contains(port))
        .map(sayings::shared)
        .sorted(
            Comparator.comparing((Opening opening) -> !opening.ports().contains(port))
                .thenComparingInt(Opening::rarity)
                .thenComparing(Opening::name))
        .forEach(opening -> byPayload.putIfAbsent(opening.payload(), opening));
    return List.copyOf(byPayload.values());
  }
}
