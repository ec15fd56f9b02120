package io.portprint.capture;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Transport;
import java.net.InetAddress;
import java.util.Optional;

/** Tells a protocol by what a server said. */
@FunctionalInterface
public interface Recogniser {

  /** Knows nothing. */
  Recogniser NONE = (_, _, _, _) -> Optional.empty();

  /**
   * The protocol that an answer proves; empty where it proves none.
   *
   * @param client the address of the client, which some servers tell
   * @param sent what the client said before; empty where the server spoke first
   * @param received what the server said
   */
  Optional<String> protocol(Transport transport, InetAddress client, Bytes sent, Bytes received);
}
