package io.portprint.job;

import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.State;
import org.jspecify.annotations.Nullable;

/**
 * Which results are wanted.
 *
 * @param state null for all but the closed ones, which are listed only when asked for by name
 * @param protocol null for any
 */
public record ResultFilter(@Nullable State state, @Nullable String protocol) {

  public static final ResultFilter ALL = new ResultFilter(null, null);

  boolean accepts(Fingerprint fingerprint) {
    return (state == null || fingerprint.state() == state)
        && (protocol == null
            || (fingerprint.service() != null
                && protocol.equals(fingerprint.service().protocol())));
  }
}
