package io.portprint.probe;

import io.portprint.fingerprint.Bytes;

/**
 * An answer that a server of a protocol is known to give.
 *
 * @param greeting whether the server says it unasked
 */
public record Specimen(String protocol, boolean greeting, Bytes answer) {}
