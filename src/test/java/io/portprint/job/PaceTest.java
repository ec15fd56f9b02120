package io.portprint.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaceTest {

  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

  private final Pace pace = new Pace();
  private Instant now = START;
  private long done;

  /** Time passes, in steps of a second, at so many endpoints a second. */
  private void pass(int seconds, int rate) {
    for (int i = 0; i < seconds; i++) {
      now = now.plusSeconds(1);
      done += rate;
      pace.sample(now, done);
    }
  }

  @Test
  void isUnknownAtFirst() {
    assertThat(pace.rate()).isEmpty();
    assertThat(pace.timeFor(1)).isEmpty();

    pace.sample(START, 7);

    assertThat(pace.rate()).isEmpty();
    assertThat(pace.timeFor(1)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 60, 3_600})
  void aSteadyRateIsTheRateFromTheSecondSampleOn(int seconds) {
    pace.sample(START, 0);
    pass(seconds, 250);

    assertThat(pace.rate().orElseThrow()).isCloseTo(250, within(1e-6));
    assertThat(pace.timeFor(1_000)).hasValue(Duration.ofSeconds(4));
    assertThat(pace.timeFor(1_001)).hasValue(Duration.ofSeconds(5));
  }

  @Test
  void doesNotDependOnHowOftenItIsSampled() {
    pace.sample(START, 0);
    pass(30, 100);
    Pace seldom = new Pace();
    seldom.sample(START, 0);
    seldom.sample(START.plusSeconds(30), 3_000);

    assertThat(seldom.rate().orElseThrow()).isCloseTo(pace.rate().orElseThrow(), within(1e-6));
  }

  @Test
  void followsAChangeWithinSomeTensOfSeconds() {
    pace.sample(START, 0);
    pass(300, 100_000);
    pass(10, 10);
    assertThat(pace.rate().orElseThrow()).isCloseTo(100_000 / Math.E, within(100.0));

    pass(110, 10);
    assertThat(pace.rate().orElseThrow()).isBetween(10.0, 12.0);
  }

  @Test
  void standstillHasNoEnd() {
    done = 5;
    pace.sample(START, done);
    pass(20, 0);

    assertThat(pace.rate()).hasValue(0);
    assertThat(pace.timeFor(1)).isEmpty();
    assertThat(pace.timeFor(Long.MAX_VALUE)).isEmpty();
  }

  @Test
  void moreThanAYearIsNoEstimate() {
    pace.sample(START, 0);
    pass(1, 1);

    assertThat(pace.timeFor(Duration.ofDays(365).toSeconds())).hasValue(Duration.ofDays(365));
    assertThat(pace.timeFor(Duration.ofDays(365).toSeconds() + 1)).isEmpty();
  }

  @Test
  void aClockThatStandsOrRunsBackTellsNothing() {
    pace.sample(START, 0);
    pass(5, 40);

    pace.sample(now, done + 1_000);
    pace.sample(now.minusSeconds(3), done + 1_000);

    assertThat(pace.rate().orElseThrow()).isCloseTo(40, within(1e-6));
    pass(1, 40);
    assertThat(pace.rate().orElseThrow()).isCloseTo(40, within(1e-6));
  }
}
