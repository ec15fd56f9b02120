package io.portprint.capture.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portprint.fingerprint.Bytes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MutationPlanTests {

  private static final Bytes REQUEST = Bytes.hex("924002a16665ea0d8c82c30c27cdc5e74e78fea150a6");

  /** What holds for the plan of any request. */
  static void check(Bytes request, MutationPlan plan) {
    check(request, plan, MutationPlan.REPEATS);
  }

  private static void check(Bytes request, MutationPlan plan, int wanted) {
    assertThat(plan.steps()).hasSizeBetween(wanted, wanted + 148);
    Set<Integer> covered = new HashSet<>();
    int repeats = 0;
    for (MutationPlan.Step step : plan.steps()) {
      switch (step.mutation()) {
        case Mutation.None _ -> {
          repeats++;
          assertThat(step.request()).isEqualTo(request);
        }
        case Mutation.SourcePort _, Mutation.SourceAddress _ ->
            assertThat(step.request()).isEqualTo(request);
        case Mutation.Length(int by) -> {
          assertThat(step.request().length()).isPositive().isEqualTo(request.length() + by);
          int kept = Math.min(request.length(), step.request().length());
          assertThat(step.request().head(kept)).isEqualTo(request.head(kept));
        }
        case Mutation.Region(int from, int to) -> {
          assertThat(step.request().length()).isEqualTo(request.length());
          for (int at = 0; at < request.length(); at++) {
            boolean inside = at >= from && at < to;
            assertThat(step.request().at(at) != request.at(at)).isEqualTo(inside);
            if (inside) {
              covered.add(at);
            }
          }
        }
      }
    }
    assertThat(repeats).isEqualTo(wanted);
    assertThat(covered).hasSize(request.length());
  }

  @Test
  void changesOneThingAtATime() {
    MutationPlan plan = MutationPlan.of(REQUEST, 1, 1);
    check(REQUEST, plan);
    assertThat(plan.steps())
        .extracting(MutationPlan.Step::mutation)
        .contains(
            new Mutation.Region(0, 2),
            new Mutation.Region(2, 4),
            new Mutation.Region(4, 8),
            new Mutation.Region(20, 22),
            new Mutation.Length(1),
            new Mutation.Length(-4),
            new Mutation.SourcePort())
        .doesNotContain(new Mutation.SourceAddress(1));
    assertThat(MutationPlan.of(REQUEST, 3, 1).steps())
        .extracting(MutationPlan.Step::mutation)
        .contains(new Mutation.SourceAddress(1), new Mutation.SourceAddress(2))
        .doesNotContain(new Mutation.SourceAddress(0));
  }

  @Test
  void comesOfItsSeed() {
    assertThat(MutationPlan.of(REQUEST, 2, 5)).isEqualTo(MutationPlan.of(REQUEST, 2, 5));
    assertThat(MutationPlan.of(REQUEST, 2, 5)).isNotEqualTo(MutationPlan.of(REQUEST, 2, 6));
  }

  @Test
  void repeatsAreSpread() {
    List<MutationPlan.Step> steps = MutationPlan.of(REQUEST, 1, 1).steps();
    assertThat(steps.getFirst().mutation()).isEqualTo(Mutation.NONE);
    assertThat(steps.subList(0, steps.size() / 2))
        .filteredOn(step -> step.mutation().equals(Mutation.NONE))
        .hasSizeBetween(5, 7);
  }

  @Test
  void mayRepeatMore() {
    for (int repeats : new int[] {12, 13, 40, 100}) {
      MutationPlan plan = MutationPlan.of(REQUEST, 1, repeats, 1);
      check(REQUEST, plan, repeats);
      assertThat(plan.steps().subList(0, plan.steps().size() / 2))
          .filteredOn(step -> step.mutation().equals(Mutation.NONE))
          .hasSizeBetween(repeats / 2 - 1, repeats / 2 + 1);
      assertThat(
              plan.steps().stream().filter(step -> !step.mutation().equals(Mutation.NONE)).toList())
          .isEqualTo(
              MutationPlan.of(REQUEST, 1, 1).steps().stream()
                  .filter(step -> !step.mutation().equals(Mutation.NONE))
                  .toList());
    }
    assertThatThrownBy(() -> MutationPlan.of(REQUEST, 1, 11, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MutationPlan.of(REQUEST, 1, 101, 1))
        .isInstanceOf(IllegalArgumentException.class);
    check(Bytes.EMPTY, MutationPlan.of(Bytes.EMPTY, 1, 100, 1), 100);
  }

  @Test
  void wordsStayWords() {
    Bytes request = Bytes.latin1("abcdefghijkl");
    for (MutationPlan.Step step : MutationPlan.of(request, 1, 1).steps()) {
      if (step.mutation() instanceof Mutation.Region) {
        assertThat(step.request().latin1()).matches("[a-z]{12}");
      }
    }
  }

  @Test
  void longAndEmptyRequests() {
    for (int length : new int[] {0, 1, 2, 3, 5, 127, 128, 129, 1400, 65_000}) {
      Bytes request = Bytes.of(new byte[length]);
      check(request, MutationPlan.of(request, 9, 1));
    }
    assertThat(MutationPlan.of(Bytes.EMPTY, 1, 1).steps())
        .extracting(MutationPlan.Step::mutation)
        .doesNotHaveAnyElementsOfTypes(Mutation.Region.class, Mutation.Length.class);
  }
}
