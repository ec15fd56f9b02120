package io.portprint.job;

import io.portprint.engine.Assignment;
import io.portprint.engine.EngineProperties;
import io.portprint.engine.Slots;
import io.portprint.engine.SweepPace;
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
   * @param sweep how a sweep goes where nothing answers
   * @param examined endpoints under examination at a time, which those of UDP are from the start,
   *     unless there are more than {@link Assignment#FEW_DATAGRAMS}
   * @param examinedPerHost of those, on one address
   * @param ratePerHost new conversations a second with one address beyond loopback
   * @param rateInAll new conversations a second beyond loopback
   */
  record Pacing(
      SweepPace sweep, int examined, int examinedPerHost, int ratePerHost, int rateInAll) {

    static Pacing of(EngineProperties engine, SweepPace sweep, Slots slots) {
      return new Pacing(
          sweep, slots.inAll(), slots.perHost(), engine.ratePerHost(), engine.rateInAll());
    }
  }

  /**
   * Endpoints of this machine that are done with in a second if all refuse: there is no limit, and
   * this is what two processor cores do.
   */
  static final int RATE_ON_LOOPBACK = 40_000;

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
    SweepPace sweep = pacing.sweep;
    long tries = sweep.tries();
    Duration patience = sweep.timeout().multipliedBy(tries);
    Duration tcp =
        longest(
            inTurns(census.tcp(), sweep.inFlight(), patience),
            inTurns(
                Math.max(loopback.mostTcp(), beyond.mostTcp()), sweep.inFlightPerHost(), patience),
            atRate(beyond.tcp() * tries, pacing.rateInAll),
            atRate(beyond.mostTcp() * tries, pacing.ratePerHost));
    long mostUdp = Math.max(loopback.mostUdp(), beyond.mostUdp());
    Duration silence = sweep.timeout().multipliedBy(sweep.payloads());
    Duration udp =
        census.udp() > Assignment.FEW_DATAGRAMS
            ? longest(
                inTurns(census.udp(), sweep.inFlight(), silence),
                inTurns(mostUdp, sweep.inFlightPerHost(), silence),
                atRate(beyond.udp() * sweep.payloads(), pacing.rateInAll),
                atRate(beyond.mostUdp() * sweep.payloads(), pacing.ratePerHost))
            : longest(
                inTurns(census.udp(), pacing.examined, examination),
                inTurns(mostUdp, pacing.examinedPerHost, examination));
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
