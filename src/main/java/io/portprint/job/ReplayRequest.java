package io.portprint.job;

import io.portprint.fingerprint.Bytes;
import java.time.Duration;
import java.util.List;

/**
 * What is to be replayed, many times and with one thing changed at a time.
 *
 * @param endpoint such as {@code 192.0.2.1:33033/udp}
 * @param alsoAt further servers of the same kind: what differs between them is their own
 * @param before what is said before, in the same conversation and unchanged; empty bytes to listen
 * @param request what is changed and whose answers are learnt from; empty where the peer speaks
 * @param repeats of the unchanged request, besides the changes
 * @param pace between the beginnings of two conversations, at least
 * @param patience how long to wait for an answer
 */
public record ReplayRequest(
    String endpoint,
    List<String> alsoAt,
    List<Bytes> before,
    Bytes request,
    int repeats,
    Duration pace,
    Duration patience) {

  public ReplayRequest {
    alsoAt = List.copyOf(alsoAt);
    before = List.copyOf(before);
  }
}
