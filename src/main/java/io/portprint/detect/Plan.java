package io.portprint.detect;

import java.util.Set;

/**
 * What is to be found out.
 *
 * @param protocols the only ones to look for, by name; empty for every one
 */
public record Plan(Effort effort, Set<String> protocols) {

  public Plan {
    protocols = Set.copyOf(protocols);
  }

  public static Plan everything(Effort effort) {
    return new Plan(effort, Set.of());
  }
}
