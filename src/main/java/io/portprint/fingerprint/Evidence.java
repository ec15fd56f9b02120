package io.portprint.fingerprint;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One turn of a conversation and what it proves.
 *
 * @param probe the name of what was asked, such as {@code greeting} or {@code ftp/feat}
 * @param sent what was said; empty where the peer spoke first
 * @param received what came back, cut at the bound on kept evidence
 * @param signature the id of the signature that matched
 * @param matched the stretches of {@code received} that the verdict rests on
 * @param reason why this counts, in a sentence a person can check against the bytes
 * @param roundTrip from the last byte sent (or the connection) to the first byte received; null
 *     where nothing came
 * @param truncated whether more was received than is kept here
 */
public record Evidence(
    String probe,
    Bytes sent,
    Bytes received,
    @Nullable String signature,
    List<Span> matched,
    String reason,
    @Nullable Duration roundTrip,
    boolean truncated) {

  public Evidence {
    matched = List.copyOf(matched);
  }

  /** This evidence with no more than so many bytes of each direction. */
  public Evidence limitedTo(int bytes) {
    if (sent.length() <= bytes && received.length() <= bytes) {
      return this;
    }
    List<Span> kept =
        matched.stream().filter(span -> span.offset() + span.length() <= bytes).toList();
    return new Evidence(
        probe, sent.head(bytes), received.head(bytes), signature, kept, reason, roundTrip, true);
  }
}
