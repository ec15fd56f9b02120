package io.portprint.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portprint.fingerprint.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ArrivalsTest {

  private record Quiet(long index, State state, long tenths) {}

  private final Arrivals arrivals = new Arrivals();

  @Test
  void givesBackWhatCameInOrder() {
    Random random = new Random(3);
    List<Object> expected = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      if (random.nextInt(3) == 0) {
        arrivals.addOpen(i);
        expected.add(i);
      } else {
        State state = State.values()[random.nextInt(State.values().length)];
        Quiet one = new Quiet(random.nextLong(1L << 39), state, random.nextLong(1 << 21));
        arrivals.addQuiet(one.index(), state, Duration.ofMillis(one.tenths() * 100 + 99));
        expected.add(one);
      }
    }

    assertThat(arrivals.size()).isEqualTo(expected.size());
    for (int at = 0; at < expected.size(); at++) {
      Object one =
          arrivals.isOpen(at)
              ? (Object) arrivals.open(at)
              : new Quiet(
                  arrivals.index(at), arrivals.state(at), arrivals.after(at).toMillis() / 100);
      assertThat(one).isEqualTo(expected.get(at));
    }
  }

  @Test
  void timesOutOfReachAreTheNearestWithin() {
    arrivals.addQuiet(0, State.FILTERED, Duration.ofDays(400));
    arrivals.addQuiet(0, State.FILTERED, Duration.ofSeconds(-5));

    assertThat(arrivals.after(0)).isGreaterThan(Duration.ofDays(2));
    assertThat(arrivals.after(1)).isZero();
  }

  @Test
  void refusesAnIndexThatDoesNotFit() {
    assertThatThrownBy(() -> arrivals.addQuiet(1L << 39, State.FILTERED, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
