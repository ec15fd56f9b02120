package io.portprint.capture;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Transport;
import java.net.InetAddress;
import java.util.List;

/** Tells protocols by what a server said. */
@FunctionalInterface
public interface Recogniser {

  /** Knows nothing. */
  Recogniser NONE = (_, _, _, _) -> List.of();

  /**
   * What an answer proves, or would fit; the most likely first, empty where nothing is known.
   *
   * @param client the address of the client, which some servers tell
   * @param sent what the client said before; empty where the server spoke first
   * @param received what the server said
   */
  List<Sighting> sightings(Transport transport, InetAddress client, Bytes sent, Bytes received);
}
