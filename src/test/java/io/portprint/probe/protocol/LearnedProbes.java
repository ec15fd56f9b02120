package io.portprint.probe.protocol;

import io.portprint.probe.LearnedProbe;
import io.portprint.probe.ProbeReader;
import io.portprint.signature.SignatureBooks;
import org.jspecify.annotations.Nullable;

/** Reads learned probes as the service does, for tests of other rooms. */
public final class LearnedProbes {

  private static final ProbeReader READER = new ExchangeReader(SignatureBooks.own());

  private LearnedProbes() {}

  /**
   * @see ProbeReader#read
   */
  public static LearnedProbe read(String where, String exchange, @Nullable String signatures) {
    return READER.read(where, exchange, signatures);
  }
}
