package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Endpoint;
import io.portprint.probe.Answer;
import io.portprint.probe.Interview;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an answer may have to do with, as far as it is known.
 *
 * @param request that drew it; empty for a greeting
 * @param places what stood in the places of the request
 * @param own addresses under which the peer may see us; empty where none is known
 * @param ownPort 0 where it is not known
 * @param peer null where it is not known
 * @param at when it came; null where that is not known
 */
record Setting(
    Bytes request,
    List<Bytes> places,
    Set<InetAddress> own,
    int ownPort,
    @Nullable Endpoint peer,
    @Nullable Instant at) {

  Setting {
    places = List.copyOf(places);
    own = Set.copyOf(own);
  }

  /** Where nothing is known but what was said. */
  static Setting of(Bytes request, List<Bytes> places) {
    return new Setting(request, places, Set.of(), 0, null, null);
  }

  /** That of an examination. */
  static Setting of(Answer answer, List<Bytes> places, Interview interview, Instant at) {
    return new Setting(
        answer.sent(),
        places,
        interview.ownAddresses(),
        answer.localPort(),
        interview.endpoint(),
        at);
  }
}
