package io.portprint.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.engine.SweepPace;
import io.portprint.job.Estimate.Pacing;
import io.portprint.scope.Census;
import io.portprint.scope.Census.Share;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EstimateTest {

  private static final Share NONE = new Share(0, 0, 0, 0);

  /** 100 at a time, 10 per host, 2 tries of 3 s; 20 examined, 5 per host; 50 and 400 a second. */
  private static final Pacing PACING =
      new Pacing(new SweepPace(100, 10, 2, 12, Duration.ofSeconds(3)), 20, 5, 50, 400);

  private static Estimate beyond(long hosts, long tcp, long udp, long mostTcp, long mostUdp) {
    return estimate(new Census(hosts, NONE, new Share(tcp, udp, mostTcp, mostUdp)));
  }

  private static Estimate estimate(Census census) {
    return Estimate.of(census, true, PACING, Duration.ofSeconds(10));
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis(Math.round(seconds * 1000));
  }

  @Test
  void oneEndpointTakesItsOwnTime() {
    assertThat(beyond(1, 1, 0, 1, 0).slowest()).isEqualTo(seconds(6));
    assertThat(beyond(1, 0, 1, 0, 1).slowest()).isEqualTo(seconds(10));
    assertThat(beyond(1, 1, 1, 1, 1).slowest()).isEqualTo(seconds(16));
    assertThat(beyond(1, 1, 0, 1, 0).fastest()).isEqualTo(seconds(0.02));
  }

  @Test
  void fewPortsOfManyHostsAreBoundInAll() {
    Estimate estimate = beyond(4_000, 8_000, 0, 2, 0);
    assertThat(estimate.fastest()).isEqualTo(seconds(20)); // 400 a second
    assertThat(estimate.slowest()).isEqualTo(seconds(480)); // 80 rounds of 6 s
  }

  @Test
  void manyPortsOfAHostAreBoundByIt() {
    Estimate estimate = beyond(1, 1_000, 0, 1_000, 0);
    assertThat(estimate.fastest()).isEqualTo(seconds(20)); // 50 a second
    assertThat(estimate.slowest()).isEqualTo(seconds(600)); // 100 rounds of 6 s
  }

  @Test
  void datagramsTakeTheTimeOfAnExamination() {
    assertThat(beyond(100, 200, 0, 2, 0).slowest()).isEqualTo(seconds(12));
    assertThat(beyond(100, 0, 200, 0, 2).slowest()).isEqualTo(seconds(100));
    assertThat(beyond(1, 0, 200, 0, 200).slowest()).isEqualTo(seconds(400));
  }

  @Test
  void eachTryCountsForTheRates() {
    Pacing wide =
        new Pacing(new SweepPace(100_000, 100_000, 3, 12, Duration.ofSeconds(1)), 1, 1, 50, 400);
    Census host = new Census(1, NONE, new Share(1_000, 0, 1_000, 0));
    Census hosts = new Census(8_000, NONE, new Share(8_000, 0, 1, 0));
    assertThat(Estimate.of(host, true, wide, Duration.ZERO).slowest()).isEqualTo(seconds(60));
    assertThat(Estimate.of(hosts, true, wide, Duration.ZERO).slowest()).isEqualTo(seconds(60));
  }

  @Test
  void loopbackKnowsNoRates() {
    Estimate estimate = estimate(new Census(1, new Share(60_000, 0, 60_000, 0), NONE));
    assertThat(estimate.fastest()).isEqualTo(seconds(60_000.0 / Estimate.RATE_ON_LOOPBACK));
    assertThat(estimate.slowest()).isEqualTo(seconds(36_000));
  }

  @Test
  void theSlowerPartDecides() {
    Share loopback = new Share(100, 0, 100, 0);
    Share beyond = new Share(4_000, 0, 1, 0);
    Estimate estimate = estimate(new Census(4_001, loopback, beyond));
    assertThat(estimate.fastest()).isEqualTo(seconds(10));
    assertThat(estimate.slowest()).isEqualTo(seconds(246)); // 41 rounds in all
  }

  @Test
  void manyDatagramsAreSwept() {
    Estimate estimate = beyond(1, 0, 2_000, 0, 2_000);
    // 12 payloads of 3 s, 10 at a time
    assertThat(estimate.slowest()).isEqualTo(seconds(200 * 36));
  }

  @Test
  void theMostEndpointsThereCanBeAreReckonedWith() {
    long most = Integer.MAX_VALUE;
    Estimate estimate =
        Estimate.of(
            new Census(1, NONE, new Share(most, 0, most, 0)),
            true,
            new Pacing(new SweepPace(1, 1, 10, 12, Duration.ofMinutes(1)), 1, 1, 1, 1),
            Duration.ofSeconds(30));
    assertThat(estimate.slowest()).isEqualTo(Duration.ofMinutes(10).multipliedBy(most));
    assertThat(estimate.fastest()).isEqualTo(Duration.ofSeconds(most));
  }
}
