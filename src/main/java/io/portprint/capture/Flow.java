package io.portprint.capture;

import io.portprint.fingerprint.Transport;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One conversation of a capture.
 *
 * @param number from 1, in the order in which they began
 * @param client who sent the SYN, or else who spoke first
 * @param firstSpeaker whose payload came first; null where there was none
 * @param from when its first packet was seen; null where the capture does not tell
 * @param to when its last packet was seen, likewise
 * @param ending how it ended, as far as the capture shows
 * @param fromClient what the client sent
 * @param fromServer what the server sent
 * @param turns those that were kept, in their order
 * @param turnCount how many there were
 * @param sighting what was recognised in the server's turns; null where nothing was
 */
public record Flow(
    int number,
    Transport transport,
    Peer client,
    Peer server,
    @Nullable Speaker firstSpeaker,
    @Nullable Instant from,
    @Nullable Instant to,
    Ending ending,
    Side fromClient,
    Side fromServer,
    List<Turn> turns,
    long turnCount,
    @Nullable Sighting sighting) {

  /** How a conversation ended. */
  public enum Ending {
    /** It goes on beyond the capture, or it is UDP, where there is no end. */
    OPEN,
    /** A side closed the connection in order (FIN). */
    CLOSED,
    /** A side reset it (RST). */
    RESET
  }

  /**
   * What one side sent.
   *
   * @param packets with payload or without
   * @param bytes of payload, without those that were sent again
   * @param repeated bytes of payload that were sent again
   * @param missing bytes of payload that the capture lacks
   */
  public record Side(long packets, long bytes, long repeated, long missing) {}

  public Flow {
    turns = List.copyOf(turns);
  }

  /** Whether everything that was captured of its payload was kept. */
  public boolean truncated() {
    return turnCount > turns.size() || turns.stream().anyMatch(Turn::truncated);
  }

  /** The protocol that was recognised; null where none was. */
  public @Nullable String protocol() {
    return sighting == null ? null : sighting.protocol();
  }

  Flow recognised(Sighting what) {
    return new Flow(
        number,
        transport,
        client,
        server,
        firstSpeaker,
        from,
        to,
        ending,
        fromClient,
        fromServer,
        turns,
        turnCount,
        what);
  }
}
