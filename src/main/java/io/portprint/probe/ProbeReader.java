package io.portprint.probe;

import org.jspecify.annotations.Nullable;

/** Reads learned probes from the book's own text. */
public interface ProbeReader {

  /**
   * @param where the text is from, for messages
   * @param exchange as in {@code exchanges/*.yaml}
   * @param signatures as in {@code signatures/*.yaml}, beside those that there are; null for none
   * @throws IllegalArgumentException where anything is wrong, missing or unknown, or an example
   *     does not come out as it says; the message names the place
   */
  LearnedProbe read(String where, String exchange, @Nullable String signatures);
}
