package io.portprint.capture;

import io.portprint.fingerprint.Bytes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one side said before the other did: over TCP the bytes up to the other side's next, over UDP
 * one datagram. Where the capture lacks a part of a stream, a further turn begins behind it.
 *
 * @param speaker who said it
 * @param at when it began; null where the capture does not tell
 * @param payload what was kept of it
 * @param length how long it was; more than the payload where the rest was not captured, or not kept
 * @param missing bytes that the capture lacks before it
 */
public record Turn(
    Speaker speaker, @Nullable Instant at, Bytes payload, long length, long missing) {

  public boolean truncated() {
    return payload.length() < length;
  }
}
