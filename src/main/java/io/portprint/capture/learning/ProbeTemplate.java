package io.portprint.capture.learning;

import io.portprint.fingerprint.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * A request with open places, to be filled anew for each question.
 *
 * @param slots in order; none where the server speaks first
 */
public record ProbeTemplate(List<Slot> slots) {

  /** A stretch of the request. */
  public sealed interface Slot {

    int length();

    /** Bytes that an answer needs, or that were not shown to be without effect. */
    record Fixed(Bytes bytes) implements Slot {
      @Override
      public int length() {
        return bytes.length();
      }
    }

    /**
     * Bytes that may be anything.
     *
     * @param letters whether they have to be letters a to z
     */
    record Random(int length, boolean letters) implements Slot {}
  }

  public ProbeTemplate {
    slots = List.copyOf(slots);
  }

  /** Opens the regions whose mutations did no harm; each echo gets places of its own. */
  static ProbeTemplate of(Bytes request, List<Reaction> reactions, List<Field> fields) {
    boolean[] open = new boolean[request.length()];
    boolean[] letters = new boolean[request.length()];
    TreeSet<Integer> cuts = new TreeSet<>();
    for (Reaction reaction : reactions) {
      if (reaction.mutation() instanceof Mutation.Region(int from, int to)
          && reaction.harmless()
          && to <= open.length) {
        Arrays.fill(open, from, to, true);
        Arrays.fill(letters, from, to, MutationPlan.isLetters(request.slice(from, to)));
      }
    }
    // what another region's trials show to be needed stays
    for (Reaction reaction : reactions) {
      if (reaction.mutation() instanceof Mutation.Region(int from, int to)
          && !reaction.harmless()) {
        for (int at = from; at < Math.min(to, open.length); at++) {
          open[at] = false;
        }
      }
    }
    for (Field field : fields) {
      if (field.explanation() instanceof Explanation.Echo(int from, _)) {
        cuts.add(from);
        cuts.add(from + field.length());
      }
    }
    List<Slot> slots = new ArrayList<>();
    int at = 0;
    while (at < open.length) {
      int from = at++;
      while (at < open.length
          && open[at] == open[from]
          && !(open[at] && (cuts.contains(at) || letters[at] != letters[from]))) {
        at++;
      }
      slots.add(
          open[from]
              ? new Slot.Random(at - from, letters[from])
              : new Slot.Fixed(request.slice(from, at)));
    }
    return new ProbeTemplate(slots);
  }
}
