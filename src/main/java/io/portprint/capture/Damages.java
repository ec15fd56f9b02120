package io.portprint.capture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects what is wrong with a capture: the same thing once, with how often it was found. */
final class Damages {

  /** Kinds are fixed texts, but for a few that name a number out of the file. */
  private static final int MOST = 64;

  private static final String MORE = "more that was wrong is not listed";

  private final Map<String, Damage> found = new LinkedHashMap<>();

  void note(String what, long offset) {
    String kind = found.size() < MOST || found.containsKey(what) ? what : MORE;
    found.merge(
        kind,
        new Damage(kind, offset, 1),
        (known, _) -> new Damage(kind, known.offset(), known.count() + 1));
  }

  List<Damage> list() {
    return List.copyOf(new ArrayList<>(found.values()));
  }
}
