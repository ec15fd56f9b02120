package io.portprint.publication;

import java.util.List;

/**
 * A trial that was passed: none of these is called what it is not.
 *
 * @param lookAlikes their names
 * @param knownAnswers answers of other protocols that the book knows
 */
public record Passed(List<String> lookAlikes, int knownAnswers) {

  public Passed {
    lookAlikes = List.copyOf(lookAlikes);
  }
}
