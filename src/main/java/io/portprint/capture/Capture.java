package io.portprint.capture;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A capture that was uploaded.
 *
 * @param expiresAt when it will be forgotten
 */
public record Capture(UUID id, Instant createdAt, Instant expiresAt, Content content) {

  /**
   * What is in it.
   *
   * @param linkTypes what its packets begin with: names of the registry of link-layer header types,
   *     or numbers where they are not among those that are read
   * @param size of the file, in bytes
   * @param packets that were read
   * @param bytes that were captured of them
   * @param length of them on the wire, in bytes
   * @param from when the first of them was seen; null where the capture does not tell
   * @param to when the last was, likewise
   * @param unread packets that are in no flow
   * @param damage what was wrong with the file, or left out
   */
  public record Content(
      CaptureFormat format,
      List<String> linkTypes,
      long size,
      long packets,
      long bytes,
      long length,
      @Nullable Instant from,
      @Nullable Instant to,
      Unread unread,
      List<Damage> damage,
      List<Flow> flows) {

    public Content {
      linkTypes = List.copyOf(linkTypes);
      damage = List.copyOf(damage);
      flows = List.copyOf(flows);
    }
  }

  /**
   * Packets that are in no flow, and why.
   *
   * @param notIp of another network layer, or of a link type that is not read
   * @param otherTransport IP, but neither TCP nor UDP
   * @param malformed not what their headers say
   * @param incomplete fragmented payloads of which a part is missing
   * @param beyondFlows of conversations beyond those that are kept
   */
  public record Unread(
      long notIp, long otherTransport, long malformed, long incomplete, long beyondFlows) {}
}
