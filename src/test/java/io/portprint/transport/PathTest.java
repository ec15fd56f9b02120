package io.portprint.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PathTest {

  private final SweepProperties limits = SweepProperties.defaults();
  private final Path path = new Path(limits);
  private long now = 1_000_000_000_000L;

  private void answered(long millis, int attempt) {
    now += Duration.ofMillis(millis).toNanos();
    path.answered(Duration.ofMillis(millis).toNanos(), attempt, now);
  }

  private Duration timeout(int attempt) {
    return Duration.ofNanos(path.timeout(attempt));
  }

  @Nested
  class Waits {

    @Test
    void aHostThatWasNeverHeardIsWaitedForAsLongAsConfigured() {
      assertThat(timeout(1)).isEqualTo(limits.firstTimeout());
      assertThat(timeout(2)).isEqualTo(limits.firstTimeout().multipliedBy(2));
    }

    @Test
    void followTheRoundTripAndItsVariation() {
      for (int i = 0; i < 50; i++) {
        answered(300, 1);
      }
      assertThat(timeout(1)).isBetween(Duration.ofMillis(300), Duration.ofMillis(330));
      assertThat(timeout(3)).isEqualTo(timeout(1).multipliedBy(4)).isEqualTo(timeout(9));

      for (int i = 0; i < 50; i++) {
        answered(i % 2 == 0 ? 100 : 500, 1);
      }
      assertThat(timeout(1)).isGreaterThan(Duration.ofMillis(500));
    }

    @Test
    void stayWithinTheirBounds() {
      answered(1, 1);
      assertThat(timeout(1)).isEqualTo(limits.minTimeout());

      for (int i = 0; i < 50; i++) {
        answered(20_000, 1);
      }
      assertThat(timeout(1)).isEqualTo(limits.maxTimeout());
    }
  }

  @Nested
  class Tries {

    @Test
    void growWithTheLossThatWasSeen() {
      assertThat(path.tries()).isEqualTo(2);
      answered(50, 1);
      assertThat(path.tries()).isEqualTo(3);
      answered(50, 2);
      assertThat(path.tries()).isEqualTo(5);
      answered(50, 4);
      assertThat(path.tries()).isEqualTo(7);
      answered(50, 8);
      assertThat(path.tries()).isEqualTo(8);
    }

    @Test
    void doNotGrowWithSilenceWhichAFilterMayCause() {
      answered(50, 1);
      for (int i = 0; i < 1_000; i++) {
        path.silent();
      }
      assertThat(path.tries()).isEqualTo(3);
    }
  }

  @Nested
  class Window {

    @Test
    void growsWithAnswersUpToItsBound() {
      int first = path.window();
      answered(50, 1);
      assertThat(path.window()).isEqualTo(first + 1);
      for (int i = 0; i < 5_000; i++) {
        answered(50, 1);
      }
      assertThat(path.window()).isEqualTo(limits.maxInFlightPerHost());
    }

    @Test
    void isLeftAloneByALittleLoss() {
      for (int i = 0; i < 1_000; i++) {
        answered(50, i % 25 == 0 ? 2 : 1);
      }
      assertThat(path.window()).isEqualTo(limits.maxInFlightPerHost());
    }

    @Test
    void shrinksWhereMuchIsLostButNotBelowItsLeast() {
      for (int i = 0; i < 1_000; i++) {
        answered(50, 1);
      }
      for (int i = 0; i < 40; i++) {
        answered(50, 2);
      }
      assertThat(path.window()).isLessThan(limits.maxInFlightPerHost() / 2);
      for (int i = 0; i < 1_000; i++) {
        answered(50, 2);
      }
      assertThat(path.window()).isEqualTo(4);
    }

    @Test
    void makesRoomForOthersBesideWhatIsSaidAgain() {
      int first = path.window();
      path.repeats();
      path.repeats();
      assertThat(path.window()).isEqualTo(first + 2);
      path.repeatsNoMore();
      assertThat(path.window()).isEqualTo(first + 1);
    }
  }
}
