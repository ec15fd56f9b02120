package io.portprint.job;

import java.util.Set;

/** The protocols that can be looked for, by name. */
record Protocols(Set<String> names) {

  Protocols {
    names = Set.copyOf(names);
  }

  /**
   * @throws UnknownProtocolException where no probe looks for one of them
   */
  void check(Set<String> wanted) {
    for (String name : wanted) {
      if (!names.contains(name)) {
        throw new UnknownProtocolException(name, names);
      }
    }
  }
}
