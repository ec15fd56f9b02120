/**
 * One file per protocol. A new protocol is a new file here, its signatures under {@code
 * resources/signatures} and its test; nothing else changes.
 */
@NullMarked
package io.portprint.probe.protocol;

import org.jspecify.annotations.NullMarked;
