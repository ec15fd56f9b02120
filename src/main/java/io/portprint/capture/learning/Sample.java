package io.portprint.capture.learning;

import io.portprint.fingerprint.Bytes;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An answered trial. */
record Sample(
    Mutation mutation, Bytes request, Bytes answer, Party client, Party server, Instant at) {

  /** Trials that are looked at. */
  static final int MOST = 512;

  /** Bytes of an answer that are looked at. */
  static final int ANSWER = 2048;

  /** Bytes of a request that are looked at. */
  static final int REQUEST = 2048;

  static Optional<Sample> of(Trial trial) {
    return trial.answers().stream()
        .findFirst()
        .filter(answer -> !answer.isEmpty())
        .map(
            answer ->
                new Sample(
                    trial.mutation(),
                    trial.request().head(REQUEST),
                    answer.head(ANSWER),
                    trial.client(),
                    trial.server(),
                    trial.at()));
  }

  boolean unmutated() {
    return mutation instanceof Mutation.None;
  }

  /** The request that most of them have; empty where there are none. */
  static Bytes commonRequest(List<Sample> samples) {
    Map<Bytes, Integer> counts = new HashMap<>();
    samples.forEach(one -> counts.merge(one.request(), 1, Integer::sum));
    int most = counts.values().stream().max(Comparator.naturalOrder()).orElse(0);
    return samples.stream()
        .map(Sample::request)
        .filter(request -> counts.getOrDefault(request, 0) == most)
        .findFirst()
        .orElse(Bytes.EMPTY);
  }
}
