package io.portprint.job;

import io.portprint.engine.EngineProperties;
import io.portprint.engine.Slots;
import io.portprint.scope.Census;
import java.time.Duration;

/**
 * What a job would be and how long it would take. Arithmetic alone: nothing is asked of any host.
 *
 * @param admissible whether it would be accepted now
 * @param fastest if every endpoint refused at once
 * @param slowest if none answered. Endpoints that are open take longer, up to the effort's time
 *     each
 */
public record Estimate(Census census, boolean admissible, Duration fastest, Duration slowest) {

  /**
   * What bounds the work, as far as time depends on it.
   *
   * @param inFlight connection requests that wait for an answer at a time
   * @param inFlightPerHost of those, to one address
   * @param tries connection requests to an endpoint that doesn't answer
   * @param timeout how long each of them waits
   * @param examined endpoints under examination at a time, which those of UDP are from the start
   * @param examinedPerHost of those, on one address
   * @param ratePerHost new conversations a second with one address beyond loopback
   * @param rateInAll new conversations a second beyond loopback
   */
  record Pacing(
      int inFlight,
      int inFlightPerHost,
      int tries,
      Duration timeout,
      int examined,
      int examinedPerHost,
      int ratePerHost,
      int rateInAll) {

    /** How long the first connection to an endpoint may take at the usual effort. */
    private static final Duration CONNECT = Duration.ofSeconds(3);

    static Pacing of(EngineProperties engine, Slots slots) {
      return new Pacing(
          slots.inAll(),
          slots.perHost(),
          1,
          CONNECT,
          slots.inAll(),
          slots.perHost(),
          engine.ratePerHost(),
          engine.rateInAll());
    }
  }

  /**
   * Endpoints of this machine that are done with in a second if all refuse: there is no limit, and
   * this is what two processor cores do.
   */
  static final int RATE_ON_LOOPBACK = 10_000;

  /**
   * The estimate of a job.
   *
   * @param examination how long an endpoint may be examined
   */
  static Estimate of(Census census, boolean admissible, Pacing pacing, Duration examination) {
    Census.Share loopback = census.loopback();
    Census.Share beyond = census.beyond();
    Duration fastest =
        longest(
            atRate(loopback.tcp() + loopback.udp(), RATE_ON_LOOPBACK),
            atRate(beyond.tcp() + beyond.udp(), pacing.rateInAll),
            // the most of TCP and the most of UDP may be of two hosts
            atRate(Math.max(beyond.mostTcp(), beyond.mostUdp()), pacing.ratePerHost));
    long tries = pacing.tries;
    Duration patience = pacing.timeout.multipliedBy(tries);
    Duration tcp =
        longest(
            inTurns(census.tcp(), pacing.inFlight, patience),
            inTurns(
                Math.max(loopback.mostTcp(), beyond.mostTcp()), pacing.inFlightPerHost, patience),
            atRate(beyond.tcp() * tries, pacing.rateInAll),
            atRate(beyond.mostTcp() * tries, pacing.ratePerHost));
    Duration udp =
        longest(
            inTurns(census.udp(), pacing.examined, examination),
            inTurns(
                Math.max(loopback.mostUdp(), beyond.mostUdp()),
                pacing.examinedPerHost,
                examination));
    return new Estimate(census, admissible, fastest, longest(fastest, tcp.plus(udp)));
  }

  /** So many at a time, each as long. */
  private static Duration inTurns(long count, int atATime, Duration each) {
    return each.multipliedBy(Math.ceilDiv(count, atATime));
  }

  private static Duration atRate(long count, int perSecond) {
    return Duration.ofSeconds(count).dividedBy(perSecond);
  }

  private static Duration longest(Duration... durations) {
    Duration longest = Duration.ZERO;
    for (Duration duration : durations) {
      if (duration.compareTo(longest) > 0) {
        longest = duration;
      }
    }
    return longest;
  }
}
