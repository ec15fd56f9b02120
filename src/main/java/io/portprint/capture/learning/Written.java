package io.portprint.capture.learning;

import java.util.List;
import java.util.Optional;

/**
 * A candidate as text.
 *
 * @param exchange a file for {@code exchanges/}, which detection loads as it is
 * @param lacks what the candidate demands and the format can't say, one sentence each; the exchange
 *     lets pass anything there
 * @param signatures a file for {@code signatures/}; empty where no product or version is named
 */
public record Written(String exchange, List<String> lacks, Optional<String> signatures) {

  public Written {
    lacks = List.copyOf(lacks);
  }
}
