package io.portprint.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TimeOrderedIdsTest {

  @Test
  void areOfVersion7AndInOrderAlsoWithinAMillisecondAndWhenTheClockGoesBack() {
    List<Long> times = new ArrayList<>(List.of(1_000L, 5_000L, 4_000L));
    long[] now = {times.removeFirst()};
    TimeOrderedIds ids = new TimeOrderedIds(() -> Instant.ofEpochMilli(now[0]));
    List<UUID> made = new ArrayList<>();
    for (int i = 0; i < 15_000; i++) {
      made.add(ids.next());
      if (i % 5_000 == 4_999 && !times.isEmpty()) {
        now[0] = times.removeFirst();
      }
    }

    assertThat(made).isSorted().doesNotHaveDuplicates();
    assertThat(made).allMatch(id -> id.version() == 7 && id.variant() == 2);
  }

  @Test
  void beginWithTheTime() {
    InstantSource clock = InstantSource.fixed(Instant.parse("2022-02-22T19:22:22Z"));

    // the time of the example in RFC 9562, appendix A.6
    assertThat(new TimeOrderedIds(clock).next().toString()).startsWith("017f22e2-79b0-7");
  }
}
