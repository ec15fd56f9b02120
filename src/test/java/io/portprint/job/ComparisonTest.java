package io.portprint.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Impostor;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.State;
import io.portprint.job.Difference.Change;
import io.portprint.job.Difference.Field;
import io.portprint.scope.ApprovedEndpoints;
import io.portprint.scope.Selection;
import io.portprint.testing.Scopes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComparisonTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  /** A job with its results, by port. */
  private static final class Side {

    private final ApprovedEndpoints endpoints;
    private final Results results;
    private boolean identified = true;

    Side(String ports, int memory) {
      endpoints = Scopes.loopback().approve(new Selection(List.of("127.0.0.1"), ports, List.of()));
      results = new Results(endpoints, new ResultBudget(memory, new SimpleMeterRegistry()), NOW);
    }

    Side(String ports) {
      this(ports, 1_000_000);
    }

    Side with(int port, State state) {
      return with(port, state, state == State.OPEN ? Service.of("ftp") : null, null);
    }

    Side with(int port, Service service) {
      return with(port, State.OPEN, service, null);
    }

    Side with(int port, State state, @Nullable Service service, @Nullable Impostor impostor) {
      for (long i = 0; i < endpoints.size(); i++) {
        Endpoint endpoint = endpoints.get(i).endpoint();
        if (endpoint.port() == port) {
          results.add(
              i,
              new Fingerprint(
                  endpoint,
                  state,
                  service,
                  0.9,
                  List.of(),
                  impostor,
                  null,
                  Map.of(),
                  List.of(),
                  NOW,
                  Duration.ZERO,
                  false));
        }
      }
      return this;
    }

    Side sweptOnly() {
      identified = false;
      return this;
    }

    Verdicts verdicts() {
      return new Verdicts(new UUID(0, 1), endpoints, results, identified);
    }
  }

  private static Differences compare(Side before, Side after) {
    return new Comparison(before.verdicts(), after.verdicts()).page(null, 1000, null);
  }

  private static List<String> texts(Differences differences) {
    return differences.items().stream()
        .map(
            one ->
                "%d %s %s-%s %s"
                    .formatted(
                        one.endpoint().port(),
                        one.change(),
                        one.before().state(),
                        one.after().state(),
                        one.fields()))
        .toList();
  }

  @ParameterizedTest
  @EnumSource(
      value = State.class,
      names = {"CLOSED", "FILTERED", "OPEN_OR_FILTERED", "UNREACHABLE"})
  void whatIsOpenAfterItWasNotHasAppeared(State state) {
    Side not = new Side("21").with(21, state);
    Side open = new Side("21").with(21, State.OPEN);

    Differences appeared = compare(not, open);
    Differences vanished = compare(open, not);

    assertThat(texts(appeared)).containsExactly("21 APPEARED %s-OPEN []".formatted(state));
    assertThat(appeared.counts()).isEqualTo(new Differences.Counts(1, 0, 0, 0, 0, 0));
    assertThat(texts(vanished)).containsExactly("21 VANISHED OPEN-%s []".formatted(state));
    assertThat(vanished.counts()).isEqualTo(new Differences.Counts(0, 1, 0, 0, 0, 0));
  }

  @Nested
  class Unknown {

    private final Side open = new Side("21").with(21, State.OPEN);

    private void assertUnknown(Side other) {
      assertThat(compare(other, open).counts()).isEqualTo(new Differences.Counts(0, 0, 0, 0, 0, 1));
      assertThat(compare(open, other).counts()).isEqualTo(new Differences.Counts(0, 0, 0, 0, 1, 0));
      assertThat(compare(other, open).items()).isEmpty();
      assertThat(compare(open, other).items()).isEmpty();
    }

    @Test
    void isWhatTheOtherDidNotAskFor() {
      assertUnknown(new Side("22").with(22, State.CLOSED));
    }

    @Test
    void isWhatWasCutOff() {
      assertUnknown(new Side("21").with(21, State.NOT_PROBED));
    }

    @Test
    void isWhatNeverHadItsTurn() {
      assertUnknown(new Side("21-22").with(22, State.FILTERED));
    }

    @Test
    void isWhatWasNotKept() {
      assertUnknown(new Side("21", 10).with(21, State.OPEN));
    }
  }

  @Test
  void namesTheFieldsThatDiffer() {
    Service plain = new Service("ftp", "x", "1", "i", "h", "o", "d", List.of(), false);
    Service other = new Service("ssh", "y", "2", "j", "k", "p", "e", List.of("c"), true);
    Service later = new Service("ftp", "x", "2", "j", "k", "p", "e", List.of("c"), false);
    Side before =
        new Side("1-6")
            .with(1, plain)
            .with(2, plain)
            .with(3, plain)
            .with(4, State.OPEN, plain, null)
            .with(5, State.OPEN, plain, new Impostor("ftp", "a", "b", "c"))
            .with(6, State.OPEN, plain, new Impostor(null, "a", "b", "c"));
    Side after =
        new Side("1-6")
            .with(1, plain)
            .with(2, other)
            .with(3, later)
            .with(4, State.OPEN, plain, new Impostor(null, "a", "b", "c"))
            .with(5, State.OPEN, plain, new Impostor("ftp", "d", "e", "f"))
            .with(6, State.OPEN, Service.UNKNOWN, new Impostor("http", "d", "e", "f"));

    Differences differences = compare(before, after);

    assertThat(differences.items())
        .extracting(one -> one.endpoint().port(), Difference::fields)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                2, List.of(Field.PROTOCOL, Field.PRODUCT, Field.VERSION, Field.TLS)),
            org.assertj.core.groups.Tuple.tuple(3, List.of(Field.VERSION)),
            org.assertj.core.groups.Tuple.tuple(4, List.of(Field.IMPOSTOR)),
            org.assertj.core.groups.Tuple.tuple(
                6, List.of(Field.PROTOCOL, Field.PRODUCT, Field.VERSION, Field.IMPOSTOR)));
    assertThat(differences.counts()).isEqualTo(new Differences.Counts(0, 0, 4, 2, 0, 0));
  }

  @Test
  void whatWasNotLookedForHasNotChanged() {
    Side known = new Side("21-22").with(21, State.OPEN).with(22, State.CLOSED);
    Side swept = new Side("21-22").with(21, Service.UNKNOWN).with(22, Service.UNKNOWN).sweptOnly();

    assertThat(compare(known, swept).counts()).isEqualTo(new Differences.Counts(1, 0, 0, 1, 0, 0));
    assertThat(compare(swept, known).counts()).isEqualTo(new Differences.Counts(0, 1, 0, 1, 0, 0));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 100})
  void pagesHoldEachDifferenceOnce(int limit) {
    Side before = new Side("1-9");
    Side after = new Side("1-9");
    for (int port = 1; port <= 9; port++) {
      before.with(port, port % 3 == 0 ? State.OPEN : State.CLOSED);
      after.with(port, port % 3 == 1 ? State.OPEN : State.FILTERED);
    }
    Comparison comparison = new Comparison(before.verdicts(), after.verdicts());
    for (Change change : EnumSet.of(Change.APPEARED, Change.VANISHED, Change.CHANGED)) {
      List<Integer> ports = new ArrayList<>();
      String cursor = null;
      do {
        Differences page = comparison.page(change, limit, cursor);
        assertThat(page.items().size()).isLessThanOrEqualTo(limit);
        assertThat(page.counts()).isEqualTo(new Differences.Counts(3, 3, 0, 0, 0, 0));
        page.items().forEach(one -> ports.add(one.endpoint().port()));
        cursor = page.nextCursor();
      } while (cursor != null);
      assertThat(ports)
          .isEqualTo(
              switch (change) {
                case APPEARED -> List.of(1, 4, 7);
                case VANISHED -> List.of(3, 6, 9);
                case CHANGED -> List.of();
              });
    }
  }

  /** Against the definition, spelled out with maps. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void agreesWithTheDefinition(long seed) {
    Random random = new Random(seed);
    Side before = new Side("1-300");
    Side after = new Side("100-400");
    Map<Integer, State> first = fill(before, 1, 300, random);
    Map<Integer, State> second = fill(after, 100, 400, random);
    TreeSet<String> expected = new TreeSet<>();
    for (int port = 1; port <= 400; port++) {
      State was = first.getOrDefault(port, State.NOT_PROBED);
      State is = second.getOrDefault(port, State.NOT_PROBED);
      if (was != State.NOT_PROBED && is != State.NOT_PROBED) {
        if (was == State.OPEN && is != State.OPEN) {
          expected.add("%d VANISHED OPEN-%s []".formatted(port, is));
        } else if (was != State.OPEN && is == State.OPEN) {
          expected.add("%d APPEARED %s-OPEN []".formatted(port, was));
        }
      }
    }

    assertThat(texts(compare(before, after))).containsExactlyInAnyOrderElementsOf(expected);
  }

  private static Map<Integer, State> fill(Side side, int from, int to, Random random) {
    Map<Integer, State> states = new HashMap<>();
    List<Integer> ports = new ArrayList<>();
    for (int port = from; port <= to; port++) {
      ports.add(port);
    }
    java.util.Collections.shuffle(ports, random);
    for (int port : ports.subList(0, 200)) {
      State state = State.values()[random.nextInt(State.values().length)];
      states.put(port, state);
      side.with(port, state);
    }
    return states;
  }

  @Test
  void aForgottenJobIsNotComparedInPart() {
    Side before = new Side("21").with(21, State.OPEN);
    Side after = new Side("21").with(21, State.OPEN);
    Comparison comparison = new Comparison(before.verdicts(), after.verdicts());
    after.results.forget();

    assertThatExceptionOfType(JobNotFoundException.class)
        .isThrownBy(() -> comparison.page(null, 1, null));
  }
}
