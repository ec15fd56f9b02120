package io.portprint.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.portprint.engine.Turns.Turn;
import io.portprint.fingerprint.Transport;
import io.portprint.testing.Scopes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TurnsTest {

  /** Endpoints spread over some addresses of 127.0.0.0/8, neighbours on different ones. */
  private static final class Spread implements Turns.Line {

    private final String name;
    private final int hosts;
    private final int weight;
    private long size;
    private long place;

    Spread(String name, long size, int hosts) {
      this(name, size, hosts, 1);
    }

    Spread(String name, long size, int hosts, int weight) {
      this.name = name;
      this.size = size;
      this.hosts = hosts;
      this.weight = weight;
    }

    String name() {
      return name;
    }

    long size() {
      return size;
    }

    @Override
    public @Nullable Waiting next() {
      if (place == size) {
        return null;
      }
      long index = place++;
      return new Waiting(
          index,
          Scopes.loopback()
              .approve(
                  "127.0.0." + (1 + index % hosts), (int) (1000 + index / hosts), Transport.TCP));
    }

    @Override
    public int weight() {
      return weight;
    }
  }

  private final List<String> order = new ArrayList<>();

  private List<Turn<Spread>> takeAll(Turns<Spread> turns) {
    List<Turn<Spread>> taken = new ArrayList<>();
    for (Optional<Turn<Spread>> next = turns.next(); next.isPresent(); next = turns.next()) {
      taken.add(next.get());
      order.add(next.get().line().name() + next.get().waiting().index());
    }
    return taken;
  }

  @Nested
  class Fairness {

    @Test
    void runsTakeTurnsEndpointByEndpoint() {
      Turns<Spread> turns = new Turns<>(6, host -> 6);
      turns.add(new Spread("a", 100, 1));
      turns.add(new Spread("b", 2, 1));

      takeAll(turns);

      assertThat(order).containsExactly("a0", "b0", "a1", "b1", "a2", "a3");
    }

    @Test
    void aRunOfABusyHostDoesNotHoldUpAnother() {
      Turns<Spread> turns = new Turns<>(10, host -> 2);
      turns.add(new Spread("a", 100, 1));
      turns.add(new Spread("b", 3, 3));

      takeAll(turns);

      // a has the two places of 127.0.0.1; b's endpoint there waits, its others don't
      assertThat(order).containsExactlyInAnyOrder("a0", "b0", "b1", "b2");
    }

    @Test
    void runsThatWaitForOneHostGetItInTurn() {
      Turns<Spread> turns = new Turns<>(10, host -> 1);
      turns.add(new Spread("a", 3, 1));
      turns.add(new Spread("b", 3, 1));

      List<Turn<Spread>> taken = takeAll(turns);
      while (!taken.isEmpty()) {
        taken.forEach(turns::release);
        taken = takeAll(turns);
      }

      assertThat(order).containsExactly("a0", "b0", "a1", "b1", "a2", "b2");
    }
  }

  @Nested
  class Bounds {

    @Test
    void neverMoreThanTheCapacity() {
      Turns<Spread> turns = new Turns<>(5, host -> 5);
      turns.add(new Spread("a", 1_000_000, 200));

      assertThat(takeAll(turns)).hasSize(5);
      assertThat(turns.busy()).isEqualTo(5);
    }

    @Test
    void everyEndpointHasItsTurnOnceAndNoHostMoreThanItsShare() {
      Random random = new Random(7);
      for (int round = 0; round < 30; round++) {
        int capacity = 1 + random.nextInt(20);
        int perHost = 1 + random.nextInt(4);
        Turns<Spread> turns = new Turns<>(capacity, host -> perHost);
        Set<String> expected = new HashSet<>();
        for (int run = 0; run < 1 + random.nextInt(6); run++) {
          Spread spread =
              new Spread("run%d-".formatted(run), random.nextInt(700), 1 + random.nextInt(30));
          turns.add(spread);
          for (long index = 0; index < spread.size(); index++) {
            expected.add(spread.name() + index);
          }
        }
        order.clear();
        List<Turn<Spread>> out = takeAll(turns);
        while (!out.isEmpty()) {
          Map<String, Integer> perAddress = new HashMap<>();
          out.forEach(turn -> perAddress.merge(turn.host().getHostAddress(), 1, Integer::sum));
          assertThat(out).hasSizeLessThanOrEqualTo(capacity);
          assertThat(perAddress.values()).allMatch(count -> count <= perHost);
          turns.release(out.remove(random.nextInt(out.size())));
          out.addAll(takeAll(turns));
        }
        assertThat(order).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(expected);
        assertThat(turns.busy()).isZero();
      }
    }
  }

  @Nested
  class Removing {

    @Test
    void tellsWhichEndpointsHadComeForwardInVain() {
      Turns<Spread> turns = new Turns<>(3, host -> 3);
      Spread a = new Spread("a", 100, 1);
      turns.add(a);
      takeAll(turns);
      List<Long> inVain = new ArrayList<>();

      turns.remove(a, waiting -> inVain.add(waiting.index()));

      assertThat(inVain).hasSize(97).doesNotHaveDuplicates().doesNotContain(0L, 1L, 2L);
      assertThat(turns.next()).isEmpty();
    }

    @Test
    void freesWhoWaitedBehindIt() {
      Turns<Spread> turns = new Turns<>(10, host -> 1);
      Spread a = new Spread("a", 10, 1);
      Spread b = new Spread("b", 1, 1);
      turns.add(a);
      turns.add(b);
      List<Turn<Spread>> taken = takeAll(turns);
      assertThat(order).containsExactly("a0");

      turns.remove(a, waiting -> {});
      taken.forEach(turns::release);
      takeAll(turns);

      assertThat(order).containsExactly("a0", "b0");
    }

    @Test
    void ofALineThatHasHadAllItsTurnsIsNothing() {
      Turns<Spread> turns = new Turns<>(10, host -> 10);
      Spread a = new Spread("a", 2, 1);
      turns.add(a);
      takeAll(turns);

      turns.remove(a, waiting -> fail("had its turn: " + waiting.index()));
      assertThat(turns.parked()).isZero();
    }
  }

  @Nested
  class ComingBack {

    @Test
    void aLineThatHasMoreIsAddedAgain() {
      Turns<Spread> turns = new Turns<>(10, host -> 10);
      Spread a = new Spread("a", 1, 1);
      turns.add(a);
      takeAll(turns);
      a.size = 3;

      assertThat(turns.next()).isEmpty();
      assertThat(turns.add(a)).isTrue();
      assertThat(turns.add(a)).isFalse();
      takeAll(turns);

      assertThat(order).containsExactly("a0", "a1", "a2");
    }
  }

  @Nested
  class Priority {

    @Test
    void anUrgentLineHasMoreTurns() {
      Turns<Spread> turns = new Turns<>(10, host -> 10);
      turns.add(new Spread("a", 100, 1));
      turns.add(new Spread("b", 100, 1, 3));

      takeAll(turns);

      assertThat(order).containsExactly("a0", "b0", "b1", "b2", "a1", "b3", "b4", "b5", "a2", "b6");
    }
  }
}
