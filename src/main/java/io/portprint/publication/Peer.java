package io.portprint.publication;

import io.portprint.fingerprint.Bytes;
import java.net.InetSocketAddress;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A server that exists in memory only.
 *
 * @param protocol whose name is right for it; null where none is
 * @param greeting what it says unasked; empty for nothing
 */
record Peer(String name, @Nullable String protocol, Bytes greeting, Answering answering) {

  /** What a server makes of a request. */
  @FunctionalInterface
  interface Answering {

    /**
     * @param client who asks
     * @return empty for silence
     */
    Bytes answer(Bytes request, InetSocketAddress client, RandomGenerator random);
  }
}
