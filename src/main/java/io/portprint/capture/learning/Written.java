package io.portprint.capture.learning;

import java.util.List;
import java.util.Optional;

/**
 * A candidate as text.
 *
 * @param exchange a file for {@code exchanges/}, which detection can load as it is
 * @param lacks what the candidate demands and the format can't say, one sentence each; what the
 *     exchange lets pass there, the matcher doesn't. Empty where the exchange is the whole
 *     candidate
 * @param full the exchange with extensions that say the rest; the same text where nothing lacks.
 *     Places in {@code pattern} are {@code {{client}}}, {@code {{client-port}}}, {@code {{server}}}
 *     and {@code {{server-port}}}, with {@code ,little}, {@code ,text}, {@code ,xor=hex} or {@code
 *     ,xor=@offset} (of the request), and {@code {{time,clock}}}; {@code vary} lists stretches that
 *     differ in each answer
 * @param signatures a file for {@code signatures/}; empty where no product or version is named
 */
public record Written(
    String exchange, List<String> lacks, String full, Optional<String> signatures) {

  public Written {
    lacks = List.copyOf(lacks);
  }
}
