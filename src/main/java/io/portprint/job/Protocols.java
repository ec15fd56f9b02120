package io.portprint.job;

import java.util.Set;
import java.util.function.Supplier;

/** The protocols that can be looked for, by name. */
record Protocols(Supplier<Set<String>> known) {

  Set<String> names() {
    return known.get();
  }

  /**
   * @throws UnknownProtocolException where no probe looks for one of them
   */
  void check(Set<String> wanted) {
    Set<String> names = names();
    for (String name : wanted) {
      if (!names.contains(name)) {
        throw new UnknownProtocolException(name, names);
      }
    }
  }
}
