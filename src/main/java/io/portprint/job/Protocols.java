package io.portprint.job;

import java.util.Set;
import java.util.function.Supplier;

/**
 * The protocols that can be looked for, by name.
 *
 * @param known asked only where somebody limits what is looked for: it goes through all probes
 */
record Protocols(Supplier<Set<String>> known) {

  /**
   * @throws UnknownProtocolException where no probe looks for one of them
   */
  void check(Set<String> wanted) {
    if (wanted.isEmpty()) {
      return;
    }
    Set<String> names = known.get();
    for (String name : wanted) {
      if (!names.contains(name)) {
        throw new UnknownProtocolException(name, names);
      }
    }
  }
}
